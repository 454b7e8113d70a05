"""Answers as tables: plain rows, and the Arrow C stream for pandas, polars, DuckDB and pyarrow."""

from __future__ import annotations

from html import escape
from typing import Any, Dict, List, Optional, Tuple

from . import _core
from .records import Origin

# Rows that a notebook shows of a table.
_MAX_SHOWN = 200



def origin_cells(origin: Optional[Origin]) -> Dict[str, Any]:
    origin = origin or Origin()
    return {"file": origin.file or None, "line": origin.line or None,
            "column": origin.column or None, "address": origin.address or None}


ORIGIN_COLUMNS = {"file": "text", "line": "number", "column": "number", "address": "text"}


def joined(values: Any) -> str:
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


class Tabular:
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
        names, rows = list(self._columns()), self.rows()
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape('' if row[name] is None else str(row[name]))}</td>"
                             for name in names) + "</tr>" for row in rows[:_MAX_SHOWN])
        more = f"<p>and {len(rows) - _MAX_SHOWN} more rows</p>" if len(rows) > _MAX_SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
