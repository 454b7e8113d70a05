from typing import Any, Dict, List, Tuple

__version__: str

class Failure(Exception): ...

class AnalyzerOptions:
    default_namespace: str
    kubernetes_version: str
    builtin_rbac: bool
    accounts: Dict[str, str]
    regions: Dict[str, str]
    assume: Dict[str, str]
    def __init__(self) -> None: ...

class QuestionOptions:
    cluster: str
    direct: bool
    escalate: bool
    max_hops: int
    max_paths: int
    context: Dict[str, List[str]]
    groups: List[str]
    any: bool
    namespace: str
    all_namespaces: bool
    subresource: str
    role_ref: str
    subject: str
    verbs: List[str]
    def __init__(self) -> None: ...

class Input:
    def __init__(self, is_text: bool, name: str, text: str, cluster: str) -> None: ...

class Answer:
    def json(self) -> str: ...
    def table(self, color: bool, expand: bool) -> str: ...

class Access:
    def ask(self, question: str, words: List[str], options: QuestionOptions, world: str) -> Answer: ...
    def diagnostics(self) -> List[Dict[str, Any]]: ...
    @property
    def complete(self) -> bool: ...
    @property
    def has_two_worlds(self) -> bool: ...

class Table:
    def __init__(self, columns: List[Tuple[str, str, List[Any]]]) -> None: ...
    def stream(self) -> object: ...

def load(inputs: List[Input], options: AnalyzerOptions) -> Access: ...
def run(arguments: List[str]) -> int: ...
