"""What goes wrong, as exceptions. Wrong input is none: it is a diagnostic, and reading goes on."""

from __future__ import annotations

from typing import Tuple

from .results import Diagnostic


class Error(Exception):
    """Base of all that whomay raises."""


class InputError(Error):
    """An input that cannot be read, or is of no kind that whomay reads."""


class QuestionError(Error, ValueError):
    """A question that cannot be understood or answered."""

    #: What was meant, perhaps: the principals or clusters that fit a name.
    candidates: Tuple[str, ...]

    def __init__(self, message: str, candidates: Tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.candidates = candidates

    def __str__(self) -> str:
        message = str(self.args[0])
        missing = [name for name in self.candidates if name not in message]
        return f"{message} (did you mean {' or '.join(missing)}?)" if missing else message

    def __reduce__(self) -> Tuple[object, ...]:
        return type(self), (self.args[0], self.candidates)


class IncompleteError(Error):
    """`strict=True`, and something that answers may rest on could not be read."""

    #: What was lost and where: `diagnostic.origin` has file, line and column.
    diagnostics: Tuple[Diagnostic, ...]

    def __init__(self, diagnostics: Tuple[Diagnostic, ...]) -> None:
        super().__init__("the inputs could not be read completely:\n"
                         + "\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = diagnostics

    def __reduce__(self) -> Tuple[object, ...]:
        return type(self), (self.diagnostics,)
