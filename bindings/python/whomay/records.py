"""The parts of answers: frozen dataclasses with the names of the JSON contracts.

A field whose JSON key is a word of Python's has an underscore behind it: `from_`, `as_`, `except_`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Dict, Optional, Tuple, Type, TypeVar

from . import _core

# In the order of strength: over several paths the strongest counts.
DECISIONS = ("denied", "unknown", "conditional", "allowed")

_Record = TypeVar("_Record", bound="Record")


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
    if isinstance(value, str) and part is Condition:
        return Condition("", text=value)  # whomay.check/1 has the condition of a step as a text
    return value


@dataclass(frozen=True)
class Origin(Record):
    """Where a fact stands; lines and columns count from 1, 0 means no place."""

    file: str = ""
    line: int = 0
    column: int = 0
    #: Terraform address, or "KIND NAMESPACE/NAME" of a Kubernetes object.
    address: str = ""
    #: Where Terraform's code declares it, if the code was given (`source_root`).
    source: Optional[Origin] = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return " ".join(text for text in (place, self.address) if text)


Origin._parts = {"source": Origin}


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
    #: None: several, which the answer's rows name.
    cluster: Optional[str] = ""
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
    paths: Tuple[Path, ...] = field(default=(), repr=False)
    conditions: Tuple[Condition, ...] = ()
    reason: str = ""
    origin: Optional[Origin] = None
    #: There only through this collective of everyone-like callers.
    only_through: Optional[str] = None
    #: Where the answer is for several.
    cluster: str = ""

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
    path: Path = field(default=Path(), repr=False)
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
    #: "": all of them.
    name: str = ""
    rows: Tuple[MatrixRow, ...] = ()
    #: Where the answer is for several.
    cluster: str = ""


@dataclass(frozen=True)
class GraphNode(Record):
    """A principal of a graph; `cluster` is None for AWS."""

    principal: str
    kind: str = ""
    cluster: Optional[str] = None


@dataclass(frozen=True)
class GraphEdge(Record):
    """One way of becoming another principal."""

    _parts = {"conditions": Condition, "origin": Origin}
    from_: str
    to: str = ""
    edge: str = ""
    decision: str = ""
    conditions: Tuple[Condition, ...] = ()
    origin: Optional[Origin] = None


@dataclass(frozen=True)
class Change(Record):
    """Access of one principal that differs between two worlds.

    `permission` is a region, wildcards and all: everything that it covers, less `except_`.
    """

    _parts = {"permission": Permission, "except": Permission, "paths": Path,
              "conditions": Condition, "conditions_before": Condition}
    principal: str
    permission: Permission
    kind: str = ""
    #: Of what is gained or changed: after; of what is lost: before.
    decision: str = ""
    before: str = "denied"
    after: str = "denied"
    reason: str = ""
    except_: Tuple[Permission, ...] = ()
    conditions: Tuple[Condition, ...] = ()
    conditions_before: Tuple[Condition, ...] = ()
    paths: Tuple[Path, ...] = field(default=(), repr=False)
    #: Principals on the first path that have this very change themselves.
    through: Tuple[str, ...] = ()
    #: The principal is new or gone, not the access: every caller of its sort has it.
    only_through: Optional[str] = None

    def __str__(self) -> str:
        return f"{self.principal}: {self.permission} ({self.before} -> {self.after})"


@dataclass(frozen=True)
class EntryPolicy(Record):
    """An EKS access policy associated with an access entry."""

    policy: str
    scope: str = "cluster"


@dataclass(frozen=True)
class AccessEntry(Record):
    """An access entry that takes the place of a line of aws-auth; `origin` is that line's."""

    _parts = {"access_policies": EntryPolicy, "origin": Origin}
    principal: str
    type: str = ""
    #: None: EKS's default.
    username: Optional[str] = None
    groups: Tuple[str, ...] = ()
    access_policies: Tuple[EntryPolicy, ...] = ()
    #: In what it is not what the line is.
    notes: Tuple[str, ...] = ()
    origin: Optional[Origin] = None


@dataclass(frozen=True)
class LeftMapping(Record):
    """A line of aws-auth of which there is no access entry."""

    _parts = {"origin": Origin}
    mapping: str
    reason: str = ""
    #: Somebody is let in by it, who would not be any more.
    loses: bool = False
    origin: Optional[Origin] = None


@dataclass(frozen=True)
class MigratedCluster(Record):
    """What takes the place of one cluster's aws-auth ConfigMap."""

    _parts = {"entries": AccessEntry, "left": LeftMapping}
    cluster: str
    region: str = ""
    authentication_mode: str = ""
    entries: Tuple[AccessEntry, ...] = ()
    left: Tuple[LeftMapping, ...] = ()


@dataclass(frozen=True)
class Finding(Record):
    """Something wrong with the access. The fingerprint survives edits and renamed files."""

    _parts = {"origin": Origin, "path": Path}
    rule: str
    #: "note", "low", "medium" or "high".
    severity: str = ""
    subject: str = ""
    message: str = ""
    origin: Optional[Origin] = None
    #: How it comes about, where that takes steps.
    path: Path = field(default=Path(), repr=False)
    fingerprint: str = ""
    suppressed: bool = False
    #: "configuration", "comment", "annotation" or "baseline".
    suppressed_by: str = ""
    #: Why it is suppressed.
    reason: str = ""

    def __str__(self) -> str:
        place = f"{self.origin}: " if self.origin else ""
        return f"{place}{self.severity}: {self.message} [{self.rule}]"


@dataclass(frozen=True)
class RuleInfo(Record):
    """A rule of `check`, explained."""

    id: str
    severity: str = ""
    title: str = ""
    explanation: str = ""
    remediation: str = ""
    #: An address.
    reference: str = ""

    def __str__(self) -> str:
        """As `whomay rules ID` prints it."""
        return _core.rule_text(self.id).rstrip("\n") or f"{self.id}: {self.title}"


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
