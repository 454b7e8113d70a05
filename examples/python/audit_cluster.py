#!/usr/bin/env python3
"""Who holds what is dangerous in a cluster, as a table.

    kubectl get clusterroles,roles,clusterrolebindings,rolebindings,serviceaccounts -A -o json > dump.json
    audit_cluster.py dump.json [PLAN-OR-STATE.json …] [--csv FILE] [--builtin]

Who may certainly do it, and who under conditions. Kubernetes' own principals (system:…) are left out
unless --builtin. In a notebook, `audit(whomay.load("dump.json"))` is the table as a pandas DataFrame;
without pandas the script does all the same.
"""

import argparse
import csv
import sys

import whomay

DANGEROUS = {
    "is cluster admin": "* *",
    "reads all secrets": "list secrets",
    "starts pods anywhere": "create pods",
    "enters pods anywhere": "create pods/exec",
    "acts as anybody": "impersonate users",
    "mints tokens": "create serviceaccounts/token",
    "binds any role": "bind clusterroles",
    "widens roles": "escalate clusterroles",
    "reaches the kubelets": "create nodes/proxy",
}
COLUMNS = ("danger", "principal", "kind", "decision", "cluster", "path")


def own(principal):
    """Kubernetes' own: what every cluster has."""
    name = principal.split(":", 1)[-1]
    return name.startswith(("system:", "kube-system/", "eks:"))


def rows(access, builtin=False):
    for cluster in access.list("clusters"):
        for danger, permission in DANGEROUS.items():
            for row in access.who(permission, cluster=cluster.name).rows():
                if builtin or not own(row["principal"]):
                    yield {"danger": danger, "cluster": cluster.name,
                           **{name: row[name] for name in ("principal", "kind", "decision", "path")}}


def audit(access, builtin=False):
    """A pandas DataFrame: `audit(access).pivot_table(index="principal", columns="danger", …)`."""
    import pandas

    return pandas.DataFrame(list(rows(access, builtin)), columns=list(COLUMNS))


def summary(found):
    """(principal, what it may do), most first; who is cluster admin may do the rest anyway."""
    held = {}
    for row in found:
        text = row["danger"] + ("" if row["decision"] == "allowed" else f" ({row['decision']})")
        held.setdefault(row["principal"], []).append(text)
    for principal, dangers in sorted(held.items(), key=lambda item: (-len(item[1]), item[0])):
        yield principal, dangers[:1] if dangers[0].startswith("is cluster admin") else dangers


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--csv", help="write the table there")
    parser.add_argument("--builtin", action="store_true", help="Kubernetes' own principals too")
    arguments = parser.parse_args()
    access = whomay.load(*arguments.inputs)
    for diagnostic in access.diagnostics:
        if diagnostic.severity != "note":
            print(diagnostic, file=sys.stderr)

    found = list(rows(access, arguments.builtin))
    if arguments.csv:
        with open(arguments.csv, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(found)
    for principal, dangers in summary(found):
        print(f"{principal}\n    {', '.join(dangers)}")
    print(f"{len(found)} grants of {len(DANGEROUS)} dangerous permissions")
    if not access.complete:
        print("not everything could be read: this list may lack some", file=sys.stderr)


if __name__ == "__main__":
    main()
