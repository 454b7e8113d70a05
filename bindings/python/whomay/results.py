"""What questions are answered with: frozen dataclasses over the parts of `records`.

Every answer knows its JSON (`to_json`, `to_dict`), prints as the command line does (`str(answer)`,
and a table in notebooks), and can be pickled and compared. Answers that are lists are sequences of
their rows; `rows()` gives plain dicts, `to_arrow()` a table for pandas, polars, DuckDB and pyarrow.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import (Any, ClassVar, Dict, Generic, Iterable, Iterator, List, Optional, Tuple, Type,
                    TypeVar, Union, overload)

from . import _core
from .records import (DECISIONS, Assumption, AwsGrant, AwsIdentity, Change, Condition, Finding,
                      FoundPath, Grant, Grantee, GraphEdge, GraphNode, Identity, Item,
                      KubernetesIdentity, MatrixResource, MigratedCluster, Path, Permission, Record, Scope)
from .tables import ORIGIN_COLUMNS, Tabular, joined, origin_cells

# What graphs, and paths as graphs, are drawn as.
_PICTURES = ("dot", "mermaid", "graphml", "cytoscape", "html")

_Row = TypeVar("_Row")
_Answer = TypeVar("_Answer", bound="Answer")


@dataclass(frozen=True, repr=False)
class Answer(Record):
    """What all answers share. Made by a snapshot's questions or `from_json`."""

    _json: str = field(default="", init=False, repr=False, compare=False)
    _native: Optional[_core.Answer] = field(default=None, init=False, repr=False, compare=False)
    _shown: Optional[str] = field(default=None, init=False, repr=False, compare=False)

    #: The schema of its JSON.
    _schema: ClassVar[str] = ""
    #: What `report` writes besides JSON and tables.
    _formats: ClassVar[Tuple[str, ...]] = ()

    @classmethod
    def from_json(cls: Type[_Answer], text: str) -> _Answer:
        """Reads what `to_json` or `whomay -o json` wrote; ValueError if that is another answer."""
        data = json.loads(text)
        schema = data.get("schema") if isinstance(data, dict) else None
        if schema != cls._schema:
            raise ValueError(f"{cls.__name__} is read from {cls._schema}, not from {schema}")
        answer = cls.from_dict(data)
        object.__setattr__(answer, "_json", text)
        return answer

    @classmethod
    def _of(cls: Type[_Answer], native: _core.Answer) -> _Answer:
        answer = cls.from_json(native.json())
        object.__setattr__(answer, "_native", native)
        return answer

    def to_json(self) -> str:
        """The document of the JSON contract, exactly as `whomay -o json` prints it."""
        return self._json

    def to_dict(self) -> Dict[str, Any]:
        """The same as Python objects; the caller's own copy."""
        result: Dict[str, Any] = json.loads(self._json)
        return result

    def table(self, expand: bool = False, color: bool = False) -> str:
        """As the command line prints it; `expand` folds no rows into a count."""
        if self._native is None:
            return self._shown if self._shown is not None else repr(self) + "\n"
        return self._native.table(color, expand)

    def report(self, format: str) -> str:
        """As `whomay -o FORMAT` writes it: "json", "table", and what this kind of answer has besides.

        `graph`, and `can`, `who`, `reach` and `paths` as graphs of their paths, have "dot",
        "mermaid", "graphml", "cytoscape" and "html"; `who`, `list` and `matrix` have "csv"; `diff`
        has "markdown"; `migrate_aws_auth` has "terraform" and "cli"; `check` has "sarif", "junit",
        "github", "markdown", and "baseline".
        """
        if format == "json":
            return self._json
        if format == "table":
            return self.table()
        if format not in self._formats:
            raise ValueError(f"{type(self).__name__} has no format {format!r}; there are: "
                             + ", ".join(("json", "table", *self._formats)))
        if self._native is None:
            raise ValueError("an answer that was pickled or read from JSON has json and table only")
        return self._native.report(format)

    def _summary(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        incomplete = ", incomplete" if getattr(self, "incomplete", False) else ""
        return f"<whomay.{type(self).__name__} {self._summary()}{incomplete}>"

    def __str__(self) -> str:
        return self.table().rstrip("\n")

    def __reduce__(self) -> Any:
        return _restore, (type(self), self._json, self.table())

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.table())}</pre>"


def _restore(cls: Type[_Answer], text: str, shown: str) -> _Answer:
    answer = cls.from_json(text)
    object.__setattr__(answer, "_shown", shown)
    return answer


def _counted(decisions: Iterable[str]) -> str:
    """ "3 allowed, 1 unknown", the strongest first."""
    counts = Counter(decisions)
    return ", ".join(f"{counts[d]} {d}" for d in reversed(DECISIONS) if counts[d]) or "nobody"


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


class _Sequence(Generic[_Row]):
    """An answer that is a list of rows."""

    _rows_key: ClassVar[str]

    def _all(self) -> Tuple[_Row, ...]:
        rows: Tuple[_Row, ...] = getattr(self, self._rows_key)
        return rows

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[_Row]:
        return iter(self._all())

    @overload
    def __getitem__(self, index: int) -> _Row: ...

    @overload
    def __getitem__(self, index: slice) -> Tuple[_Row, ...]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[_Row, Tuple[_Row, ...]]:
        return self._all()[index]

    def __bool__(self) -> bool:
        return len(self) > 0


@dataclass(frozen=True, repr=False)
class CanAnswer(Answer):
    """May this principal do it. True in conditions only when certainly allowed."""

    _schema = "whomay.can/1"
    _formats = _PICTURES
    _parts = {"permission": Permission, "paths": Path, "conditions": Condition,
              "assumptions": Assumption, "grants": Grant}
    world: str = "after"
    principal: str = ""
    permission: Permission = Permission("kubernetes")
    decision: str = "denied"
    reason: str = ""
    paths: Tuple[Path, ...] = ()
    conditions: Tuple[Condition, ...] = ()
    assumptions: Tuple[Assumption, ...] = ()
    incomplete: bool = False
    #: Of `why`: every grant that matched, every near miss.
    grants: Tuple[Grant, ...] = ()
    hints: Tuple[str, ...] = ()
    notes: Tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Certainly allowed."""
        return self.decision == "allowed"

    @property
    def denied(self) -> bool:
        """Certainly denied; neither this nor `allowed` when the files do not decide."""
        return self.decision == "denied"

    def __bool__(self) -> bool:
        return self.allowed

    def _summary(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.decision}{why}: {self.principal}: {self.permission} ({self.world})"


@dataclass(frozen=True, repr=False)
class WhoAnswer(Tabular, _Sequence[Grantee], Answer):
    """Who may do it: all that are not certainly denied."""

    _schema = "whomay.who/1"
    _formats = ("csv", *_PICTURES)
    _parts = {"permission": Permission, "grantees": Grantee, "assumptions": Assumption}
    _rows_key = "grantees"
    world: str = "after"
    permission: Permission = Permission("kubernetes")
    grantees: Tuple[Grantee, ...] = ()
    assumptions: Tuple[Assumption, ...] = ()
    incomplete: bool = False
    hints: Tuple[str, ...] = ()
    notes: Tuple[str, ...] = ()
    #: Of an answer for several: which. Rows of AWS principals and of collectives name theirs.
    clusters: Tuple[str, ...] = ()

    def principals(self, *decisions: str) -> Tuple[str, ...]:
        """The names of the rows with these decisions; none given: of all rows."""
        unknown = set(decisions) - set(DECISIONS)
        if unknown:
            raise ValueError(f"no decision is called {', '.join(sorted(unknown))}")
        return tuple(g.principal for g in self.grantees if not decisions or g.decision in decisions)

    def _columns(self) -> Dict[str, str]:
        return {"principal": "text", "kind": "text", "decision": "text", "direct": "flag",
                "reason": "text", "conditions": "text", "path": "text", "only_through": "text",
                "cluster": "text", **ORIGIN_COLUMNS}

    def rows(self) -> List[Dict[str, Any]]:
        """One row a grantee; `path` is the first path in one line."""
        return [{"principal": g.principal, "kind": g.kind, "decision": g.decision,
                 "direct": g.direct, "reason": g.reason, "conditions": joined(g.conditions),
                 "path": str(g.paths[0]) if g.paths else "", "only_through": g.only_through,
                 "cluster": g.cluster or self.permission.cluster or None,
                 **origin_cells(g.origin)} for g in self.grantees]

    def _summary(self) -> str:
        return f"{self.permission} ({self.world}): {_counted(g.decision for g in self.grantees)}"


@dataclass(frozen=True, repr=False)
class WhatAnswer(Tabular, Answer):
    """What may it do, by plane, cluster and namespace."""

    _schema = "whomay.what/1"
    _parts = {"kubernetes": Scope, "aws": AwsGrant, "assumptions": Assumption}
    world: str = "after"
    principal: str = ""
    kubernetes: Tuple[Scope, ...] = ()
    aws: Tuple[AwsGrant, ...] = ()
    assumptions: Tuple[Assumption, ...] = ()
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    def _columns(self) -> Dict[str, str]:
        return {"plane": "text", "cluster": "text", "namespace": "text", "as": "text",
                "actions": "text", "resources": "text", "names": "text", "decision": "text",
                "deny": "flag", "conditions": "text", "through": "text", **ORIGIN_COLUMNS}

    def rows(self) -> List[Dict[str, Any]]:
        """One row a rule or statement; lists are joined with commas."""
        rows = []
        for scope in self.kubernetes:
            for rule in scope.rules:
                resources = rule.urls or tuple(
                    f"{resource}.{group}" if group else resource
                    for group in rule.groups or ("",) for resource in rule.resources)
                rows.append({"plane": "kubernetes", "cluster": scope.cluster,
                             "namespace": scope.namespace, "as": scope.as_,
                             "actions": ",".join(rule.verbs), "resources": ",".join(resources),
                             "names": ",".join(rule.names), "decision": rule.decision,
                             "deny": False, "conditions": "", "through": rule.through,
                             **origin_cells(rule.origin)})
        for grant in self.aws:
            rows.append({"plane": "aws", "cluster": None, "namespace": None, "as": grant.as_,
                         "actions": ",".join(grant.actions),
                         "resources": ",".join(grant.resources), "names": "",
                         "decision": grant.decision, "deny": grant.deny,
                         "conditions": joined(grant.conditions), "through": None,
                         **origin_cells(grant.origin)})
        return rows

    def _summary(self) -> str:
        rules = _number(sum(len(scope.rules) for scope in self.kubernetes), "Kubernetes rule")
        statements = _number(len(self.aws), "AWS statement")
        return f"{self.principal} ({self.world}): {rules}, {statements}"


@dataclass(frozen=True, repr=False)
class WhoamiAnswer(Answer):
    """Which Kubernetes users and groups it is, which AWS roles it can take on."""

    _schema = "whomay.whoami/1"
    _parts = {"kubernetes": KubernetesIdentity, "aws": AwsIdentity, "assumptions": Assumption}
    principal: str = ""
    kubernetes: Tuple[KubernetesIdentity, ...] = ()
    aws: Tuple[AwsIdentity, ...] = ()
    world: str = "after"
    assumptions: Tuple[Assumption, ...] = ()
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    def _summary(self) -> str:
        names = [f"{i.username or i.authenticated}@{i.cluster}" for i in self.kubernetes]
        names += [i.principal for i in self.aws]
        return f"{self.principal} ({self.world}): {', '.join(names) or 'nobody else'}"


@dataclass(frozen=True, repr=False)
class ReachAnswer(Tabular, _Sequence[Identity], Answer):
    """Every principal that it can become."""

    _schema = "whomay.reach/1"
    _formats = _PICTURES
    _parts = {"identities": Identity, "assumptions": Assumption}
    _rows_key = "identities"
    principal: str = ""
    identities: Tuple[Identity, ...] = ()
    world: str = "after"
    assumptions: Tuple[Assumption, ...] = ()
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    def _columns(self) -> Dict[str, str]:
        return {"principal": "text", "kind": "text", "decision": "text", "reason": "text",
                "conditions": "text", "path": "text"}

    def rows(self) -> List[Dict[str, Any]]:
        """One row an identity."""
        return [{"principal": i.principal, "kind": i.kind, "decision": i.decision,
                 "reason": i.reason, "conditions": joined(i.conditions), "path": str(i.path)}
                for i in self.identities]

    def _summary(self) -> str:
        return f"{self.principal} ({self.world}): {_counted(i.decision for i in self.identities)}"


@dataclass(frozen=True, repr=False)
class PathsAnswer(_Sequence[FoundPath], Answer):
    """How one becomes the other."""

    _schema = "whomay.paths/1"
    _formats = _PICTURES
    _parts = {"paths": FoundPath}
    _rows_key = "paths"
    from_: str = ""
    to: str = ""
    paths: Tuple[FoundPath, ...] = ()
    truncated: bool = False
    world: str = "after"
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    def _summary(self) -> str:
        return f"{self.from_} to {self.to} ({self.world}): {_number(len(self.paths), 'path')}"


@dataclass(frozen=True, repr=False)
class MatrixAnswer(Tabular, _Sequence[MatrixResource], Answer):
    """Who may do what with which resources."""

    _schema = "whomay.matrix/1"
    _formats = ("csv",)
    _parts = {"resources": MatrixResource, "assumptions": Assumption}
    _rows_key = "resources"
    world: str = "after"
    #: None: several, which `clusters` lists and the resources name.
    cluster: Optional[str] = ""
    namespace: str = ""
    subject: Optional[str] = None
    verbs: Tuple[str, ...] = ()
    resources: Tuple[MatrixResource, ...] = ()
    assumptions: Tuple[Assumption, ...] = ()
    incomplete: bool = False
    notes: Tuple[str, ...] = ()
    clusters: Tuple[str, ...] = ()

    def _columns(self) -> Dict[str, str]:
        return {"cluster": "text", "group": "text", "resource": "text", "subresource": "text",
                "name": "text", "principal": "text", "kind": "text", "verb": "text",
                "decision": "text"}

    def rows(self) -> List[Dict[str, Any]]:
        """One row a resource, principal and verb."""
        return [{"cluster": r.cluster or self.cluster, "group": r.group, "resource": r.resource,
                 "subresource": r.subresource, "name": r.name, "principal": row.principal, "kind": row.kind, "verb": verb, "decision": decision}
                for r in self.resources for row in r.rows
                for verb, decision in row.decisions.items()]

    def _summary(self) -> str:
        where = f" -n {self.namespace}" if self.namespace else ""
        rows = _number(sum(len(r.rows) for r in self.resources), "row")
        return f"{_number(len(self.resources), 'resource')}{where} ({self.world}): {rows}"


@dataclass(frozen=True, repr=False)
class GraphAnswer(Tabular, Answer):
    """Who can become whom: all principals with the ways between them, or those of one."""

    _schema = "whomay.graph/1"
    _formats = _PICTURES
    _parts = {"nodes": GraphNode, "edges": GraphEdge}
    world: str = "after"
    #: From which it was drawn; "" for the whole.
    principal: str = ""
    nodes: Tuple[GraphNode, ...] = ()
    edges: Tuple[GraphEdge, ...] = ()
    #: A limit was hit: there is more.
    truncated: bool = False
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    def _columns(self) -> Dict[str, str]:
        return {"from": "text", "edge": "text", "to": "text", "decision": "text",
                "conditions": "text", **ORIGIN_COLUMNS}

    def rows(self) -> List[Dict[str, Any]]:
        """One row an edge."""
        return [{"from": e.from_, "edge": e.edge, "to": e.to, "decision": e.decision,
                 "conditions": joined(e.conditions), **origin_cells(e.origin)} for e in self.edges]

    def _summary(self) -> str:
        return (f"{self.principal or 'all'} ({self.world}): {_number(len(self.nodes), 'principal')}, "
                f"{_number(len(self.edges), 'edge')}")


@dataclass(frozen=True, repr=False)
class ListAnswer(Tabular, _Sequence[Item], Answer):
    """What is there."""

    _schema = "whomay.list/1"
    _formats = ("csv",)
    _parts = {"items": Item}
    _rows_key = "items"
    what: str = ""
    items: Tuple[Item, ...] = ()
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    def _further(self) -> Tuple[str, ...]:
        return tuple(self.items[0].fields) if self.items else ()

    @staticmethod
    def _column(name: str) -> str:
        taken = {"name", "kind", "cluster", *ORIGIN_COLUMNS}
        return f"{name}_" if name in taken else name

    def _columns(self) -> Dict[str, str]:
        return {"name": "text", "kind": "text", "cluster": "text",
                **{self._column(name): "text" for name in self._further()}, **ORIGIN_COLUMNS}

    def rows(self) -> List[Dict[str, Any]]:
        """One row an item, with the columns that this list has besides."""
        return [{"name": i.name, "kind": i.kind, "cluster": i.cluster,
                 **{self._column(name): i.fields.get(name) for name in self._further()},
                 **origin_cells(i.origin)} for i in self.items]

    def _summary(self) -> str:
        return f"{len(self.items)} {self.what}"


@dataclass(frozen=True, repr=False)
class DiffAnswer(Tabular, Answer):
    """Access gained, lost and changed between two worlds. True when there is some."""

    _schema = "whomay.diff/1"
    _formats = ("markdown",)
    _parts = {"gained": Change, "lost": Change, "changed": Change}
    gained: Tuple[Change, ...] = ()
    lost: Tuple[Change, ...] = ()
    #: Allowed before and after, on other conditions or with another certainty.
    changed: Tuple[Change, ...] = ()
    #: What was compared.
    before: str = "before"
    after: str = "after"
    #: Somebody gained something, new principals with what every caller has apart.
    gains: bool = False
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost or self.changed)

    def _columns(self) -> Dict[str, str]:
        return {"change": "text", "principal": "text", "kind": "text", "permission": "text",
                "except": "text", "before": "text", "after": "text", "reason": "text",
                "conditions": "text", "path": "text", "only_through": "text"}

    def rows(self) -> List[Dict[str, Any]]:
        """One row a change: "gained", "lost" or "changed"; `path` is the first path in one line."""
        return [{"change": name, "principal": c.principal, "kind": c.kind,
                 "permission": str(c.permission), "except": joined(c.except_), "before": c.before,
                 "after": c.after, "reason": c.reason, "conditions": joined(c.conditions),
                 "path": str(c.paths[0]) if c.paths else "", "only_through": c.only_through}
                for name in ("gained", "lost", "changed") for c in getattr(self, name)]

    def _summary(self) -> str:
        return (f"{self.before} to {self.after}: {len(self.gained)} gained, {len(self.lost)} lost, "
                f"{len(self.changed)} changed")


@dataclass(frozen=True, repr=False)
class CheckAnswer(Tabular, _Sequence[Finding], Answer):
    """Findings by rules and assertions: a sequence of all, suppressed ones among them.

    `failed` is what a build should stop at.
    """

    _schema = "whomay.check/1"
    _formats = ("sarif", "junit", "github", "markdown", "baseline")
    _parts = {"findings": Finding}
    _rows_key = "findings"
    world: str = "after"
    threshold: str = "medium"
    #: Some finding at or above the threshold is not suppressed.
    failed: bool = False
    findings: Tuple[Finding, ...] = ()
    #: How many assertions were judged.
    assertions: int = 0
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    @property
    def active(self) -> Tuple[Finding, ...]:
        """The findings that nobody suppressed."""
        return tuple(f for f in self.findings if not f.suppressed)

    def _columns(self) -> Dict[str, str]:
        return {"rule": "text", "severity": "text", "subject": "text", "message": "text",
                "path": "text", "suppressed": "flag", "suppressed_by": "text", "reason": "text",
                "fingerprint": "text", **ORIGIN_COLUMNS}

    def rows(self) -> List[Dict[str, Any]]:
        """One row a finding."""
        return [{"rule": f.rule, "severity": f.severity, "subject": f.subject,
                 "message": f.message, "path": str(f.path), "suppressed": f.suppressed,
                 "suppressed_by": f.suppressed_by, "reason": f.reason,
                 "fingerprint": f.fingerprint, **origin_cells(f.origin)} for f in self.findings]

    def _summary(self) -> str:
        counts = Counter(f.severity for f in self.active)
        found = ", ".join(f"{counts[s]} {s}" for s in ("high", "medium", "low", "note") if counts[s])
        return f"{'failed' if self.failed else 'passed'}: {found or 'no findings'}"


@dataclass(frozen=True, repr=False)
class MigrateAnswer(_Sequence[MigratedCluster], Answer):
    """The access entries that give what aws-auth gives, and the proof. True when there are some."""

    _schema = "whomay.migrate/1"
    _formats = ("terraform", "cli")
    _parts = {"clusters": MigratedCluster, "proof": DiffAnswer}
    _rows_key = "clusters"
    world: str = "after"
    clusters: Tuple[MigratedCluster, ...] = ()
    #: Nobody gains or loses anything.
    proven: bool = False
    #: What somebody would gain or lose.
    proof: DiffAnswer = field(default_factory=DiffAnswer)
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    def _summary(self) -> str:
        entries = _number(sum(len(c.entries) for c in self.clusters), "access entry")
        proof = "nobody gains or loses" if self.proven else "not equal: " + self.proof._summary()
        return f"{entries.replace('entrys', 'entries')}, {proof} ({self.world})"
