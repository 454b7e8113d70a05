"""examples/python, run as their users run them."""

import csv
import importlib
import json
import os
import subprocess
import sys

import pytest

import whomay
from conftest import ROOT, SHOP

SCRIPTS = ROOT / "examples/python"
INPUTS = [str(SHOP / "change/plan.json"), str(SHOP / "manifests")]


def run(*words, **environment):
    return subprocess.run([sys.executable, *map(str, words)], check=False, capture_output=True,
                          text=True, env={**os.environ, **environment})


def test_audit(tmp_path):
    table = tmp_path / "audit.csv"
    done = run(SCRIPTS / "audit_cluster.py", *INPUTS, "--csv", table)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(table.open()))
    found = {(row["danger"], row["principal"].rsplit("/", 1)[-1]): row["decision"] for row in rows}
    assert found["is cluster admin", "shop-breakglass"] == "allowed"
    assert found["is cluster admin", "mira"] == "conditional"
    assert ("is cluster admin", "lea") not in found
    assert not any(row["principal"].startswith("group:system:") for row in rows)
    assert f"{len(rows)} grants" in done.stdout
    assert "shop-breakglass\n    is cluster admin\n" in done.stdout
    assert "people/mira\n    is cluster admin (conditional)\n" in done.stdout


def test_audit_of_a_dump(tmp_path):
    """What `kubectl get … -A -o json` prints."""
    group = "rbac.authorization.k8s.io"
    items = [{"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": {"name": "ops"},
              "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}]},
             {"apiVersion": f"{group}/v1", "kind": "ClusterRoleBinding",
              "metadata": {"name": "ops"}, "roleRef": {"apiGroup": group, "kind": "ClusterRole",
                                                       "name": "ops"},
              "subjects": [{"kind": "User", "name": "ann", "apiGroup": group}]}]
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    done = run(SCRIPTS / "audit_cluster.py", dump)
    assert done.stdout.startswith("user:ann\n    reads all secrets\n"), done.stdout + done.stderr


def test_audit_as_a_data_frame(monkeypatch):
    pytest.importorskip("pandas")
    monkeypatch.syspath_prepend(str(SCRIPTS))
    audit_cluster = importlib.import_module("audit_cluster")
    frame = audit_cluster.audit(whomay.load(*INPUTS))
    admins = frame[(frame.danger == "is cluster admin") & (frame.decision == "allowed")]
    assert "user:breakglass" in set(admins.principal)


def test_plan_comment():
    done = run(SCRIPTS / "plan_comment.py", *INPUTS, "--permission", "get secrets -n shop")
    assert done.returncode == 1, done.stderr  # somebody gains
    gains = [line for line in done.stdout.splitlines() if line.startswith("| gains")]
    assert any("user/people/jonas`" in line and "| denied | allowed |" in line for line in gains)
    assert not any("shop-admin`" in line for line in gains)
    assert "### Access that this change gives and takes" in done.stdout
    assert "irsa-wildcard-name" in done.stdout.split("#### New findings")[1]
    assert "irsa-wildcard-namespace" not in done.stdout  # known before
    quiet = run(SCRIPTS / "plan_comment.py", *INPUTS, "--permission", "get secrets -n monitoring")
    assert quiet.returncode == 0 and "No watched permission" in quiet.stdout
    no_plan = run(SCRIPTS / "plan_comment.py", SHOP / "manifests")
    assert no_plan.returncode == 1 and "none of the inputs is a plan" in no_plan.stderr


def test_least_privilege():
    pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", SCRIPTS / "test_least_privilege.py"]
    done = run(*pytest)
    assert done.returncode == 0, done.stdout
    changed = run(*pytest, WHOMAY_INPUTS=":".join(INPUTS))
    assert changed.returncode == 1
    assert "test_only_these_people_read_secrets" in changed.stdout
    assert "test_developers_only_read" in changed.stdout
