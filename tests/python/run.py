#!/usr/bin/env python3
"""Runs pytest over a built package.

usage: run.py SOURCE_DIR PACKAGE_PARENT [PYTEST-ARGUMENT...]

Without pytest the test says so and is skipped.
"""

import importlib.util
import os
import subprocess
import sys


def main():
    source, package, *arguments = sys.argv[1:]
    if importlib.util.find_spec("pytest") is None:
        print(f"SKIPPED: {sys.executable} has no pytest (Debian: python3-pytest)")
        return 0
    environment = {**os.environ, "PYTHONPATH": package, "PYTHONDONTWRITEBYTECODE": "1"}
    if not any(not word.startswith("-") for word in arguments):
        arguments = ["tests/python", *arguments]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=source, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
