#!/usr/bin/env python3
"""Runs pytest over a built package.

usage: run.py SOURCE_DIR PACKAGE_PARENT [PYTEST-ARGUMENT...]

"SKIPPED: " stands in the output only if nothing was tested: without pytest, or when every test skipped
itself. Single tests that are skipped are listed at the end.
"""

import importlib.util
import os
import sys


class Count:
    """What became of the tests."""

    def __init__(self):
        self.reasons, self.ran = [], 0

    def pytest_runtest_logreport(self, report):
        if report.skipped:
            self.reasons.append(str(report.longrepr[2] if isinstance(report.longrepr, tuple)
                                    else report.longrepr))
        elif report.when == "call" or report.failed:
            self.ran += 1


def main():
    source, package, *arguments = sys.argv[1:]
    if importlib.util.find_spec("pytest") is None:
        print(f"SKIPPED: {sys.executable} has no pytest (Debian: python3-pytest)")
        return 0
    import pytest

    os.environ.update(PYTHONPATH=package, PYTHONDONTWRITEBYTECODE="1")
    sys.dont_write_bytecode = True
    sys.path.insert(0, package)
    os.chdir(source)
    if not any(not word.startswith("-") for word in arguments):
        arguments = ["tests/python", *arguments]
    count = Count()
    code = pytest.main(["-q", "-p", "no:cacheprovider", *arguments], plugins=[count])
    if code == 0 and count.reasons and not count.ran:
        print(f"SKIPPED: {count.reasons[0]}")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
