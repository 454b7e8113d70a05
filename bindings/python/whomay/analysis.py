"""Inputs in, questions out."""

from __future__ import annotations

import difflib
import json
import os
import shlex
from dataclasses import dataclass
from html import escape
from typing import (Any, Dict, Iterable, List, Mapping, NoReturn, Optional, Sequence, Tuple, Type,
                    TypeVar, Union)

from . import _core
from .errors import IncompleteError, InputError, QuestionError
from .results import (Answer, CanAnswer, Diagnostic, ListAnswer, MatrixAnswer, PathsAnswer,
                      ReachAnswer, WhatAnswer, WhoAnswer, WhoamiAnswer)

Words = Union[str, Sequence[str]]
_Answer = TypeVar("_Answer", bound=Answer)


@dataclass(frozen=True)
class Source:
    """One input: made by `path`, `text` or `data`."""

    name: str
    content: Optional[str] = None  # None: the file or directory `name`
    cluster: str = ""


def path(path: Union[str, os.PathLike[str]], cluster: Optional[str] = None) -> Source:
    """A file, or a directory to walk; `cluster` ties its manifests to that cluster."""
    return Source(os.fspath(path), None, cluster or "")


def text(text: str, name: str = "<text>", cluster: Optional[str] = None) -> Source:
    """A document given as a string: YAML or JSON, of any kind that whomay reads."""
    return Source(name, text, cluster or "")


def data(data: Any, name: str = "<data>", cluster: Optional[str] = None) -> Source:
    """A document given as Python objects: a plan, a manifest, a policy, or a list of manifests."""
    if isinstance(data, (list, tuple)):
        data = {"apiVersion": "v1", "kind": "List", "items": list(data)}
    return Source(name, json.dumps(data), cluster or "")


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


def _options(values: Dict[str, Any]) -> _core.QuestionOptions:
    options = _core.QuestionOptions()
    for name, value in values.items():
        if value is None:
            continue
        if name == "context":
            value = {key: _list(item) for key, item in value.items()}
        elif name in ("groups", "verbs"):
            value = _list(value)
        if not hasattr(options, name):
            raise TypeError(f"questions have no option {name!r}")
        setattr(options, name, value)
    return options


class Questions:
    """The questions, asked of one world.

    Principals and permissions are spelled as on the command line: `"arn:aws:iam::…:role/x"`,
    `"user:jonas"`, `"sa:shop/web"`, unique short forms; `"get secrets -n shop"`,
    `"s3:GetObject arn:aws:s3:::bucket/key"`, `["get", "/metrics"]`. Every question raises
    QuestionError when it cannot be understood, with candidates where there are some.

    Options that all questions take, with the meaning of the command line's flags: `cluster`,
    `direct`, `escalate`, `max_hops`, `max_paths`, `context` (IAM request context, key to value or
    values), `groups`. Where a permission is asked: `namespace`, `all_namespaces`, `subresource`,
    `role_ref`, `any`. Questions run without the GIL and may be asked by many threads at once.
    """

    def _ask(self, cls: Type[_Answer], question: str, words: List[str],
             options: Dict[str, Any]) -> _Answer:
        raise NotImplementedError

    def can(self, principal: str, permission: Words, **options: Any) -> CanAnswer:
        """May this principal do it."""
        return self._ask(CanAnswer, "can", [principal, *_words(permission)], options)

    def why(self, principal: str, permission: Words, **options: Any) -> CanAnswer:
        """The same with every grant that matched, every near miss and what blocked it."""
        return self._ask(CanAnswer, "why", [principal, *_words(permission)], options)

    def who(self, permission: Words, **options: Any) -> WhoAnswer:
        """Who may do it, with the paths."""
        return self._ask(WhoAnswer, "who", _words(permission), options)

    def what(self, principal: str, **options: Any) -> WhatAnswer:
        """Everything that it may do."""
        return self._ask(WhatAnswer, "what", [principal], options)

    def whoami(self, principal: str, **options: Any) -> WhoamiAnswer:
        """Which Kubernetes users and groups it is, which AWS roles it can take on."""
        return self._ask(WhoamiAnswer, "whoami", [principal], options)

    def reach(self, principal: str, **options: Any) -> ReachAnswer:
        """Every principal that it can become."""
        return self._ask(ReachAnswer, "reach", [principal], options)

    def paths(self, from_: str, to: str, **options: Any) -> PathsAnswer:
        """How one becomes the other."""
        return self._ask(PathsAnswer, "paths", [from_, to], options)

    def matrix(self, resources: Words = (), **options: Any) -> MatrixAnswer:
        """Who may do what with these resources (`verbs=…`, `subject=…`); none given: with all."""
        return self._ask(MatrixAnswer, "matrix", _words(resources), options)

    def list(self, what: str, **options: Any) -> ListAnswer:
        """principals, roles, bindings, clusters, resources, service-accounts, workloads, inputs."""
        return self._ask(ListAnswer, "list", [what], options)


class Snapshot(Questions):
    """One world of an analysis, "before" or "after"."""

    def __init__(self, access: _core.Access, world: str) -> None:
        self._access = access
        self._world = world

    @property
    def world(self) -> str:
        return self._world

    def _ask(self, cls: Type[_Answer], question: str, words: List[str],
             options: Dict[str, Any]) -> _Answer:
        try:
            return cls._of(self._access.ask(question, words, _options(options), self._world))
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

    def __init__(self, access: _core.Access) -> None:
        self._access = access
        self._diagnostics: Optional[Tuple[Diagnostic, ...]] = None
        #: A plan's prior state; for plain files the same as `after`.
        self.before = Snapshot(access, "before")
        #: What apply would make.
        self.after = Snapshot(access, "after")

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

    def _ask(self, cls: Type[_Answer], question: str, words: List[str],
             options: Dict[str, Any]) -> _Answer:
        world = options.pop("world", "after")
        if world not in ("before", "after"):
            raise QuestionError(f"there is no world {world}: before or after")
        return (self.before if world == "before" else self.after)._ask(cls, question, words, options)

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


def load(*sources: AnySource, strict: bool = False, default_namespace: str = "default",
         kubernetes_version: str = "", builtin_rbac: bool = True,
         accounts: Union[str, Mapping[str, str], None] = None,
         regions: Union[str, Mapping[str, str], None] = None,
         assume: Optional[Mapping[str, str]] = None) -> Analysis:
    """Reads inputs: paths, dicts, or what `path`, `text` and `data` make.

    Of two equal Kubernetes objects the later input's stands. `accounts` and `regions` say an ID or
    name where the files do not, for all providers or by provider; `assume` fills holes,
    `ADDRESS.ATTRIBUTE` to value. Runs without the GIL.

    Raises InputError when an input cannot be read or is of no kind that whomay reads; with `strict`
    IncompleteError, with positions, when something that answers may rest on was lost. Without it
    `analysis.complete` and `answer.incomplete` say so.
    """
    if not sources:
        raise InputError("no inputs are given")
    options = _core.AnalyzerOptions()
    options.default_namespace = default_namespace
    options.kubernetes_version = kubernetes_version
    options.builtin_rbac = builtin_rbac
    options.accounts = _by_provider(accounts)
    options.regions = _by_provider(regions)
    options.assume = dict(assume or {})
    inputs = []
    for source in map(_source, sources):
        inputs.append(_core.Input(source.content is not None, source.name, source.content or "",
                                  source.cluster))
    try:
        analysis = Analysis(_core.load(inputs, options))
    except _core.Failure as failure:
        raise InputError(str(failure)) from None
    if strict and not analysis.complete:
        raise IncompleteError(_lost(analysis.diagnostics))
    return analysis


def _by_provider(given: Union[str, Mapping[str, str], None]) -> Dict[str, str]:
    return {"": given} if isinstance(given, str) else dict(given or {})


def _lost(diagnostics: Iterable[Diagnostic]) -> Tuple[Diagnostic, ...]:
    serious = tuple(d for d in diagnostics if d.severity == "error")
    return serious or tuple(d for d in diagnostics if d.severity != "note")
