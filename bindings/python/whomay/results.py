"""What questions are answered with: frozen dataclasses with the names of the JSON contracts.

Every answer knows its JSON (`to_json`, `to_dict`), prints as the command line does (`str(answer)`,
and a table in notebooks), and can be pickled and compared. Answers that are lists are sequences of
their rows; `rows()` gives plain dicts, `to_arrow()` a table for pandas, polars, DuckDB and pyarrow.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from html import escape
from typing import Any, ClassVar, Dict, Generic, Iterator, List, Optional, Tuple, Type, TypeVar

from . import _core

# In the order of strength: over several paths the strongest counts.
DECISIONS = ("denied", "unknown", "conditional", "allowed")

_Record = TypeVar("_Record", bound="Record")
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Record:
    """A part of an answer."""

    # Keys whose values are records: one, or a list of them.
    _parts: ClassVar[Dict[str, Type[Record]]] = {}

    @classmethod
    def from_dict(cls: Type[_Record], data: Dict[str, Any]) -> _Record:
        """From an object of the JSON contract; keys that this version does not know are left out."""
        values = {}
        for known in fields(cls):
            key = known.name.rstrip("_")
            if known.init and key in data:
                values[known.name] = _read(data[key], cls._parts.get(key))
        return cls(**values)


def _read(value: Any, part: Optional[Type[Record]]) -> Any:
    if isinstance(value, list):
        return tuple(_read(item, part) for item in value)
    if isinstance(value, dict) and part is not None:
        return part.from_dict(value)
    return value


@dataclass(frozen=True)
class Origin(Record):
    """Where a fact stands; lines and columns count from 1, 0 means no place."""

    file: str = ""
    line: int = 0
    column: int = 0
    #: Terraform address, or "KIND NAMESPACE/NAME" of a Kubernetes object.
    address: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return " ".join(text for text in (place, self.address) if text)


@dataclass(frozen=True)
class Condition(Record):
    """A requirement on the request's context that the files do not decide."""

    key: str
    operator: str = ""
    values: Tuple[str, ...] = ()
    text: str = ""
    #: The caller sets it in its own call (a session name).
    chosen_by_caller: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Assumption(Record):
    """What an answer rests on that no file says."""

    _parts = {"origin": Origin}
    code: str
    text: str = ""
    origin: Optional[Origin] = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Permission(Record):
    """What was asked for; `plane` is "kubernetes" or "aws", and tells which fields count."""

    plane: str
    cluster: str = ""
    verb: str = ""
    group: str = ""
    #: Kubernetes: the resource. AWS: an ARN, "*", or None for "on at least one resource".
    resource: Optional[str] = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    url: str = ""
    action: str = ""
    any: bool = False
    role_ref: str = ""

    def __str__(self) -> str:
        if self.plane == "aws":
            return f"{self.action} {self.resource}" if self.resource else self.action
        if self.url:
            return f"{self.verb} {self.url}"
        text = f"{self.verb} {self.resource}"
        if self.group != "*" if self.resource == "*" else self.group:
            text += f".{self.group}"
        text += f"/{self.subresource}" if self.subresource else ""
        text += f" {self.name}" if self.name else ""
        text += f" -n {self.namespace}" if self.namespace else ""
        return text + (f" --role-ref {self.role_ref}" if self.role_ref else "")


@dataclass(frozen=True)
class Step(Record):
    """One step of a path: `edge` is its kind; the last step to a permission is the grant."""

    _parts = {"origin": Origin, "condition": Condition}
    edge: str
    from_: str = ""
    to: str = ""
    origin: Optional[Origin] = None
    condition: Optional[Condition] = None

    def __str__(self) -> str:
        return f"{self.edge} {self.to}" + (f" ({self.origin})" if self.origin else "")


@dataclass(frozen=True)
class Path(Record):
    """Identities taken on, one after the other, then the grant."""

    _parts = {"steps": Step}
    steps: Tuple[Step, ...] = ()

    def __str__(self) -> str:
        return " -> ".join(str(step) for step in self.steps)


@dataclass(frozen=True)
class Grant(Record):
    """A grant that matched (`match` "full"), or nearly did and what blocked it."""

    _parts = {"origin": Origin}
    origin: Optional[Origin] = None
    text: str = ""
    match: str = ""
    blocked_by: Optional[str] = None

    def __str__(self) -> str:
        return self.text + (f" [blocked by {self.blocked_by}]" if self.blocked_by else "")


@dataclass(frozen=True)
class Grantee(Record):
    """One row of `who`."""

    _parts = {"paths": Path, "conditions": Condition, "origin": Origin}
    principal: str
    kind: str = ""
    decision: str = ""
    #: Needs no hop beyond authentication and membership.
    direct: bool = False
    paths: Tuple[Path, ...] = ()
    conditions: Tuple[Condition, ...] = ()
    reason: str = ""
    origin: Optional[Origin] = None
    #: There only through this collective of everyone-like callers.
    only_through: Optional[str] = None

    @property
    def allowed(self) -> bool:
        return self.decision == "allowed"


@dataclass(frozen=True)
class Rule(Record):
    """What a Kubernetes rule gives."""

    _parts = {"origin": Origin}
    verbs: Tuple[str, ...] = ()
    groups: Tuple[str, ...] = ()
    resources: Tuple[str, ...] = ()
    names: Tuple[str, ...] = ()
    urls: Tuple[str, ...] = ()
    decision: str = ""
    origin: Optional[Origin] = None
    through: str = ""


@dataclass(frozen=True)
class Scope(Record):
    """Rules of one cluster and namespace ("*": cluster-wide), as one identity."""

    _parts = {"rules": Rule}
    cluster: str
    namespace: str = ""
    as_: str = ""
    rules: Tuple[Rule, ...] = ()


@dataclass(frozen=True)
class AwsGrant(Record):
    """What an IAM statement gives, or with `deny` takes; "not:" stands before NotAction's."""

    _parts = {"conditions": Condition, "origin": Origin}
    as_: str
    actions: Tuple[str, ...] = ()
    resources: Tuple[str, ...] = ()
    decision: str = ""
    conditions: Tuple[Condition, ...] = ()
    origin: Optional[Origin] = None
    deny: bool = False


@dataclass(frozen=True)
class KubernetesIdentity(Record):
    """Who one is in a cluster; `authenticated` is "yes", "no" or "unknown"."""

    _parts = {"origin": Origin}
    cluster: str
    authenticated: str = ""
    username: str = ""
    groups: Tuple[str, ...] = ()
    origin: Optional[Origin] = None
    via: str = ""
    reason: str = ""


@dataclass(frozen=True)
class AwsIdentity(Record):
    """An AWS role that one can take on."""

    _parts = {"origin": Origin, "conditions": Condition}
    principal: str
    decision: str = ""
    edge: str = ""
    origin: Optional[Origin] = None
    conditions: Tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Identity(Record):
    """A principal that can be become, and how."""

    _parts = {"path": Path, "conditions": Condition}
    principal: str
    kind: str = ""
    decision: str = ""
    path: Path = Path()
    reason: str = ""
    conditions: Tuple[Condition, ...] = ()


@dataclass(frozen=True)
class FoundPath(Path):
    """A path with what it comes to."""

    _parts = {"steps": Step, "conditions": Condition}
    decision: str = ""
    conditions: Tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Item(Record):
    """One row of `list`; `fields` are the columns that this list has besides."""

    _parts = {"origin": Origin}
    name: str
    kind: str = ""
    cluster: Optional[str] = None
    origin: Optional[Origin] = None
    fields: Dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class MatrixRow(Record):
    """One principal: verb to decision, without the verbs that the resource does not have."""

    principal: str
    kind: str = ""
    decisions: Dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class MatrixResource(Record):
    """One resource and those who may do something with it."""

    _parts = {"rows": MatrixRow}
    group: str
    resource: str = ""
    subresource: str = ""
    rows: Tuple[MatrixRow, ...] = ()


@dataclass(frozen=True)
class Related(Record):
    """A further place that a diagnostic speaks of."""

    _parts = {"origin": Origin}
    message: str
    origin: Optional[Origin] = None


@dataclass(frozen=True)
class Diagnostic(Record):
    """What is wrong with the input; reading went on. `severity`: "note", "warning", "error"."""

    _parts = {"origin": Origin, "related": Related}
    code: str
    severity: str = "warning"
    message: str = ""
    origin: Optional[Origin] = None
    end_line: int = 0
    end_column: int = 0
    related: Tuple[Related, ...] = ()
    #: As the command line prints it, with the line and a caret.
    text: str = field(default="", repr=False, compare=False)

    def __str__(self) -> str:
        return self.text.rstrip("\n")


# --- tables


def _origin_cells(origin: Optional[Origin]) -> Dict[str, Any]:
    origin = origin or Origin()
    return {"file": origin.file or None, "line": origin.line or None,
            "column": origin.column or None, "address": origin.address or None}


_ORIGIN_COLUMNS = {"file": "text", "line": "number", "column": "number", "address": "text"}


def _joined(values: Any) -> str:
    return "; ".join(str(value) for value in values)


class ArrowTable:
    """Columns for whoever speaks the Arrow C stream interface.

    `pandas.DataFrame.from_arrow(table)`, `polars.DataFrame(table)`, `pyarrow.table(table)`, and in
    DuckDB's Python simply `SELECT … FROM table`. Depends on none of them.
    """

    def __init__(self, columns: Dict[str, str], rows: List[Dict[str, Any]]) -> None:
        self.column_names: Tuple[str, ...] = tuple(columns)
        self.num_rows: int = len(rows)
        self._table = _core.Table(
            [(name, kind, [row[name] for row in rows]) for name, kind in columns.items()])

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A PyCapsule named arrow_array_stream; a requested schema is not followed."""
        return self._table.stream()

    def __repr__(self) -> str:
        return f"<ArrowTable {self.num_rows} rows: {', '.join(self.column_names)}>"


# --- answers

_Answer = TypeVar("_Answer", bound="Answer")


@dataclass(frozen=True)
class Answer(Record):
    """What all answers share. Made by a snapshot's questions or `from_json`."""

    _json: str = field(default="", init=False, repr=False, compare=False)
    _native: Optional[_core.Answer] = field(default=None, init=False, repr=False, compare=False)
    _shown: Optional[str] = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def from_json(cls: Type[_Answer], text: str) -> _Answer:
        """Reads what `to_json` or `whomay -o json` wrote."""
        answer = cls.from_dict(json.loads(text))
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
            return self._shown or repr(self)
        return self._native.table(color, expand)

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

    def __getitem__(self, index: int) -> _Row:
        return self._all()[index]

    def __bool__(self) -> bool:
        return len(self) > 0


class _Tabular:
    """An answer that reads well as a flat table."""

    def _columns(self) -> Dict[str, str]:
        raise NotImplementedError

    def rows(self) -> List[Dict[str, Any]]:
        """Flat dicts of texts, numbers, flags and None: `pandas.DataFrame(answer.rows())`."""
        raise NotImplementedError

    def to_arrow(self) -> ArrowTable:
        """The rows for pandas, polars, DuckDB, pyarrow."""
        return ArrowTable(self._columns(), self.rows())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        names = list(self._columns())
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape('' if row[name] is None else str(row[name]))}</td>"
                             for name in names) + "</tr>" for row in self.rows())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True)
class CanAnswer(Answer):
    """May this principal do it. True in conditions only when certainly allowed."""

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


@dataclass(frozen=True)
class WhoAnswer(_Tabular, _Sequence[Grantee], Answer):
    """Who may do it: all that are not certainly denied."""

    _parts = {"permission": Permission, "grantees": Grantee, "assumptions": Assumption}
    _rows_key = "grantees"
    world: str = "after"
    permission: Permission = Permission("kubernetes")
    grantees: Tuple[Grantee, ...] = ()
    assumptions: Tuple[Assumption, ...] = ()
    incomplete: bool = False
    hints: Tuple[str, ...] = ()
    notes: Tuple[str, ...] = ()

    def principals(self, *decisions: str) -> Tuple[str, ...]:
        """The names of the rows with these decisions; none given: of all rows."""
        unknown = set(decisions) - set(DECISIONS)
        if unknown:
            raise ValueError(f"no decision is called {', '.join(sorted(unknown))}")
        return tuple(g.principal for g in self.grantees if not decisions or g.decision in decisions)

    def _columns(self) -> Dict[str, str]:
        return {"principal": "text", "kind": "text", "decision": "text", "direct": "flag",
                "reason": "text", "conditions": "text", "path": "text", "only_through": "text",
                **_ORIGIN_COLUMNS}

    def rows(self) -> List[Dict[str, Any]]:
        """One row a grantee; `path` is the first path in one line."""
        return [{"principal": g.principal, "kind": g.kind, "decision": g.decision,
                 "direct": g.direct, "reason": g.reason, "conditions": _joined(g.conditions),
                 "path": str(g.paths[0]) if g.paths else "", "only_through": g.only_through,
                 **_origin_cells(g.origin)} for g in self.grantees]


@dataclass(frozen=True)
class WhatAnswer(_Tabular, Answer):
    """What may it do, by plane, cluster and namespace."""

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
                "deny": "flag", "conditions": "text", "through": "text", **_ORIGIN_COLUMNS}

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
                             **_origin_cells(rule.origin)})
        for grant in self.aws:
            rows.append({"plane": "aws", "cluster": None, "namespace": None, "as": grant.as_,
                         "actions": ",".join(grant.actions),
                         "resources": ",".join(grant.resources), "names": "",
                         "decision": grant.decision, "deny": grant.deny,
                         "conditions": _joined(grant.conditions), "through": None,
                         **_origin_cells(grant.origin)})
        return rows


@dataclass(frozen=True)
class WhoamiAnswer(Answer):
    """Which Kubernetes users and groups it is, which AWS roles it can take on."""

    _parts = {"kubernetes": KubernetesIdentity, "aws": AwsIdentity, "assumptions": Assumption}
    principal: str = ""
    kubernetes: Tuple[KubernetesIdentity, ...] = ()
    aws: Tuple[AwsIdentity, ...] = ()
    world: str = "after"
    assumptions: Tuple[Assumption, ...] = ()
    incomplete: bool = False
    notes: Tuple[str, ...] = ()


@dataclass(frozen=True)
class ReachAnswer(_Tabular, _Sequence[Identity], Answer):
    """Every principal that it can become."""

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
                 "reason": i.reason, "conditions": _joined(i.conditions), "path": str(i.path)}
                for i in self.identities]


@dataclass(frozen=True)
class PathsAnswer(_Sequence[FoundPath], Answer):
    """How one becomes the other."""

    _parts = {"paths": FoundPath}
    _rows_key = "paths"
    from_: str = ""
    to: str = ""
    paths: Tuple[FoundPath, ...] = ()
    truncated: bool = False
    world: str = "after"
    incomplete: bool = False
    notes: Tuple[str, ...] = ()


@dataclass(frozen=True)
class MatrixAnswer(_Tabular, _Sequence[MatrixResource], Answer):
    """Who may do what with which resources."""

    _parts = {"resources": MatrixResource, "assumptions": Assumption}
    _rows_key = "resources"
    world: str = "after"
    cluster: str = ""
    namespace: str = ""
    subject: Optional[str] = None
    verbs: Tuple[str, ...] = ()
    resources: Tuple[MatrixResource, ...] = ()
    assumptions: Tuple[Assumption, ...] = ()
    incomplete: bool = False
    notes: Tuple[str, ...] = ()

    def _columns(self) -> Dict[str, str]:
        return {"group": "text", "resource": "text", "subresource": "text", "principal": "text",
                "kind": "text", "verb": "text", "decision": "text"}

    def rows(self) -> List[Dict[str, Any]]:
        """One row a resource, principal and verb."""
        return [{"group": r.group, "resource": r.resource, "subresource": r.subresource,
                 "principal": row.principal, "kind": row.kind, "verb": verb, "decision": decision}
                for r in self.resources for row in r.rows
                for verb, decision in row.decisions.items()]


@dataclass(frozen=True)
class ListAnswer(_Tabular, _Sequence[Item], Answer):
    """What is there."""

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
        taken = {"name", "kind", "cluster", *_ORIGIN_COLUMNS}
        return f"{name}_" if name in taken else name

    def _columns(self) -> Dict[str, str]:
        return {"name": "text", "kind": "text", "cluster": "text",
                **{self._column(name): "text" for name in self._further()}, **_ORIGIN_COLUMNS}

    def rows(self) -> List[Dict[str, Any]]:
        """One row an item, with the columns that this list has besides."""
        return [{"name": i.name, "kind": i.kind, "cluster": i.cluster,
                 **{self._column(name): i.fields.get(name) for name in self._further()},
                 **_origin_cells(i.origin)} for i in self.items]
