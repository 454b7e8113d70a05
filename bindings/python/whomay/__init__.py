"""Who may do what, and by which path, across AWS and Kubernetes, from files alone.

    import whomay

    access = whomay.load("plan.json", "manifests/")
    print(access.who("get secrets -n shop"))
    if access.can("user:jonas", "delete pods -n shop").denied: ...
    access.before.who("s3:GetObject arn:aws:s3:::orders/1")    # before the plan is applied

Answers are frozen, typed, and print as the command line prints them.
"""

from ._core import __version__
from .analysis import Analysis, Questions, Snapshot, Source, data, load, path, text
from .errors import Error, IncompleteError, InputError, QuestionError
from .results import (Answer, ArrowTable, Assumption, AwsGrant, AwsIdentity, CanAnswer, Condition,
                      Diagnostic, FoundPath, Grant, Grantee, Identity, Item, KubernetesIdentity,
                      ListAnswer, MatrixAnswer, MatrixResource, MatrixRow, Origin, Path,
                      PathsAnswer, Permission, ReachAnswer, Related, Rule, Scope, Step, WhatAnswer,
                      WhoAnswer, WhoamiAnswer)

__all__ = [
    "Analysis", "Answer", "ArrowTable", "Assumption", "AwsGrant", "AwsIdentity", "CanAnswer",
    "Condition", "Diagnostic", "Error", "FoundPath", "Grant", "Grantee", "Identity",
    "IncompleteError", "InputError", "Item", "KubernetesIdentity", "ListAnswer", "MatrixAnswer",
    "MatrixResource", "MatrixRow", "Origin", "Path", "PathsAnswer", "Permission", "Questions",
    "QuestionError", "ReachAnswer", "Related", "Rule", "Scope", "Snapshot", "Source", "Step",
    "WhatAnswer", "WhoAnswer", "WhoamiAnswer", "__version__", "data", "load", "path", "text",
]
