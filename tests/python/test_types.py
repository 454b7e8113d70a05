"""The stubs and types as type checkers see them. Skipped, loudly, where mypy is not installed."""

import importlib.util
import os
import pathlib
import subprocess
import sys

import pytest

import whomay

PACKAGE = pathlib.Path(whomay.__file__).parent


def mypy(module, *arguments, cwd):
    if importlib.util.find_spec("mypy") is None:
        pytest.skip(f"{sys.executable} has no mypy: types and stubs are not checked")
    environment = {**os.environ, "MYPYPATH": str(PACKAGE.parent)}
    return subprocess.run([sys.executable, "-m", module, *arguments], check=False, cwd=cwd,
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)


def test_stubs_say_what_the_module_is(tmp_path):
    done = mypy("mypy.stubtest", "whomay", "--concise", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_package_is_typed(tmp_path):
    done = mypy("mypy", "--strict", "-p", "whomay", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_users_code_is_checked(tmp_path):
    user = tmp_path / "user.py"
    user.write_text("""\
import whomay

access = whomay.load("plan.json", whomay.text("{}"), {"kind": "List"}, config=".whomay.yaml")
names: tuple[str, ...] = access.who("get pods", namespace="shop", escalate=True).principals()
line: int = access.check().findings[0].origin.line  # line 5: origin may be None
access.who("get pods", nmespace="shop")             # line 6: no such option
access.whoami("x", any=True)                        # line 7: no permission, no such option
changed: bool = access.diff().gained[0].allowed     # line 8: no such attribute
for finding in access.check(threshold="low"):
    reveal_type(finding)                            # line 10
""")
    done = mypy("mypy", "--strict", "--no-error-summary", str(user), cwd=tmp_path)
    lines = {int(line.split(":")[1]) for line in done.stdout.splitlines() if " error: " in line}
    assert lines == {5, 6, 7, 8}, done.stdout
    assert 'note: Revealed type is "whomay.records.Finding"' in done.stdout


def test_typed_marker():
    assert (PACKAGE / "py.typed").exists()
