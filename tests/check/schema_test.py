#!/usr/bin/env python3
"""The schema of .whomay.yaml and the reader agree: on the project's own configurations, and on wrong ones.

    schema_test.py SOURCE_ROOT WHOMAY
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"SKIPPED: the schema of .whomay.yaml is not tested: {missing}")
    sys.exit(0)

RIGHT = [
    "",
    "inputs: [a.yaml]\n",
    "inputs: [{path: a.yaml, cluster: shop}]\nthreshold: low\n",
    "suppress: [{rule: 'rbac-*', subject: 'x', address: 'y', reason: z, expires: '2030-01-31'}]\n",
    "assertions: [{permission: get pods, only: []}]\n",
    "assertions: [{permission: get pods, namespace: a, cluster: b, never: [x], at_least: [y], escalate: true}]\n",
    "assertions: [{permission: 's3:GetObject', account: '111122223333', only: ['*']}]\n",
    "assertions: [{permission: get pods, principal: x, expect: denied, name: n, context: {k: v, l: [a, b]}}]\n",
]
WRONG = [
    "[]\n",
    "input: [a]\n",
    "inputs: a\n",
    "inputs: [{cluster: x}]\n",
    "threshold: severe\n",
    "baseline: [a]\n",
    "suppress: [{rule: iam-admin}]\n",
    "suppress: [{reason: x}]\n",
    "suppress: [{rule: iam-admin, reason: x, until: y}]\n",
    "suppress: [{rule: iam-admin, reason: x, expires: soon}]\n",
    "assertions: [{never: [a]}]\n",
    "assertions: [{permission: get pods}]\n",
    "assertions: [{permission: get pods, never: a}]\n",
    "assertions: [{permission: get pods, principal: a}]\n",
    "assertions: [{permission: get pods, principal: a, expect: maybe}]\n",
    "assertions: [{permission: get pods, never: [a], escalate: 'yes'}]\n",
]


def main():
    root, binary = pathlib.Path(sys.argv[1]), str(pathlib.Path(sys.argv[2]).resolve())
    schema = json.loads((root / "schemas/whomay.yaml.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0

    def valid(text):
        return validator.is_valid(yaml.safe_load(text))

    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "a.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
        for text, expected in [(t, True) for t in RIGHT] + [(t, False) for t in WRONG]:
            (folder / "config.yaml").write_text(text)
            done = subprocess.run([binary, "check", "--config", "config.yaml", "-f", "a.yaml"], cwd=folder,
                                  capture_output=True, text=True, check=False)
            read = done.returncode in (0, 1)
            if valid(text) != expected or read != expected:
                wrong += 1
                print(f"schema {valid(text)}, reader {read}, expected {expected}: {text}{done.stderr}")
    examples = 0
    # The configuration that the documentation shows.
    for text in re.findall(r"^```yaml\n(.*?)^```$", (root / "docs/check.md").read_text(), re.M | re.S):
        examples += 1
        for error in validator.iter_errors(yaml.load(text, Loader=yaml.BaseLoader)):
            wrong += 1
            print(f"docs/check.md: {error.json_path}: {error.message}")
    for path in sorted(root.glob("**/.whomay.yaml")):
        if "build" in path.relative_to(root).parts:
            continue
        examples += 1
        for error in validator.iter_errors(yaml.safe_load(path.read_text())):
            wrong += 1
            print(f"{path.relative_to(root)}: {error.json_path}: {error.message}")
    print(f"{len(RIGHT) + len(WRONG)} texts, {examples} configurations of the project, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
