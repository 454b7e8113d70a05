"""Who may do what, and by which path, across AWS and Kubernetes, from files alone.

    import whomay

    access = whomay.load("plan.json", "manifests/")
    print(access.who("get secrets -n shop"))
    if access.can("user:jonas", "delete pods -n shop").denied: ...
    access.before.who("s3:GetObject arn:aws:s3:::orders/1")    # before the plan is applied
    access.diff().gained                                       # by the plan
    access.check().failed                                      # findings by rules

Answers are frozen, typed, and print as the command line prints them. Texts in them come from the
inputs, and whoever wrote those may not be trusted.
"""

from ._core import __version__
from .analysis import (Analysis, Configuration, ListOptions, MatrixOptions, Options,
                       PermissionOptions, Questions, Snapshot, Source, config, data, load, path,
                       rules, text)
from .errors import ConfigError, Error, IncompleteError, InputError, QuestionError
from .records import (AccessEntry, Assumption, AwsGrant, AwsIdentity, Change, Condition, Diagnostic,
                      EntryPolicy, Finding, FoundPath, Grant, Grantee, GraphEdge, GraphNode,
                      Identity, Item, KubernetesIdentity, LeftMapping, MatrixResource, MatrixRow,
                      MigratedCluster, Origin, Path, Permission, Related, Rule, RuleInfo, Scope,
                      Step)
from .results import (Answer, CanAnswer, CheckAnswer, DiffAnswer, GraphAnswer, ListAnswer,
                      MatrixAnswer, MigrateAnswer, PathsAnswer, ReachAnswer, WhatAnswer, WhoAnswer, WhoamiAnswer)
from .tables import ArrowTable

__all__ = [
    "AccessEntry", "EntryPolicy", "LeftMapping", "MigrateAnswer", "MigratedCluster",
    "Analysis", "Answer", "ArrowTable", "Assumption", "AwsGrant", "AwsIdentity", "CanAnswer",
    "Change", "CheckAnswer", "Condition", "ConfigError", "Configuration", "Diagnostic",
    "DiffAnswer", "Error", "Finding", "FoundPath", "Grant", "Grantee",
    "GraphAnswer", "GraphEdge", "GraphNode", "Identity",
    "IncompleteError", "InputError", "Item", "KubernetesIdentity", "ListAnswer", "ListOptions",
    "MatrixAnswer", "MatrixOptions", "MatrixResource", "MatrixRow", "Options", "Origin", "Path",
    "PathsAnswer", "Permission", "PermissionOptions", "QuestionError", "Questions", "ReachAnswer",
    "Related", "Rule", "RuleInfo", "Scope", "Snapshot", "Source", "Step", "WhatAnswer",
    "WhoAnswer", "WhoamiAnswer", "__version__", "config", "data", "load", "path", "rules", "text",
]
