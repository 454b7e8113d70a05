"""What goes wrong, as exceptions. Wrong input is none: it is a diagnostic, and reading goes on."""

from __future__ import annotations

import re
from typing import Optional, Tuple

from .records import Diagnostic, Origin


class Error(Exception):
    """Base of all that whomay raises."""


def _place(message: str) -> Optional[Origin]:
    """The place that a message of the library begins with."""
    found = re.match(r"(.*?):(\d+):(\d+): ", message)
    return Origin(found[1], int(found[2]), int(found[3])) if found else None


class InputError(Error):
    """An input that cannot be read, is of no kind that whomay reads, or of which nothing is left."""

    #: Where it is broken: None for a file that is not there, or is whole and of another kind.
    origin: Optional[Origin]
    #: All that is wrong with the inputs, where they were read that far.
    diagnostics: Tuple[Diagnostic, ...]

    def __init__(self, message: str, diagnostics: Tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics
        self.origin = diagnostics[0].origin if diagnostics else _place(message)

    def __reduce__(self) -> Tuple[object, ...]:
        return type(self), (self.args[0], self.diagnostics)


class ConfigError(Error, ValueError):
    """A configuration or baseline with something in it that does not belong there."""

    #: Where, if it is a place in the file.
    origin: Optional[Origin]

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.origin = _place(message)


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
