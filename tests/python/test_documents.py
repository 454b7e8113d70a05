"""docs/python.md: its prompts are run in examples/shop, and print what it shows. A line "…" stands for any
further lines."""

import contextlib
import doctest
import os
import re
import shlex
import subprocess
import sys

import pytest

from conftest import ROOT, SHOP

TEXT = (ROOT / "docs/python.md").read_text()


def test_prompts(monkeypatch):
    monkeypatch.chdir(SHOP)
    blocks = re.findall(r"^```python\n(>>> .*?)^```$", TEXT, re.M | re.S)
    assert len(blocks) >= 5
    examples = doctest.DocTestParser().get_doctest("\n\n".join(blocks), {}, "docs/python.md", None, 0)
    report = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    with contextlib.redirect_stdout(None):
        runner.run(examples, out=report.append)
    assert not runner.failures, "".join(report)
    assert runner.tries > 10


@pytest.mark.parametrize("session", re.findall(r"^```\n(\$ python .*?)^```$", TEXT, re.M | re.S))
def test_scripts(session):
    command, _, wanted = session.partition("\n")
    if "pytest" in command and "-p no:cacheprovider" not in command:
        command += " -p no:cacheprovider"
    done = subprocess.run([sys.executable, *shlex.split(command)[2:]], cwd=SHOP, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "NO_COLOR": "1"})
    printed = re.sub(r" in \d+\.\d+s$", "", done.stdout, flags=re.M)
    if wanted.endswith("…\n"):
        assert printed.startswith(wanted[:-len("…\n")]), printed
    else:
        assert printed.rstrip("\n") == wanted.rstrip("\n")
