"""examples/python, run as their users run them."""

import csv
import os
import subprocess
import sys

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


def test_plan_comment():
    done = run(SCRIPTS / "plan_comment.py", *INPUTS, "--permission", "get secrets -n shop")
    assert done.returncode == 1, done.stderr  # somebody gains
    gains = [line for line in done.stdout.splitlines() if line.startswith("| gains")]
    assert any("user/people/jonas`" in line and "| denied | allowed |" in line for line in gains)
    assert not any("shop-admin`" in line for line in gains)
    quiet = run(SCRIPTS / "plan_comment.py", *INPUTS, "--permission", "get secrets -n monitoring")
    assert quiet.returncode == 0 and "no watched access" in quiet.stdout
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
