#!/usr/bin/env python3
"""Writes bootstrap_rbac.inc from recordings of the objects that API servers create by themselves.

    python3 lib/data/generators/bootstrap_rbac.py 1.29.6=FILE 1.32.13=FILE 1.34.1=FILE \
        > lib/data/bootstrap_rbac.inc

Each FILE holds one object a line, as JSON, rules of aggregated roles not filled in. What versions
have in common is written once.
"""
import json
import sys

GROUP = "rbac.authorization.k8s.io"
RULE_FIELDS = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
OBJECT_FIELDS = {"kind", "apiVersion", "metadata", "rules", "aggregationRule", "subjects", "roleRef"}


class Arrays:
    """Constant arrays, equal ones once."""

    def __init__(self, element_type, prefix):
        self.element_type, self.prefix, self.names = element_type, prefix, {}

    def name(self, elements):
        if not elements:
            return "{}"
        return self.names.setdefault(tuple(elements), f"{self.prefix}{len(self.names)}")

    def write(self):
        for elements, name in self.names.items():
            line = f"constexpr {self.element_type} {name}[] = {{{', '.join(elements)}}};"
            if len(line) <= 100:
                print(line)
                continue
            print(f"constexpr {self.element_type} {name}[] = {{")
            for element in elements:
                print(f"    {element},")
            print("};")


TEXTS = Arrays("std::string_view", "kTexts")
RULES = Arrays("BootstrapRule", "kRules")
SUBJECTS = Arrays("BootstrapSubject", "kSubjects")
LABELS = Arrays("BootstrapLabel", "kLabels")


def text(value):
    return json.dumps(value)


def rule(value):
    assert set(value) <= set(RULE_FIELDS), value
    return "{" + ", ".join(TEXTS.name([text(t) for t in value.get(f) or []]) for f in RULE_FIELDS) + "}"


def labels(value):
    return LABELS.name([f"{{{text(k)}, {text(v)}}}" for k, v in sorted((value or {}).items())])


def role(value):
    metadata = value["metadata"]
    aggregation = value.get("aggregationRule")
    selector = {}
    if aggregation:
        (only,) = aggregation["clusterRoleSelectors"]
        assert set(only) == {"matchLabels"} and not value["rules"], value
        selector = only["matchLabels"]
    return "{%s, %s, %s, %s, %s, %s}" % (
        str(value["kind"] == "ClusterRole").lower(),
        text(metadata.get("namespace", "")),
        text(metadata["name"]),
        labels(metadata.get("labels")),
        RULES.name([rule(r) for r in value["rules"] or []]),
        labels(selector),
    )


def subject(value):
    kind = value["kind"]
    assert value.get("apiGroup", "") == ("" if kind == "ServiceAccount" else GROUP), value
    return "{%s, %s, %s}" % (text(kind), text(value.get("namespace", "")), text(value["name"]))


def binding(value):
    metadata, ref = value["metadata"], value["roleRef"]
    assert ref["apiGroup"] == GROUP, value
    return "{%s, %s, %s, %s, %s, %s}" % (
        str(value["kind"] == "ClusterRoleBinding").lower(),
        text(metadata.get("namespace", "")),
        text(metadata["name"]),
        text(ref["kind"]),
        text(ref["name"]),
        SUBJECTS.name([subject(s) for s in value.get("subjects") or []]),
    )


def write_objects(name, element_type, versions):
    """All variants of all objects, and for each version pointers to its own."""
    variants = {}
    for objects in versions.values():
        for each in objects:
            variants.setdefault(each, len(variants))
    print(f"constexpr {element_type} k{name}s[] = {{")
    for each in variants:
        print(f"    {each},")
    print("};")
    for number, objects in enumerate(versions.values()):
        print(f"constexpr const {element_type}* k{name}sOf{number}[] = {{")
        row = "   "
        for each in objects:
            item = f" &k{name}s[{variants[each]}],"
            if len(row) + len(item) > 100:
                print(row)
                row = "   "
            row += item
        print(row + "\n};")


def main():
    roles, bindings = {}, {}
    for argument in sys.argv[1:]:
        version, _, path = argument.partition("=")
        with open(path, encoding="utf-8") as lines:
            objects = [json.loads(line) for line in lines if line.strip()]
        for each in objects:
            assert set(each) <= OBJECT_FIELDS and each["apiVersion"] == GROUP + "/v1", each
        roles[version] = [role(o) for o in objects if o["kind"].endswith("Role")]
        bindings[version] = [binding(o) for o in objects if o["kind"].endswith("Binding")]
        assert len(roles[version]) + len(bindings[version]) == len(objects)

    print("// Made by generators/bootstrap_rbac.py. Do not edit.")
    print("// Source: the objects that kube-apiserver creates at its start (Kubernetes")
    print(f"// {', '.join(roles)}; plugin/pkg/auth/authorizer/rbac/bootstrappolicy), recorded 2026-11.")
    print("// clang-format off")
    for arrays in (TEXTS, LABELS, RULES, SUBJECTS):
        arrays.write()
    write_objects("Role", "BootstrapRole", roles)
    write_objects("Binding", "BootstrapBinding", bindings)
    print("constexpr BootstrapRbac kVersions[] = {")
    for number, version in enumerate(roles):
        print(f"    {{{text(version)}, kRolesOf{number}, kBindingsOf{number}}},")
    print("};")


main()
