#!/usr/bin/env python3
"""Findings over the recorded corpus, counted by rule; none of severity high on Kubernetes' or EKS's own objects.

    corpus.py WHOMAY CORPUS

Each project of CORPUS/kubernetes and each file of CORPUS/terraform is checked by itself. Beside them stand the objects
that every cluster starts with (as an API server stores them, where the recordings hold them) and those that EKS makes.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

# Objects that EKS makes in its clusters, as its user guide and recorded clusters name them.
EKS = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: 'eks:node-bootstrapper', uid: 0a}
rules:
- {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/selfnodeserver], verbs: [create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: 'eks:node-bootstrapper', uid: 0b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: 'eks:node-bootstrapper'}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: 'system:bootstrappers'}
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: 'system:nodes'}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: 'eks:addon-cluster-admin', uid: 0c}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: 'eks:addon-manager'}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: 'eks:addon-manager', uid: 0d}
rules:
- {apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch, create, update, patch, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: 'eks:addon-manager', uid: 0e}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: 'eks:addon-manager'}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: 'eks:addon-manager'}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: 'eks:cluster-bootstrap', uid: 0f}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: 'eks:cluster-bootstrap', uid: 10}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: 'eks:cluster-bootstrap'}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: 'eks:cluster-bootstrap'}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: aws-node, uid: 11}
rules:
- {apiGroups: [''], resources: [namespaces, pods, nodes], verbs: [list, watch, get]}
- {apiGroups: [crd.k8s.amazonaws.com], resources: [eniconfigs], verbs: [list, watch, get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: aws-node, uid: 12}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: aws-node}
subjects: [{kind: ServiceAccount, name: aws-node, namespace: kube-system}]
"""


# Names of Kubernetes' and EKS's own objects and identities.
OWN = re.compile(r"(^| |:|/)(system|eks):")


def check(binary, path):
    """Findings, or None where there is nothing that the command reads; seconds."""
    began = time.monotonic()
    done = subprocess.run([binary, "check", "-o", "json", "--threshold", "high", "-f", str(path)],
                          capture_output=True, check=False, cwd=path.parent)
    seconds = time.monotonic() - began
    if done.returncode not in (0, 1):
        if done.returncode != 2:
            print(f"{path}: exit code {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
            sys.exit(1)
        return None, seconds
    return json.loads(done.stdout)["findings"], seconds


def main():
    binary, corpus = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    counts, high = collections.Counter(), collections.Counter()
    read = slowest = 0
    slow_path = None
    wrong = 0
    inputs = [path for path in sorted((corpus / "kubernetes").iterdir()) if path.is_dir()]
    inputs += [path for path in sorted((corpus / "terraform").rglob("*")) if path.suffix in (".json", ".tfstate")]
    for path in inputs:
        findings, seconds = check(binary, path)
        if seconds > slowest:
            slowest, slow_path = seconds, path
        if findings is None:
            continue
        read += 1
        for finding in findings:
            counts[finding["rule"]] += 1
            if finding["severity"] == "high":
                high[finding["rule"]] += 1
                if OWN.search(finding["subject"]):
                    wrong += 1
                    print(f"high on an object of the system: {path}: {finding['rule']}: {finding['subject']}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "eks.yaml").write_text(EKS)
        own = [folder / "eks.yaml"]
        for recorded in sorted((corpus.parent / "oracle").glob("*/bootstrap-*.jsonl")):
            items = [json.loads(line) for line in recorded.read_text().splitlines()]
            for number, item in enumerate(items):
                item["metadata"].setdefault("uid", f"{number}")
            own.append(folder / f"{recorded.stem}.json")
            own[-1].write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        for path in own:
            findings, _ = check(binary, path)
            for finding in findings or []:
                if finding["severity"] == "high":
                    wrong += 1
                    print(f"high on {path.stem}: {finding['rule']}: {finding['subject']}: {finding['message']}")
            if findings is None:
                wrong += 1
                print(f"{path.stem} was not read")
            else:
                print(f"{path.stem}: {len(findings)} findings, none high" if not wrong else path.stem)
    for rule, count in sorted(counts.items()):
        print(f"{count:6} {rule}" + (f"  ({high[rule]} high)" if high[rule] else ""))
    print(f"{read} of {len(inputs)} inputs read, {sum(counts.values())} findings, {sum(high.values())} high, "
          f"slowest {slowest:.2f} s ({slow_path.name})")
    return 1 if wrong or not read else 0


if __name__ == "__main__":
    sys.exit(main())
