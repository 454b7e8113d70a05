#!/usr/bin/env python3
"""Writes eks_access_policies.inc from eks_access_policies.yaml.

    python3 lib/data/generators/eks_access_policies.py > lib/data/eks_access_policies.inc
"""
import json
import pathlib

import yaml

FIELDS = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
KNOWN = set(FIELDS) | {"resource_names_unpublished", "resource_names_inferred"}


def main():
    source = pathlib.Path(__file__).parent.parent / "eks_access_policies.yaml"
    policies = sorted(yaml.safe_load(source.read_text()), key=lambda policy: policy["name"])
    lists = {}  # tuple of texts -> name of its array

    def array(texts):
        return lists.setdefault(tuple(texts), f"kTexts{len(lists)}") if texts else ""

    rules = []
    table = []
    for number, policy in enumerate(policies):
        rows = []
        for rule in policy["rules"]:
            unexpected = set(rule) - KNOWN
            assert not unexpected, (policy["name"], unexpected)
            parts = ", ".join(array(rule.get(field, [])) or "{}" for field in FIELDS)
            rows.append(f"    {{{parts}, {str('resource_names_unpublished' in rule).lower()}}},")
        if rows:
            rules.append(f"constexpr AccessPolicyRule kRules{number}[] = {{  // {policy['name']}")
            rules += rows + ["};"]
        table.append(
            f"    {{{json.dumps(policy['name'])}, {str(policy['rules_known']).lower()}, "
            f"{str(policy['service_linked_role_only']).lower()}, "
            f"{f'kRules{number}' if rows else '{}'}, {json.dumps(policy['source'])}}},"
        )
    print("// Made by generators/eks_access_policies.py from eks_access_policies.yaml. Do not edit.")
    for texts, name in lists.items():
        print(f"constexpr std::string_view {name}[] = {{{', '.join(map(json.dumps, texts))}}};")
    print("\n".join(rules))
    print("constexpr AccessPolicy kPolicies[] = {")
    print("\n".join(table))
    print("};")


main()
