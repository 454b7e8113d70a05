"""Every question: typed results, the same as the command's JSON, errors with candidates."""

import dataclasses
import json
import os
import pickle
import subprocess

import pytest

import whomay
from conftest import SHOP

ROLE = "arn:aws:iam::111122223333:role/"
COMMAND = os.environ.get("WHOMAY_COMMAND")

QUESTIONS = [
    ("can", ["jonas", "get", "secrets", "-n", "shop"], whomay.CanAnswer),
    ("why", ["jonas", "get", "secrets", "-n", "shop"], whomay.CanAnswer),
    ("who", ["get", "secrets", "-n", "shop"], whomay.WhoAnswer),
    ("who", ["s3:GetObject", "arn:aws:s3:::example-shop-orders/1"], whomay.WhoAnswer),
    ("what", [ROLE + "shop-checkout"], whomay.WhatAnswer),
    ("whoami", ["petra"], whomay.WhoamiAnswer),
    ("reach", ["lea"], whomay.ReachAnswer),
    ("paths", ["lea", ROLE + "shop-support"], whomay.PathsAnswer),
    ("matrix", ["pods"], whomay.MatrixAnswer),
    ("list", ["principals"], whomay.ListAnswer),
    ("list", ["bindings"], whomay.ListAnswer),
    ("graph", [], whomay.GraphAnswer),
    ("graph", ["lea"], whomay.GraphAnswer),
]

# Of several clusters: answers for all of them have further fields.
CLUSTERS = [f"{name}={SHOP / 'manifests'}" for name in ("blue", "green")]
OF_SEVERAL = [
    ("who", ["get", "secrets", "-n", "shop"], whomay.WhoAnswer),
    ("what", ["group:shop-support"], whomay.WhatAnswer),
    ("whoami", ["sa:shop/checkout"], whomay.WhoamiAnswer),
    ("reach", ["sa:shop/checkout@blue"], whomay.ReachAnswer),
    ("matrix", ["pods"], whomay.MatrixAnswer),
    ("list", ["principals"], whomay.ListAnswer),
    ("graph", [], whomay.GraphAnswer),
]


def ask(access, question, words, **options):
    if question in ("can", "why"):
        return getattr(access, question)(words[0], words[1:], **options)
    if question in ("who", "matrix"):
        return getattr(access, question)(words, **options)
    return getattr(access, question)(*words, **options)


@pytest.mark.parametrize("question,words,kind", QUESTIONS)
def test_same_as_the_command(plan, question, words, kind):
    answer = ask(plan, question, words)
    assert type(answer) is kind
    if not COMMAND:
        pytest.skip("WHOMAY_COMMAND does not name the command")
    inputs = ["-f", str(SHOP / "change/plan.json"), "-f", str(SHOP / "manifests")]

    def printed(form):
        return subprocess.run([COMMAND, question, *inputs, "-o", form, *words], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()

    assert answer.to_json().strip() == printed("json").strip()
    assert answer.to_dict() == json.loads(printed("json"))
    assert answer.table() == printed("table")


@pytest.mark.parametrize("question,words,kind", OF_SEVERAL)
def test_several_clusters(question, words, kind):
    access = whomay.load(*(whomay.path(SHOP / "manifests", cluster=name)
                           for name in ("blue", "green")))
    answer = ask(access, question, words)
    assert type(answer) is kind
    covered(answer.to_dict(), answer)
    if isinstance(answer, (whomay.WhoAnswer, whomay.MatrixAnswer)):
        assert answer.clusters == ("blue", "green")
        assert {row["cluster"] for row in answer.rows()} == {"blue", "green"}
    if not COMMAND:
        pytest.skip("WHOMAY_COMMAND does not name the command")
    inputs = [word for name in CLUSTERS for word in ("-f", name)]
    printed = subprocess.run([COMMAND, question, *inputs, "-o", "json", *words], check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    assert answer.to_json() == printed


def test_terraforms_code():
    answers = [whomay.load(SHOP / "plan.json", source_root=root).list("principals")
               for root in (None, SHOP / "terraform")]
    assert not any(item.origin.source for item in answers[0] if item.origin)
    sources = [item.origin.source for item in answers[1] if item.origin and item.origin.source]
    assert sources and all(one.file.endswith(".tf") and one.line for one in sources)
    covered(answers[1].to_dict(), answers[1])
    with pytest.raises(whomay.InputError, match="no folder"):
        whomay.load(SHOP / "plan.json", source_root=SHOP / "nowhere")


def test_graph(plan):
    graph = plan.graph("lea", escalate=True)
    assert {e.from_ for e in graph.edges} | {e.to for e in graph.edges} == {
        n.principal for n in graph.nodes}
    assert len(plan.graph().edges) > len(plan.graph("lea").edges)
    assert repr(graph).startswith("<whomay.GraphAnswer arn:aws:iam::111122223333:user/people/lea ")
    assert graph.rows()[0]["line"] >= 1
    with pytest.raises(whomay.QuestionError):
        plan.graph("nobody")


@pytest.mark.parametrize("question,words,form", [
    ("graph", [], "dot"), ("graph", [], "mermaid"), ("graph", [], "graphml"),
    ("graph", [], "cytoscape"), ("graph", ["lea"], "html"),
    ("can", ["jonas", "get", "secrets", "-n", "shop"], "dot"),
    ("who", ["get", "secrets", "-n", "shop"], "mermaid"), ("reach", ["lea"], "dot"),
    ("paths", ["lea", ROLE + "shop-support"], "dot"),
    ("who", ["get", "secrets", "-n", "shop"], "csv"), ("list", ["bindings"], "csv"),
    ("matrix", ["pods"], "csv")])
def test_formats_are_the_command_s(plan, question, words, form):
    answer = ask(plan, question, words)
    written = answer.report(form)
    assert written
    if not COMMAND:
        pytest.skip("WHOMAY_COMMAND does not name the command")
    inputs = ["-f", str(SHOP / "change/plan.json"), "-f", str(SHOP / "manifests")]
    printed = subprocess.run([COMMAND, question, *inputs, "-o", form, *words], check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert written == printed.stdout.decode()


def test_formats_that_an_answer_has_not(plan):
    with pytest.raises(ValueError, match="csv"):
        plan.list("roles").report("dot")
    with pytest.raises(ValueError, match="no format"):
        plan.what("lea").report("csv")


def covered(data, record):
    """Every key of the JSON has its attribute with the same value."""
    for key, value in data.items():
        if key == "schema":
            continue
        name = key + "_" if key in ("from", "as", "except") else key
        got = getattr(record, name)
        assert type(got) not in (dict, list) or key in ("fields", "decisions"), key
        if isinstance(value, list) and value and isinstance(value[0], dict):
            assert len(got) == len(value)
            for item, part in zip(value, got):
                covered(item, part)
        elif isinstance(value, list):
            assert got == tuple(value)
        elif isinstance(value, dict) and dataclasses.is_dataclass(got):
            covered(value, got)
        else:
            assert got == value, key


@pytest.mark.parametrize("question,words,kind", QUESTIONS)
def test_typed_results_say_all_that_the_json_says(plan, question, words, kind):
    answer = ask(plan, question, words)
    covered(answer.to_dict(), answer)


@pytest.mark.parametrize("question,words,kind", QUESTIONS)
def test_answers_are_values(plan, question, words, kind):
    answer = ask(plan, question, words)
    assert answer == ask(plan, question, words)
    copy = pickle.loads(pickle.dumps(answer))
    assert copy == answer and str(copy) == str(answer) and copy.to_dict() == answer.to_dict()
    assert kind.from_json(answer.to_json()) == answer
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.incomplete = True
    answer.to_dict().clear()
    assert answer.to_dict()
    assert "<" in answer._repr_html_()


def test_worlds(plan):
    assert plan.has_two_worlds
    assert plan.before.can("jonas", "get secrets -n shop").denied
    assert plan.after.can("jonas", "get secrets -n shop").allowed
    assert plan.can("jonas", "get secrets -n shop") == plan.after.can("jonas", "get secrets -n shop")


def test_truth_is_certainty(plan):
    assert plan.can("jonas", "get secrets -n shop")
    conditional = plan.can("mira", "get secrets -n shop")
    assert conditional.decision == "conditional" and not conditional and not conditional.denied
    assert [c.key for c in conditional.conditions] == ["aws:MultiFactorAuthPresent"]
    context = {"aws:MultiFactorAuthPresent": "true"}
    assert plan.can("mira", "get secrets -n shop", context=context).allowed


def test_permission_words_and_options(plan):
    answer = plan.can("jonas", "get secrets -n shop")
    assert plan.can("jonas", ["get", "secrets"], namespace="shop") == answer
    assert str(answer.permission) == "get secrets -n shop"
    assert plan.who("get secrets -n shop", direct=True) != plan.who("get secrets -n shop")


def test_who_is_a_sequence(plan):
    answer = plan.who("get secrets -n shop")
    assert len(answer) == len(answer.grantees) == len(list(answer)) > 0
    assert answer[0] is answer.grantees[0]
    assert set(answer.principals("allowed")) < set(answer.principals())
    with pytest.raises(ValueError):
        answer.principals("alowed")


def test_paths_have_origins(plan):
    step = plan.can("jonas", "get secrets -n shop").paths[0].steps[0]
    assert step.edge == "assume-role" and step.from_.endswith("user/people/jonas")
    assert step.origin.file.endswith("plan.json") and step.origin.line >= 1
    assert "aws_iam_role" in str(step)


def test_ambiguous_name_lists_candidates():
    access = whomay.load(whomay.text("\n---\n".join(
        f"{{apiVersion: v1, kind: ServiceAccount, metadata: {{name: web, namespace: {ns}}}}}"
        for ns in ("a", "b"))))
    with pytest.raises(whomay.QuestionError) as caught:
        access.whoami("web")
    assert caught.value.candidates == ("sa:a/web", "sa:b/web")
    assert pickle.loads(pickle.dumps(caught.value)).candidates == caught.value.candidates


def test_unknown_name_suggests(plan):
    with pytest.raises(whomay.QuestionError) as caught:
        plan.can("jonsa", "get pods")
    assert any(name.endswith("/jonas") for name in caught.value.candidates)
    assert "did you mean" in str(caught.value)


@pytest.mark.parametrize("ask", [
    lambda a: a.who(""), lambda a: a.who([]), lambda a: a.list("nonsense"),
    lambda a: a.can("jonas", "get pods", cluster="nowhere"),
    lambda a: a.who("s3:GetObject", role_ref="ClusterRole/x")])
def test_questions_that_mean_nothing(plan, ask):
    with pytest.raises(whomay.QuestionError):
        ask(plan)


def test_wrong_options(plan):
    with pytest.raises(TypeError, match="nmespace"):
        plan.who("get pods", nmespace="shop")
    with pytest.raises(TypeError):
        plan.who("get pods", max_hops="many")


def test_repr(plan):
    assert repr(plan).startswith("<whomay.Analysis 1 cluster, ")
    assert "before and after" in repr(plan)
    assert repr(plan.can("jonas", "get secrets -n shop")) == (
        "<whomay.CanAnswer allowed: arn:aws:iam::111122223333:user/people/jonas: "
        "get secrets -n shop (after)>")
    assert repr(plan.before.can("jonas", "get secrets -n shop")).startswith(
        "<whomay.CanAnswer denied (forbidden): ")
    assert repr(plan.who("get secrets -n shop")).startswith(
        "<whomay.WhoAnswer get secrets -n shop (after): ")
    for question, words, _ in QUESTIONS:
        answer = ask(plan, question, words)
        assert repr(answer).startswith(f"<whomay.{type(answer).__name__} ")
        assert len(repr(answer)) < 400 and "\n" not in repr(answer)


def test_long_tables_are_cut_in_notebooks():
    accounts = [{"apiVersion": "v1", "kind": "ServiceAccount",
                 "metadata": {"name": f"a{n}", "namespace": "x"}} for n in range(300)]
    shown = whomay.load(whomay.data(accounts)).list("principals")._repr_html_()
    assert shown.count("<tr>") == 201 and "more rows" in shown


def test_html_is_escaped():
    name = "<script>alert(1)</script>"
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
               "metadata": {"name": "x"},
               "subjects": [{"kind": "User", "name": name,
                             "apiGroup": "rbac.authorization.k8s.io"}],
               "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                           "name": "view"}}
    access = whomay.load(binding)
    answers = [access.who("list pods"), access.can("user:" + name, "list pods"), access.check()]
    assert any(name in str(row) for row in answers[0])
    for answer in answers:
        assert "<script>" not in answer._repr_html_()


def test_json_of_another_answer_is_refused(plan):
    text = plan.who("get secrets -n shop").to_json()
    with pytest.raises(ValueError, match="whomay.who/1"):
        whomay.CanAnswer.from_json(text)
    with pytest.raises(ValueError):
        whomay.WhoAnswer.from_json("[]")
    assert whomay.WhoAnswer.from_json(text) == plan.who("get secrets -n shop")


def test_diff(plan):
    changes = plan.diff()
    assert changes and changes.gains and changes == plan.before.diff(plan.after)
    jonas = [c for c in changes.gained if c.principal.endswith("user/people/jonas")]
    assert jonas and all(c.before != "allowed" or c.after != "allowed" for c in jonas)
    assert jonas[0].paths[0].steps[-1].origin.line >= 1
    assert {row["change"] for row in changes.rows()} <= {"gained", "lost", "changed"}
    backwards = plan.after.diff(plan.before)
    assert [c.principal for c in backwards.lost] == [c.principal for c in changes.gained]
    assert "### " in changes.report("markdown") or "|" in changes.report("markdown")
    covered(changes.to_dict(), changes)
    assert pickle.loads(pickle.dumps(changes)) == changes


def test_diff_of_two(plan):
    today = whomay.load(SHOP / "state.json", SHOP / "manifests")
    assert not today.diff(today) and not today.diff(today).gains
    # The plan that the state is the prior state of gives the same.
    assert {(c.principal, str(c.permission)) for c in today.diff(plan).gained} == {
        (c.principal, str(c.permission)) for c in plan.diff().gained}
    with pytest.raises(whomay.QuestionError, match="before and an after"):
        today.diff()


@pytest.mark.parametrize("form", ["json", "table", "markdown"])
def test_diff_is_the_command(plan, form):
    if not COMMAND:
        pytest.skip("WHOMAY_COMMAND does not name the command")
    printed = subprocess.run([COMMAND, "diff", str(SHOP / "change/plan.json"), "-f",
                              str(SHOP / "manifests"), "-o", form], check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    # The command names the plan last.
    access = whomay.load(SHOP / "manifests", SHOP / "change/plan.json")
    assert access.diff().report(form).strip() == printed.strip()


def test_migrate():
    inputs = [SHOP / "state.json", SHOP / "manifests"]
    answer = whomay.load(*inputs).migrate_aws_auth()
    assert [cluster.cluster for cluster in answer] == ["shop"]
    breakglass = next(e for e in answer[0].entries if e.principal.endswith("role/shop-breakglass"))
    assert breakglass.origin.line >= 1 and breakglass.access_policies
    assert answer.proven == (not answer.proof and not answer.incomplete)
    assert repr(answer).startswith("<whomay.MigrateAnswer ")
    assert whomay.MigrateAnswer.from_json(answer.to_json()) == answer
    for form, word in (("terraform", "aws_eks_access_entry"), ("cli", "create-access-entry")):
        assert word in answer.report(form)
    with pytest.raises(whomay.QuestionError, match="aws-auth"):
        whomay.load(SHOP / "manifests").migrate_aws_auth()
    if COMMAND:
        words = [word for path in inputs for word in ("-f", str(path))]
        printed = subprocess.run([COMMAND, "migrate", "aws-auth", *words, "-o", "json"], check=False,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert answer.to_json() == printed.stdout.decode()
