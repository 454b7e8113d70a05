"""Inputs in, questions out."""

from __future__ import annotations

import datetime
import json
import os
import shlex
from dataclasses import dataclass
from html import escape
from typing import (TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, NoReturn, Optional,
                    Sequence, Tuple, Type, TypedDict, TypeVar, Union)

from . import _core
from .errors import ConfigError, IncompleteError, InputError, QuestionError
from .records import Diagnostic, RuleInfo
from .results import (Answer, CanAnswer, CheckAnswer, DiffAnswer, GraphAnswer, ListAnswer,
                      MatrixAnswer, MigrateAnswer, PathsAnswer, ReachAnswer, WhatAnswer, WhoAnswer, WhoamiAnswer)

if TYPE_CHECKING:
    from typing_extensions import Unpack

Words = Union[str, Sequence[str]]
_Answer = TypeVar("_Answer", bound=Answer)


class Options(TypedDict, total=False):
    """How a question is asked: the command line's flags. What is None or not given is the default."""

    #: Which one, when several are loaded.
    cluster: Optional[str]
    #: No identity hops beyond authentication and membership.
    direct: bool
    #: Escalation edges too: abuses of a permission, such as starting a pod.
    escalate: bool
    max_hops: int
    #: Paths kept for each answer (3).
    max_paths: int
    #: IAM request context, key to value or values.
    context: Mapping[str, Words]
    #: Groups that the caller carries besides those of the files.
    groups: Words


class PermissionOptions(Options, total=False):
    """What a permission may say outside its words."""

    namespace: Optional[str]
    all_namespaces: bool
    subresource: Optional[str]
    #: Of the binding to create, whose rules it gives: "ClusterRole/admin".
    role_ref: Optional[str]
    #: Wildcards ask for any of it, not all of it.
    any: bool


class ListOptions(Options, total=False):
    """Of `list` and `matrix`."""

    namespace: Optional[str]
    #: For this principal only.
    subject: Optional[str]


class MatrixOptions(ListOptions, total=False):
    """Of `matrix`."""

    #: Its columns; none: the usual ones.
    verbs: Words


@dataclass(frozen=True)
class Source:
    """One input: made by `path`, `text` or `data`."""

    name: str
    content: Optional[bytes] = None  # None: the file or directory `name`
    cluster: str = ""


def path(path: Union[str, os.PathLike[str]], cluster: Optional[str] = None) -> Source:
    """A file, or a directory to walk; `cluster` ties its manifests to that cluster."""
    return Source(os.fspath(path), None, cluster or "")


def text(text: Union[str, bytes], name: str = "<text>", cluster: Optional[str] = None) -> Source:
    """A document given as text: YAML or JSON, of any kind that whomay reads."""
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return Source(name, content, cluster or "")


def data(data: Any, name: str = "<data>", cluster: Optional[str] = None) -> Source:
    """A document given as Python objects: a plan, a manifest, a policy, or a list of manifests.

    Dates are what YAML readers make of texts like 2012-10-17, and become such texts again.
    """
    if isinstance(data, (list, tuple)):
        data = {"apiVersion": "v1", "kind": "List", "items": list(data)}
    return text(json.dumps(data, default=_date), name, cluster)


def _date(value: object) -> str:
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    raise TypeError(f"a document holds texts, numbers, flags, lists and maps, no {type(value).__name__}")


AnySource = Union[str, "os.PathLike[str]", Mapping[str, Any], Source]


def _source(given: AnySource) -> Source:
    if isinstance(given, Source):
        return given
    if isinstance(given, Mapping):
        return data(dict(given))
    if isinstance(given, (str, os.PathLike)):
        return path(given)
    raise TypeError(f"an input is a path, a dict or a whomay source, not {type(given).__name__}; "
                    "use whomay.text() or whomay.data()")


def _words(permission: Words) -> List[str]:
    return shlex.split(permission) if isinstance(permission, str) else list(permission)


def _list(values: Words) -> List[str]:
    return [values] if isinstance(values, str) else list(values)


def _options(values: Mapping[str, Any]) -> _core.QuestionOptions:
    options = _core.QuestionOptions()
    for name, value in values.items():
        if not hasattr(options, name):
            raise TypeError(f"questions have no option {name!r}")
        if value is None:
            continue
        if name == "context":
            value = {key: _list(item) for key, item in value.items()}
        elif name in ("groups", "verbs"):
            value = _list(value)
        setattr(options, name, value)
    return options


class Configuration:
    """A `.whomay.yaml`: inputs, assertions, suppressions. Made by `whomay.config`."""

    def __init__(self, native: _core.Configuration, path: str) -> None:
        self._native = native
        #: The file, as it was named.
        self.path = path

    @property
    def inputs(self) -> Tuple[Source, ...]:
        return tuple(Source(name, None, cluster) for name, cluster in self._native.inputs)

    @property
    def source_root(self) -> str:
        """The folder of the inputs' Terraform code; "" for none."""
        return self._native.source_root

    @property
    def baseline(self) -> str:
        """The path of the baseline; "" for none."""
        return self._native.baseline

    @property
    def threshold(self) -> str:
        """Findings at or above fail a check."""
        return self._native.threshold

    def __repr__(self) -> str:
        return f"<whomay.Configuration {self.path}>"


def config(path: Union[str, os.PathLike[str], None] = None) -> Configuration:
    """Reads a configuration; without a path the nearest `.whomay.yaml` upwards in the work tree.

    Raises ConfigError, with the position of what does not belong there.
    """
    found = _nearest(os.fspath(path) if path is not None else "")
    if found is None:
        raise ConfigError("no .whomay.yaml here")
    return found


def _nearest(path: str = "") -> Optional[Configuration]:
    try:
        native = _core.Configuration.load(path)
    except _core.Failure as failure:
        raise ConfigError(str(failure)) from None
    return Configuration(native, path or ".whomay.yaml") if native is not None else None


def rules() -> Tuple[RuleInfo, ...]:
    """All rules of `check`, sorted by id."""
    return tuple(RuleInfo.from_dict(rule) for rule in json.loads(_core.rules())["rules"])


class Questions:
    """The questions, asked of one world.

    Principals and permissions are spelled as on the command line: `"arn:aws:iam::…:role/x"`,
    `"user:jonas"`, `"sa:shop/web"`, unique short forms; `"get secrets -n shop"`,
    `"s3:GetObject arn:aws:s3:::bucket/key"`, `["get", "/metrics"]`. Every question raises
    QuestionError when it cannot be understood, with candidates where there are some.

    Options have the meaning of the command line's flags (`Options`, `PermissionOptions`,
    `ListOptions`, `MatrixOptions`). Questions run without the GIL and may be asked by many threads
    at once.
    """

    @property
    def _snapshot(self) -> Snapshot:
        raise NotImplementedError

    def _ask(self, cls: Type[_Answer], question: str, words: List[str],
             options: Mapping[str, Any]) -> _Answer:
        return self._snapshot._answer(cls, question, words, _options(options))

    def can(self, principal: str, permission: Words,
            **options: Unpack[PermissionOptions]) -> CanAnswer:
        """May this principal do it."""
        return self._ask(CanAnswer, "can", [principal, *_words(permission)], options)

    def why(self, principal: str, permission: Words,
            **options: Unpack[PermissionOptions]) -> CanAnswer:
        """The same with every grant that matched, every near miss and what blocked it."""
        return self._ask(CanAnswer, "why", [principal, *_words(permission)], options)

    def who(self, permission: Words, **options: Unpack[PermissionOptions]) -> WhoAnswer:
        """Who may do it, with the paths."""
        return self._ask(WhoAnswer, "who", _words(permission), options)

    def what(self, principal: str, **options: Unpack[Options]) -> WhatAnswer:
        """Everything that it may do."""
        return self._ask(WhatAnswer, "what", [principal], options)

    def whoami(self, principal: str, **options: Unpack[Options]) -> WhoamiAnswer:
        """Which Kubernetes users and groups it is, which AWS roles it can take on."""
        return self._ask(WhoamiAnswer, "whoami", [principal], options)

    def reach(self, principal: str, **options: Unpack[Options]) -> ReachAnswer:
        """Every principal that it can become."""
        return self._ask(ReachAnswer, "reach", [principal], options)

    def paths(self, from_: str, to: str, **options: Unpack[Options]) -> PathsAnswer:
        """How one becomes the other."""
        return self._ask(PathsAnswer, "paths", [from_, to], options)

    def graph(self, principal: str = "", **options: Unpack[Options]) -> GraphAnswer:
        """Who can become whom; from one principal on, or all. `report("html")` is a page."""
        return self._ask(GraphAnswer, "graph", [principal] if principal else [], options)

    def matrix(self, resources: Words = (), **options: Unpack[MatrixOptions]) -> MatrixAnswer:
        """Who may do what with these resources; none given: with all."""
        return self._ask(MatrixAnswer, "matrix", _words(resources), options)

    def list(self, what: str, **options: Unpack[ListOptions]) -> ListAnswer:
        """What is there: "principals", "roles", "bindings", "clusters", "inputs", …"""
        return self._ask(ListAnswer, "list", [what], options)

    def migrate_aws_auth(self, **options: Unpack[Options]) -> MigrateAnswer:
        """The access entries that replace aws-auth, with the proof that nobody gains or loses."""
        return self._ask(MigrateAnswer, "migrate", [], options)

    def check(self, *, config: Optional[Configuration] = None, threshold: Optional[str] = None,
              baseline: Union[str, os.PathLike[str], None] = None,
              suppress: Iterable[Mapping[str, str]] = (),
              assertions: Iterable[Mapping[str, Any]] = (), cluster: Optional[str] = None,
              today: Optional[datetime.date] = None) -> CheckAnswer:
        """Findings by rules (`whomay.rules`) and by what you demand.

        `config` is a `.whomay.yaml` as `whomay.config` reads it; without it, that which the inputs
        came from, if any. `threshold` ("note", "low", "medium", "high") and `baseline` (a path)
        take the place of its own; `suppress` and `assertions` are entries as in that file, and come
        on top. `today` is the day that suppressions expire by.

        Raises ConfigError, with the position, when something in these does not belong there.
        """
        base = config if config is not None else self._snapshot._config
        asked = _core.Configuration()
        path = base.baseline if base is not None else ""
        try:
            if base is not None:
                asked.add(base._native)
                asked.set_threshold(base.threshold)
            more = {"suppress": [dict(one) for one in suppress],
                    "assertions": [dict(one) for one in assertions]}
            if more["suppress"] or more["assertions"]:
                document = json.dumps(more, default=_date, ensure_ascii=False, indent=1)
                asked.add(_core.Configuration.parse("<check>", document))
            if baseline is not None:
                path = os.fspath(baseline)
            if path:
                with open(path, "rb") as file:
                    asked.add_baseline(path, file.read())
        except _core.Failure as failure:
            raise ConfigError(str(failure)) from None
        except OSError as error:
            raise ConfigError(f"cannot read the baseline {path}: {error.strerror}") from error
        if threshold is not None and not asked.set_threshold(threshold):
            raise ConfigError(f"threshold is note, low, medium or high, not {threshold!r}")
        return self._snapshot._checked(asked, cluster or "", (today or _today()).isoformat())


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.timezone.utc).date()


class Snapshot(Questions):
    """One world of an analysis, "before" or "after"."""

    def __init__(self, access: _core.Access, world: str,
                 config: Optional[Configuration] = None) -> None:
        self._access = access
        self._world = world
        self._config = config

    @property
    def world(self) -> str:
        return self._world

    @property
    def _snapshot(self) -> Snapshot:
        return self

    def _answer(self, cls: Type[_Answer], question: str, words: List[str],
                options: _core.QuestionOptions) -> _Answer:
        try:
            return cls._of(self._access.ask(question, words, options, self._world))
        except _core.Failure as failure:
            self._fail(str(failure))

    def _checked(self, configuration: _core.Configuration, cluster: str,
                 today: str) -> CheckAnswer:
        return CheckAnswer._of(self._access.check(self._world, configuration, cluster, today))

    def diff(self, after: Snapshot, **options: Unpack[Options]) -> DiffAnswer:
        """Access gained, lost and changed from this world to that one."""
        try:
            return DiffAnswer._of(self._access.diff(self._world, after._access, after._world,
                                                    _options(options)))
        except _core.Failure as failure:
            self._fail(str(failure))

    def _fail(self, message: str) -> NoReturn:
        """The library's message holds the candidates where a name is ambiguous."""
        unknown = "no principal is called "
        if " is ambiguous: " in message:
            names = message.split(" is ambiguous: ", 1)[1].split(", ")
            raise QuestionError(message, tuple(name for name in names if name != "…")) from None
        if message.startswith(unknown):
            asked = message[len(unknown):].split(";")[0]
            message = unknown + asked
            raise QuestionError(message, self._similar(asked)) from None
        raise QuestionError(message) from None

    def _similar(self, asked: str) -> Tuple[str, ...]:
        import difflib  # milliseconds that only errors need

        names = {item.name: item.name for item in self.list("principals")}
        for name in list(names):
            names.setdefault(name.replace(":", "/").rsplit("/", 1)[-1], name)
        folded = {short.lower(): full for short, full in names.items()}
        found = difflib.get_close_matches(asked.lower(), folded, n=3, cutoff=0.7)
        return tuple(dict.fromkeys(folded[short] for short in found))

    def __repr__(self) -> str:
        return f"<whomay.Snapshot {self._world}>"


class Analysis(Questions):
    """What was read: questions (of the world after apply), both worlds, and what was wrong.

    Immutable and safe to share between threads.
    """

    def __init__(self, access: _core.Access, config: Optional[Configuration] = None) -> None:
        self._access = access
        self._diagnostics: Optional[Tuple[Diagnostic, ...]] = None
        #: A plan's prior state; for plain files the same as `after`.
        self.before = Snapshot(access, "before", config)
        #: What apply would make.
        self.after = Snapshot(access, "after", config)

    @property
    def _snapshot(self) -> Snapshot:
        return self.after

    def diff(self, other: Optional[Analysis] = None, **options: Unpack[Options]) -> DiffAnswer:
        """Access gained, lost and changed: by this plan, or from here to another analysis."""
        if other is not None:
            return self.after.diff(other.after, **options)
        if not self.has_two_worlds:
            raise QuestionError("nothing here has a before and an after: load a Terraform plan "
                                "(`terraform show -json PLANFILE`), or give another analysis")
        return self.before.diff(self.after, **options)

    @property
    def diagnostics(self) -> Tuple[Diagnostic, ...]:
        """What is wrong with the inputs, with positions."""
        if self._diagnostics is None:
            self._diagnostics = tuple(Diagnostic.from_dict(d) for d in self._access.diagnostics())
        return self._diagnostics

    @property
    def complete(self) -> bool:
        """Nothing was lost that could change an answer."""
        return self._access.complete

    @property
    def has_two_worlds(self) -> bool:
        """Some input distinguishes before and after (a Terraform plan)."""
        return self._access.has_two_worlds

    def __repr__(self) -> str:
        counts = {}
        for what in ("clusters", "principals"):
            counts[what] = len(self.list(what))
        text = ", ".join(f"{n} {what[:-1] if n == 1 else what}" for what, n in counts.items())
        worlds = ", before and after" if self.has_two_worlds else ""
        return f"<whomay.Analysis {text}{worlds}{'' if self.complete else ', incomplete'}>"

    def _repr_html_(self) -> str:
        wrong = "".join(f"<li><code>{escape(str(d))}</code></li>" for d in self.diagnostics
                        if d.severity != "note")
        return f"<p>{escape(repr(self)[1:-1])}</p>" + (f"<ul>{wrong}</ul>" if wrong else "")


def load(*sources: AnySource, config: Union[Configuration, str, os.PathLike[str], None] = None,
         strict: bool = False, default_namespace: str = "default", kubernetes_version: str = "",
         builtin_rbac: bool = True, accounts: Union[str, Mapping[str, str], None] = None,
         regions: Union[str, Mapping[str, str], None] = None,
         assume: Optional[Mapping[str, str]] = None,
         source_root: Union[str, os.PathLike[str], None] = None) -> Analysis:
    """Reads inputs: paths, dicts, or what `path`, `text` and `data` make.

    Without sources those of `config`, a `.whomay.yaml` (as on the command line the nearest one, if
    none is given), and its `source_root`. Of two equal Kubernetes objects the later input's stands. `accounts` and
    `regions` say an ID or name where the files do not, for all providers or by provider; `assume`
    fills holes, `ADDRESS.ATTRIBUTE` to value; `source_root` is the folder of Terraform's code that
    the plan was made of, which fills what a plan leaves open. Runs without the GIL.

    Raises InputError, with the position of what is broken, when an input cannot be read, is of no
    kind that whomay reads, or when nothing is left of all inputs; with `strict` IncompleteError,
    with positions, when something that answers may rest on was lost. Without it `analysis.complete`
    and `answer.incomplete` say so.
    """
    settings = config
    if settings is not None and not isinstance(settings, Configuration):
        settings = _nearest(os.fspath(settings))
    if not sources:
        settings = settings if settings is not None else _nearest()
        sources = settings.inputs if settings is not None else ()
        if source_root is None and settings is not None and settings.source_root:
            source_root = settings.source_root
        if not sources:
            raise InputError("no inputs: give some, or list them under 'inputs' in .whomay.yaml")
    options = _core.AnalyzerOptions()
    options.default_namespace = default_namespace
    options.kubernetes_version = kubernetes_version
    options.builtin_rbac = builtin_rbac
    options.accounts = _by_provider(accounts)
    options.regions = _by_provider(regions)
    options.assume = dict(assume or {})
    options.source_root = os.fspath(source_root) if source_root is not None else ""
    inputs = [_core.Input(one.content is not None, one.name, one.content or b"", one.cluster)
              for one in map(_source, sources)]
    try:
        analysis = Analysis(_core.load(inputs, options), settings)
    except _core.Failure as failure:
        raise InputError(str(failure)) from None
    if analysis._access.nothing_read:
        lost = _lost(analysis.diagnostics)
        raise InputError("\n".join([*map(str, lost), analysis._access.nothing_read]), lost)
    if strict and not analysis.complete:
        raise IncompleteError(_lost(analysis.diagnostics))
    return analysis


def _by_provider(given: Union[str, Mapping[str, str], None]) -> Dict[str, str]:
    return {"": given} if isinstance(given, str) else dict(given or {})


def _lost(diagnostics: Iterable[Diagnostic]) -> Tuple[Diagnostic, ...]:
    given = tuple(diagnostics)
    serious = tuple(d for d in given if d.severity == "error")
    return serious or tuple(d for d in given if d.severity != "note")
