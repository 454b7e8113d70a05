"""check, rules, configurations: the same as the command's, and errors with positions."""

import datetime
import json
import os
import pickle
import subprocess

import pytest

import whomay
from conftest import SHOP
from test_questions import covered

COMMAND = os.environ.get("WHOMAY_COMMAND")
INPUTS = [SHOP / "state.json", SHOP / "manifests"]
TODAY = datetime.date(2026, 11, 24)


@pytest.fixture(scope="module")
def shop():
    return whomay.load(*INPUTS)


@pytest.fixture(scope="module")
def checked(shop):
    return shop.check()


def test_findings(checked):
    assert checked.failed and len(checked) == len(checked.findings) == len(checked.active)
    rules = {rule.id: rule for rule in whomay.rules()}
    for finding in checked:
        assert rules[finding.rule].severity and finding.subject and finding.message
        assert len(finding.fingerprint) == 16
        assert finding.origin.file and finding.origin.line >= 1
    assert any(f.path.steps for f in checked)
    assert str(checked[0]).startswith(checked[0].origin.file)
    assert repr(checked).startswith("<whomay.CheckAnswer failed: ")
    covered({**checked.to_dict(), "findings": []}, whomay.CheckAnswer.from_json(
        json.dumps({**checked.to_dict(), "findings": []})))
    assert pickle.loads(pickle.dumps(checked)) == checked
    assert [row["fingerprint"] for row in checked.rows()] == [f.fingerprint for f in checked]


@pytest.mark.parametrize("form", ["json", "table", "sarif", "junit", "github", "markdown"])
def test_same_as_the_command(checked, form, tmp_path):
    if not COMMAND:
        pytest.skip("WHOMAY_COMMAND does not name the command")
    words = [word for path in INPUTS for word in ("-f", str(path))]
    printed = subprocess.run([COMMAND, "check", *words, "-o", form], check=False, cwd=tmp_path,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert printed.returncode == 1
    assert checked.report(form) == printed.stdout.decode()


def test_no_such_format(checked):
    with pytest.raises(ValueError, match="sarif"):
        checked.report("xml")
    with pytest.raises(ValueError, match="json and table only"):
        pickle.loads(pickle.dumps(checked)).report("sarif")


def test_threshold(shop):
    low, high = shop.check(threshold="note"), shop.check(threshold="high")
    assert low.threshold == "note" and high.threshold == "high"
    assert len(low) == len(high)
    with pytest.raises(whomay.ConfigError, match="extreme"):
        shop.check(threshold="extreme")


def test_suppressions_and_expiry(shop, checked):
    first = checked[0]
    one = {"rule": first.rule, "subject": first.subject, "reason": "known", "expires": "2026-12-31"}
    held = next(f for f in shop.check(suppress=[one], today=TODAY)
                if f.fingerprint == first.fingerprint)
    assert held.suppressed and held.suppressed_by == "configuration" and held.reason == "known"
    later = shop.check(suppress=[one], today=datetime.date(2027, 1, 1))
    assert not next(f for f in later if f.fingerprint == first.fingerprint).suppressed
    as_date = dict(one, expires=datetime.date(2026, 12, 31))
    assert shop.check(suppress=[as_date], today=TODAY) == shop.check(suppress=[one], today=TODAY)


def test_assertions(shop):
    held = shop.check(assertions=[{"name": "secrets", "permission": "get secrets -n shop",
                                   "never": ["sa:shop/mailer"]}])
    assert held.assertions == 1 and not [f for f in held if f.rule == "assertion"]
    broken = shop.check(assertions=[{"principal": "lea", "permission": "list pods -n shop",
                                     "expect": "denied", "name": "lea sees nothing"}])
    (finding,) = [f for f in broken if f.rule == "assertion"]
    assert broken.failed and "lea sees nothing" in str(finding)


@pytest.mark.parametrize("wrong", [
    {"assertions": [{"permission": "get pods", "nobody": ["x"]}]},
    {"suppress": [{"rule": "rbac-wildcard"}]},
    {"suppress": [{"rule": "no-such-rule", "reason": "x"}]}])
def test_wrong_entries_have_positions(shop, wrong):
    with pytest.raises(whomay.ConfigError) as caught:
        shop.check(**wrong)
    assert caught.value.origin.file == "<check>" and caught.value.origin.line >= 2
    assert pickle.loads(pickle.dumps(caught.value)).origin == caught.value.origin


def test_baseline(shop, checked, tmp_path):
    baseline = tmp_path / "baseline.json"
    baseline.write_text(checked.report("baseline"))
    assert json.loads(baseline.read_text())["schema"] == "whomay.baseline/1"
    clean = shop.check(baseline=baseline)
    assert not clean.failed and not clean.active and len(clean) == len(checked)
    assert {f.suppressed_by for f in clean} == {"baseline"}
    with pytest.raises(whomay.ConfigError, match="missing.json"):
        shop.check(baseline=tmp_path / "missing.json")
    baseline.write_text("{}")
    with pytest.raises(whomay.ConfigError, match="no baseline") as caught:
        shop.check(baseline=baseline)
    assert caught.value.origin.file == str(baseline)


def test_configuration(tmp_path, monkeypatch):
    (tmp_path / ".whomay.yaml").write_text(f"""\
inputs: ['{SHOP / 'state.json'}', {{path: '{SHOP / 'manifests'}', cluster: shop}}]
threshold: high
assertions:
- {{name: quiet, permission: get secrets -n shop, never: ['sa:shop/mailer']}}
""")
    folder = tmp_path / "deep/er"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    for access in (whomay.load(), whomay.load(config=tmp_path / ".whomay.yaml"),
                   whomay.load(config=whomay.config())):
        answer = access.check()
        assert answer.assertions == 1 and answer.threshold == "high"
        assert access.before.check(threshold="low").threshold == "low"
    assert whomay.config().threshold == "high"
    assert [source.cluster for source in whomay.config().inputs] == ["", "shop"]
    # Inputs that are given take the place of its inputs, not of what it demands.
    assert whomay.load(*INPUTS, config=tmp_path / ".whomay.yaml").check().assertions == 1
    assert whomay.load(*INPUTS).check().assertions == 0


def test_wrong_configurations(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(whomay.ConfigError, match="no .whomay.yaml"):
        whomay.config()
    file = tmp_path / ".whomay.yaml"
    file.write_text("inputs: [plan.json]\ntreshold: high\n")
    for read in (whomay.config, whomay.load, lambda: whomay.load(config=file)):
        with pytest.raises(whomay.ConfigError, match="treshold") as caught:
            read()
        assert (caught.value.origin.line, caught.value.origin.column) == (2, 1)
    with pytest.raises(whomay.ConfigError, match="nowhere.yaml"):
        whomay.config("nowhere.yaml")


def test_rules():
    rules = whomay.rules()
    ids = [rule.id for rule in rules]
    assert ids == sorted(ids) and "irsa-wildcard-namespace" in ids
    for rule in rules:
        assert rule.severity in ("note", "low", "medium", "high") and rule.explanation
        assert rule.title and rule.remediation
    if COMMAND:
        printed = subprocess.run([COMMAND, "rules", ids[0]], check=True, stdout=subprocess.PIPE)
        assert str(rules[0]) == printed.stdout.decode().rstrip("\n")
