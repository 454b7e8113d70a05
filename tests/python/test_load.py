"""Inputs: paths, texts, dicts; diagnostics with positions; what cannot be read."""

import datetime
import json
import pickle
import subprocess
import sys
import threading
import time

import pytest

import whomay
from conftest import SHOP

BINDING = {
    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
    "metadata": {"name": "ops"}, "subjects": [{"kind": "User", "name": "ann",
                                               "apiGroup": "rbac.authorization.k8s.io"}],
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
}
MANIFEST = "kind: ServiceAccount\napiVersion: v1\nmetadata: {name: web, namespace: shop}\n"


def test_dict_text_and_path_are_the_same(tmp_path):
    file = tmp_path / "binding.json"
    file.write_text(json.dumps(BINDING))
    for given in (BINDING, whomay.data([BINDING]), whomay.text(json.dumps(BINDING)), file, str(file),
                  whomay.path(tmp_path)):
        access = whomay.load(given)
        assert access.can("user:ann", "list pods").allowed
        assert access.can("user:ann", "list secrets").denied
        assert access.complete and not access.has_two_worlds


def test_text_has_a_name_and_positions():
    access = whomay.load(whomay.text(MANIFEST, name="web.yaml"), BINDING)
    item = next(i for i in access.list("principals") if i.name == "sa:shop/web")
    assert item.origin.file == "web.yaml" and item.origin.line == 1


def test_bytes_and_dates():
    access = whomay.load(whomay.text(MANIFEST.encode()), BINDING)
    assert "sa:shop/web" in [i.name for i in access.list("principals")]
    policy = {"Version": datetime.date(2012, 10, 17), "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    assert json.loads(whomay.data(policy).content)["Version"] == "2012-10-17"
    with pytest.raises(TypeError, match="set"):
        whomay.data({"kind": {1, 2}})


def test_clusters():
    other = dict(BINDING, subjects=[{"kind": "User", "name": "bob",
                                     "apiGroup": "rbac.authorization.k8s.io"}])
    access = whomay.load(whomay.data(BINDING, cluster="blue"), whomay.data(other, cluster="green"))
    assert access.can("user:ann", "list pods", cluster="blue").allowed
    assert access.can("user:ann", "list pods", cluster="green").denied
    with pytest.raises(whomay.QuestionError, match="blue, green"):
        access.can("user:ann", "list pods")


@pytest.mark.parametrize("inputs", [("no-such-file.json",),
                                    (whomay.text("hello", name="hello.txt"),)])
def test_unreadable(inputs):
    with pytest.raises(whomay.InputError) as caught:
        whomay.load(*inputs)
    for name in inputs:
        assert (name if isinstance(name, str) else name.name) in str(caught.value)


@pytest.mark.parametrize("text,line,column,said", [
    ('{"Version": "2012-10-17",\n "Statement": [{"Effect": }]}', 2, 27, "not JSON"),
    ('{"a": [1, 2', 1, 12, "not JSON"),
    ("a: [1, 2\nb: 3", 2, 2, "not YAML"),
    # Recognised, and nothing is left of it.
    ("kind: Role\napiVersion: rbac.authorization.k8s.io/v1\nrules: [", 3, 9, "not YAML"),
    ('{"format_version": "1.2", "terraform_version": "1.9.0",\n"planned_values": {', 2, 20,
     "not JSON"),
    ("kind: Role\nmetadata:\n  name: {{ .Release.Name }}\n", 1, 1, "helm template")])
def test_broken_inputs_are_exceptions_with_their_place(text, line, column, said):
    with pytest.raises(whomay.InputError, match=said) as caught:
        whomay.load(whomay.text(text, name="broken"))
    origin = caught.value.origin
    assert (origin.file, origin.line, origin.column) == ("broken", line, column)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value) and copy.origin == origin


def test_what_is_not_there_has_no_place():
    for inputs in (("no-such-file.json",), (whomay.text("hello", name="hello.txt"),)):
        with pytest.raises(whomay.InputError) as caught:
            whomay.load(*inputs)
        assert caught.value.origin is None and caught.value.diagnostics == ()


def test_broken_beside_whole_is_a_diagnostic(tmp_path):
    (tmp_path / "binding.json").write_text(json.dumps(BINDING))
    (tmp_path / "policy.json").write_text('{"Version": "2012-10-17", "Statement": [{"Effect": "Al')
    (tmp_path / "settings.json").write_text("{ // of another tool\n}")
    access = whomay.load(tmp_path)
    assert not access.complete  # what the policy grants is lost
    assert [(d.code, d.origin.file, d.origin.line) for d in access.diagnostics
            if d.severity == "error"] == [("json.syntax", str(tmp_path / "policy.json"), 1)]


def test_no_input(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(whomay.InputError, match="no inputs"):
        whomay.load()


def test_not_an_input():
    with pytest.raises(TypeError, match="int"):
        whomay.load(7)


def test_diagnostics_have_positions():
    broken = whomay.text(MANIFEST + "---\nkind: Role\nmetadata: {name: x\n", name="broken.yaml")
    access = whomay.load(broken)
    assert not access.complete and "incomplete" in repr(access)
    errors = [d for d in access.diagnostics if d.severity == "error"]
    assert errors and errors[0].origin.file == "broken.yaml" and errors[0].origin.line >= 4
    assert str(errors[0]).startswith("broken.yaml:")
    with pytest.raises(whomay.IncompleteError) as caught:
        whomay.load(broken, strict=True)
    assert caught.value.diagnostics[0].origin.line >= 4
    assert "broken.yaml:" in str(caught.value)
    assert access.who("get pods").incomplete


def test_text_that_is_no_utf8_where_python_can_hold_it():
    head = "kind: ServiceAccount\napiVersion: v1\nmetadata: {name: web, annotations: {a: \""
    for bad in (head + "\ud800\"}}\n", head + "\\ud800\"}}\n", head.encode() + b"\xff\"}}\n"):
        access = whomay.load(whomay.text(bad, name="bad.yaml"), BINDING)
        assert not access.complete
        assert [d.origin.line for d in access.diagnostics if d.severity == "error"] == [3]


def test_options_of_reading():
    access = whomay.load(whomay.text("kind: ServiceAccount\napiVersion: v1\nmetadata: {name: web}\n"),
                         default_namespace="prod", builtin_rbac=False)
    assert "sa:prod/web" in [i.name for i in access.list("principals")]
    assert access.can("group:system:masters", "get pods").allowed


def large(bindings):
    """A cluster dump: many namespaces, each with a service account, a role and a binding."""
    items = []
    for n in range(bindings):
        ns = {"name": "reader", "namespace": f"team-{n}"}
        items += [
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": ns},
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": ns,
             "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]},
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": ns,
             "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
             "subjects": [{"kind": "ServiceAccount", **ns}]}]
    return whomay.data(items, name="dump.json")


def test_large_input():
    access = whomay.load(large(20_000))
    accounts = access.list("principals")
    assert sum(i.name.startswith("sa:team-") and i.name.endswith("/reader") for i in accounts) == 20_000
    assert "sa:team-777/reader" in access.who("get secrets -n team-777").principals("allowed")
    assert "sa:team-778/reader" not in access.who("get secrets -n team-777").principals()


def test_threads_share_an_analysis(plan):
    permissions = ["get secrets -n shop", "list pods -n shop", "create pods/exec -n shop", "* *"]
    alone = {p: plan.who(p) for p in permissions}
    wrong = []

    def ask():
        for permission in permissions * 3:
            if plan.who(permission) != alone[permission]:
                wrong.append(permission)
            if plan.before.can("jonas", permission) != plan.before.can("jonas", permission):
                wrong.append(permission)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_reading_lets_other_threads_run():
    source = large(20_000)
    done = threading.Event()

    def read():
        whomay.load(source)
        done.set()

    ticks = 0
    thread = threading.Thread(target=read)
    thread.start()
    while not done.is_set():
        time.sleep(0.001)
        ticks += 1
    thread.join()
    assert ticks > 10  # with the GIL held it would be one or two


def test_module_is_the_command():
    run = [sys.executable, "-m", "whomay"]
    version = subprocess.run([*run, "--version"], capture_output=True, check=True, text=True)
    assert whomay.__version__ in version.stdout
    asked = [*run, "can", "jonas", "get", "secrets", "-n", "shop", "-f",
             str(SHOP / "change/plan.json"), "-f", str(SHOP / "manifests")]
    assert subprocess.run(asked, capture_output=True, check=False).returncode == 0
    before = subprocess.run([*asked, "--world", "before"], capture_output=True, check=False)
    assert before.returncode == 1 and b"jonas" in before.stdout
    piped = subprocess.run([*run, "can", "user:ann", "list", "pods", "-f", "-"], check=False,
                           input=json.dumps(BINDING), capture_output=True, text=True)
    assert piped.returncode == 0
