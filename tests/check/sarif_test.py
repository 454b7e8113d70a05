#!/usr/bin/env python3
"""What `whomay check -o sarif` writes is SARIF, and what GitHub's code scanning takes.

    sarif_test.py SOURCE_ROOT WHOMAY

Validated with the OASIS schema and with the rules "Sarif" and "Ghas" of @microsoft/sarif-multitool, which is installed
from package-lock.json into the user's cache, once. Prints "SKIPPED: ..." where node, npm or the package cannot be had.
"""
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BROKEN = """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: app, namespace: shop
"""
SUPPRESSED = """\
# whomay:ignore rbac-wildcard-all: the operator's own
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: operator}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
"""


def skip(why):
    print(f"SKIPPED: SARIF is not validated: {why}")
    sys.exit(0)


def multitool():
    """The validator's folder and program."""
    if not shutil.which("node") or not shutil.which("npm"):
        skip("no node or no npm")
    if platform.system() != "Linux":
        skip("the validator is looked for on Linux only")
    version = json.loads((HERE / "package.json").read_text())["dependencies"]["@microsoft/sarif-multitool"]
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / "whomay-tests" / f"sarif-multitool-{version}"
    package = folder / "node_modules/@microsoft/sarif-multitool-linux"
    program = package / "Sarif.Multitool"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0 or not program.exists():
            skip("npm could not install the validator: " + done.stderr.strip()[-300:])
    program.chmod(0o755)  # npm drops the bit where no script runs
    return package, program


def main():
    root, binary = pathlib.Path(sys.argv[1]), str(pathlib.Path(sys.argv[2]).resolve())
    package, program = multitool()
    schema = json.loads((package / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "shop").symlink_to(root / "examples/shop")
        (folder / "broken.yaml").write_text(BROKEN)
        (folder / "suppressed.yaml").write_text(SUPPRESSED)
        (folder / "assertions.yaml").write_text(
            "assertions:\n- {permission: get secrets -n shop, only: []}\nsuppress:\n"
            "- {rule: irsa-wildcard-namespace, reason: known, expires: 2999-01-01}\n")
        runs = {
            "state": ["-f", "shop/state.json", "-f", "shop/manifests"],
            "plan": ["-f", "shop/plan.json", "-f", "shop/manifests"],
            "change": ["-f", "shop/change/plan.json", "-f", "shop/manifests", "--config", "assertions.yaml"],
            "broken": ["-f", "broken.yaml", "-f", "suppressed.yaml"],
            "clean": ["-f", "shop/manifests/namespaces.yaml"],
        }
        for name, words in runs.items():
            done = subprocess.run([binary, "check", "-o", "sarif", *words], cwd=folder, capture_output=True,
                                  check=False)
            if done.returncode not in (0, 1):
                print(f"{name}: exit code {done.returncode}: {done.stderr.decode()}")
                wrong += 1
                continue
            (folder / f"{name}.sarif").write_bytes(done.stdout)
            run = json.loads(done.stdout)["runs"][0]
            problems = expectations(name, run)
            try:
                import jsonschema
                problems += [f"schema: {error.json_path}: {error.message[:200]}"
                             for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(json.loads(done.stdout))]
            except ImportError:
                print("SKIPPED in part: no jsonschema, the validator alone judges")
            result = folder / f"{name}.result.sarif"
            subprocess.run([program, "validate", f"{name}.sarif", "--rule-kind", "Sarif;Ghas", "--output", result,
                            "--log", "ForceOverwrite"], cwd=folder, env=environment, capture_output=True, check=False)
            if not result.exists():
                problems.append("the validator wrote no result")
            else:
                judged = json.loads(result.read_text(encoding="utf-8-sig"))["runs"][0]
                problems += [f"{one['ruleId']}: {one['message']}" for one in judged.get("results", [])]
            for problem in problems:
                print(f"{name}: {problem}")
            wrong += len(problems)
            print(f"{name}: {len(run['results'])} results, {len(run['tool']['driver']['rules'])} rules")
    print(f"{len(runs)} documents, {wrong} problems")
    return 1 if wrong else 0


def expectations(name, run):
    """What the validator does not ask for."""
    problems = []
    for one in run["results"]:
        if not one.get("partialFingerprints", {}).get("primaryLocationLineHash"):
            problems.append(f"{one['ruleId']}: no fingerprint")
        if one["ruleId"].startswith("escalation-") and not one.get("codeFlows"):
            problems.append(f"{one['ruleId']}: no code flow")
    with_address = [one for one in run["results"] if one["locations"][0].get("logicalLocations")]
    if name in ("state", "plan", "change") and len(with_address) != len(run["results"]):
        problems.append("results without a logical location")
    invocation = run["invocations"][0]
    suppressed = [one for one in run["results"] if one.get("suppressions")]
    if name == "broken" and (invocation["executionSuccessful"] or not invocation["toolExecutionNotifications"]):
        problems.append("broken input is no notification")
    if name in ("broken", "change") and not suppressed:
        problems.append("no suppressed result")
    if name in ("state", "clean") and not invocation["executionSuccessful"]:
        problems.append("execution not successful")
    return problems


if __name__ == "__main__":
    sys.exit(main())
