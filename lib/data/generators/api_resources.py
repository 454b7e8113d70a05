#!/usr/bin/env python3
"""Writes api_resources.inc from a recording of an API server's discovery documents.

    python3 lib/data/generators/api_resources.py VERSION FILE > lib/data/api_resources.inc

FILE holds one resource a line, as JSON: group, groupOrder, versions, plural, singular, kind,
shortNames, categories, namespaced, verbs, subresources.
"""
import json
import sys

FIELDS = {"group", "groupOrder", "preferredVersion", "groupVersions", "versions", "plural", "singular",
          "kind", "shortNames", "categories", "namespaced", "verbs", "subresources"}
lists = {}
subresources = []


def texts(values):
    if not values:
        return "{}"
    return lists.setdefault(tuple(values), f"kTexts{len(lists)}")


def row(resource):
    assert set(resource) <= FIELDS, resource
    subs = "{}"
    if resource["subresources"]:
        subs = f"kSubresources{len(subresources)}"
        subresources.append([
            f"    {{{json.dumps(s['name'])}, {json.dumps(s.get('kind', ''))}, {texts(s['verbs'])}}},"
            for s in resource["subresources"]
        ])
    return (
        f"    {{{json.dumps(resource['group'])}, {resource['groupOrder']}, "
        f"{texts(resource['versions'])}, {json.dumps(resource['plural'])}, "
        f"{json.dumps(resource['singular'])}, {json.dumps(resource['kind'])}, "
        f"{texts(resource['shortNames'])}, {texts(resource['categories'])}, "
        f"{str(resource['namespaced']).lower()}, {texts(resource['verbs'])}, {subs}}},"
    )


def main():
    version, path = sys.argv[1:]
    with open(path, encoding="utf-8") as lines:
        resources = [json.loads(line) for line in lines if line.strip()]
    resources.sort(key=lambda r: (r["groupOrder"], r["plural"]))
    rows = [row(r) for r in resources]
    print("// Made by generators/api_resources.py. Do not edit.")
    print(f"// Source: discovery documents (/api, /apis) of kube-apiserver {version} with its default")
    print("// API versions, recorded 2026-11.")
    print("// clang-format off")
    for values, name in lists.items():
        print(f"constexpr std::string_view {name}[] = {{{', '.join(map(json.dumps, values))}}};")
    for number, lines in enumerate(subresources):
        print(f"constexpr ApiSubresource kSubresources{number}[] = {{")
        print("\n".join(lines))
        print("};")
    print("constexpr ApiResource kResources[] = {")
    print("\n".join(rows))
    print("};")


main()
