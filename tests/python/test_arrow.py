"""Tables through the Arrow C stream: read with ctypes as the specification lays the structs out, and
with pyarrow, pandas, polars, DuckDB where they are installed."""

import ctypes
import gc

import pytest

import whomay
from conftest import SHOP


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


Schema._fields_ = [("format", ctypes.c_char_p), ("name", ctypes.c_char_p),
                   ("metadata", ctypes.c_char_p), ("flags", ctypes.c_int64),
                   ("n_children", ctypes.c_int64),
                   ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
                   ("dictionary", ctypes.c_void_p),
                   ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Schema))),
                   ("private_data", ctypes.c_void_p)]
Array._fields_ = [("length", ctypes.c_int64), ("null_count", ctypes.c_int64),
                  ("offset", ctypes.c_int64), ("n_buffers", ctypes.c_int64),
                  ("n_children", ctypes.c_int64),
                  ("buffers", ctypes.POINTER(ctypes.c_void_p)),
                  ("children", ctypes.POINTER(ctypes.POINTER(Array))),
                  ("dictionary", ctypes.c_void_p),
                  ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Array))),
                  ("private_data", ctypes.c_void_p)]
Stream._fields_ = [("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream),
                                                   ctypes.POINTER(Schema))),
                   ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream),
                                                 ctypes.POINTER(Array))),
                   ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(Stream))),
                   ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Stream))),
                   ("private_data", ctypes.c_void_p)]


def bit(buffer, i):
    return bool(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_uint8))[i // 8] >> (i % 8) & 1)


def cells(schema, array):
    validity, values = array.buffers[0], array.buffers[1]
    out = []
    for i in range(array.length):
        if validity and not bit(validity, i):
            out.append(None)
        elif schema.format == b"b":
            out.append(bit(values, i))
        else:
            numbers = ctypes.cast(values, ctypes.POINTER(ctypes.c_int64))
            if schema.format == b"l":
                out.append(numbers[i])
            else:
                begin, end = numbers[i], numbers[i + 1]
                data = ctypes.string_at(array.buffers[2] + begin, end - begin) if end > begin else b""
                out.append(data.decode())
    assert array.null_count == out.count(None)
    return out


def read(capsule):
    """The stream's columns; releases all that it takes, children first."""
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    stream = ctypes.cast(get(capsule, b"arrow_array_stream"), ctypes.POINTER(Stream))
    schema, array, end = Schema(), Array(), Array()
    assert stream.contents.get_schema(stream, ctypes.byref(schema)) == 0
    assert stream.contents.get_next(stream, ctypes.byref(array)) == 0
    assert stream.contents.get_next(stream, ctypes.byref(end)) == 0 and not end.release
    assert schema.format == b"+s" and schema.n_children == array.n_children
    columns = {}
    for i in range(schema.n_children):
        child, values = schema.children[i].contents, array.children[i].contents
        assert values.length == array.length
        columns[child.name.decode()] = cells(child, values)
    schema.release(ctypes.byref(schema))
    array.release(ctypes.byref(array))
    assert not schema.release and not array.release
    return columns


def answers(plan):
    return [plan.who("get secrets -n shop"), plan.list("principals"), plan.list("bindings"),
            plan.what("arn:aws:iam::111122223333:role/shop-developer"), plan.reach("lea"),
            plan.matrix("pods"), plan.list("clusters"), plan.graph("lea")]


def test_columns_are_the_rows(plan):
    for answer in answers(plan):
        rows = answer.rows()
        columns = read(answer.__arrow_c_stream__())
        assert rows, type(answer)
        assert list(columns) == list(answer.to_arrow().column_names) == list(rows[0])
        for name, values in columns.items():
            assert values == [row[name] for row in rows], name


def test_odd_values():
    table = whomay._core.Table([("text", "text", ["", None, "ä\0|", "x" * 1000]),
                                ("number", "number", [1, None, -(2**63), 2**63 - 1]),
                                ("flag", "flag", [True, None, False, True])])
    assert read(table.stream()) == {"text": ["", None, "ä\0|", "x" * 1000],
                                    "number": [1, None, -(2**63), 2**63 - 1],
                                    "flag": [True, None, False, True]}
    assert read(whomay._core.Table([("none", "text", [])]).stream()) == {"none": []}
    with pytest.raises(ValueError):
        whomay._core.Table([("a", "text", ["x"]), ("b", "text", [])])
    with pytest.raises(ValueError):
        whomay._core.Table([("a", "colour", ["x"])])


def test_outlives_its_table(plan):
    capsule = plan.list("principals").to_arrow().__arrow_c_stream__()
    gc.collect()
    assert len(read(capsule)["name"]) == len(plan.list("principals"))
    plan.list("principals").to_arrow().__arrow_c_stream__()  # dropped without a reader


def test_an_empty_answer():
    access = whomay.load({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}},
                         builtin_rbac=False)
    assert read(access.list("bindings").to_arrow().__arrow_c_stream__())["name"] == []


@pytest.mark.parametrize("library", ["pyarrow", "pandas", "polars", "duckdb"])
def test_readers(library, plan):
    module = pytest.importorskip(library)
    answer = plan.who("get secrets -n shop")
    table = table_ = answer.to_arrow()  # DuckDB finds it by its name
    if library == "pyarrow":
        assert module.table(table).to_pylist() == answer.rows()
    elif library == "duckdb":
        found = module.sql("SELECT principal FROM table_ WHERE decision = 'allowed'").fetchall()
        assert tuple(name for name, in found) == answer.principals("allowed")
    elif library == "polars":
        assert module.DataFrame(table).to_dicts() == answer.rows()
    elif hasattr(module.DataFrame, "from_arrow"):
        pytest.importorskip("pyarrow")
        frame = module.DataFrame.from_arrow(table)
        assert list(frame["principal"]) == list(answer.principals())
    else:
        assert list(module.DataFrame(answer.rows())["principal"]) == list(answer.principals())
