"""What a user gets: `pip install .` in an empty virtual environment, its command and its module; the
stubs against the module where mypy can be had. Needs the package index, and says so without it."""

import os
import subprocess
import sys

import pytest

from conftest import ROOT, SHOP

INPUTS = ["-f", str(SHOP / "change/plan.json"), "-f", str(SHOP / "manifests")]


def run(*words, **options):
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(list(map(str, words)), check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=environment, **options)


def skip(why):
    pytest.skip(why)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    home = tmp_path_factory.mktemp("wheel")
    made = run(sys.executable, "-m", "venv", home)
    if made.returncode != 0:
        skip(f"no virtual environment can be made: {made.stdout}")
    probe = run(home / "bin/pip", "download", "-q", "--no-deps", "-d", home / "probe", "pybind11>=2.10")
    if probe.returncode != 0:
        skip(f"no package index: {probe.stdout.strip()[-300:]}")
    installed = run(home / "bin/pip", "install", ROOT)
    assert installed.returncode == 0, installed.stdout
    return home


def test_command_is_native(environment):
    command = environment / "bin/whomay"
    assert command.read_bytes()[:4] == b"\x7fELF"
    asked = run(command, "can", "jonas", "get", "secrets", "-n", "shop", *INPUTS)
    assert asked.returncode == 0 and "jonas" in asked.stdout


def test_module(environment, tmp_path):
    code = ("import whomay, sys; a = whomay.load(*sys.argv[1:]); "
            "print(a.can('jonas', 'get secrets -n shop').decision, whomay.__version__)")
    asked = run(environment / "bin/python", "-c", code, *INPUTS[1::2], cwd=tmp_path)
    assert asked.stdout.startswith("allowed "), asked.stdout


def test_only_what_belongs_is_installed(environment):
    listed = run(environment / "bin/pip", "show", "-f", "whomay").stdout
    files = [line.strip() for line in listed.split("Files:\n", 1)[1].splitlines()]
    packaged = {f.rsplit("/", 1)[-1].split(".")[0] for f in files if f.startswith("whomay/")
                and "__pycache__" not in f}
    assert packaged == {"__init__", "__main__", "_core", "analysis", "errors", "py", "records", "results",
                        "tables"}
    others = [f for f in files if not f.startswith(("whomay/", "whomay-"))]
    assert others == ["../../../bin/whomay"]


def test_types_and_stubs(environment, tmp_path):
    """As a type checker sees the installed package."""
    if run(environment / "bin/pip", "install", "-q", "mypy").returncode != 0:
        pytest.skip("mypy cannot be installed: the stubs of the wheel are not checked")
    stubs = run(environment / "bin/python", "-m", "mypy.stubtest", "whomay", cwd=tmp_path)
    assert stubs.returncode == 0, stubs.stdout
    checked = run(environment / "bin/mypy", "--strict", "-p", "whomay", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout


def test_tables_in_other_libraries(environment):
    """What pandas, polars, DuckDB and pyarrow make of answers; none of them is a dependency."""
    libraries = ("pyarrow", "pandas", "polars", "duckdb")
    got = run(environment / "bin/pip", "install", "-q", "pytest", *libraries)
    if got.returncode != 0:
        pytest.skip(f"these cannot be installed: {got.stdout.strip()[-300:]}")
    done = run(environment / "bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs",
               "tests/python/test_arrow.py", "tests/python/test_examples.py", cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert not any(f"import '{name}'" in done.stdout for name in libraries), done.stdout
