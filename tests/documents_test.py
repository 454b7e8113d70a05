#!/usr/bin/env python3
"""The sessions that our documents show are what the command really prints.

usage: documents_test.py SOURCE_DIR WHOMAY_BINARY [--update]

In every Markdown file, a fenced block whose first line begins with "$ whomay" is a session in
examples/shop: each such line is run, and what follows it up to the next must be its output. A line
"…" stands for any further lines. --update writes what the command prints instead.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys

BLOCK = re.compile(r"^```\n(\$ whomay .*?)^```$", re.M | re.S)


def run(binary, command, folder):
    words = shlex.split(command)[1:]
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run([binary, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.decode().replace("\r\n", "\n")  # CSV ends its lines so


def same(wanted, got):
    if wanted.endswith("…\n"):
        return got.startswith(wanted[:-len("…\n")])
    return wanted == got


def main():
    root = pathlib.Path(sys.argv[1])
    binary = str(pathlib.Path(sys.argv[2]).resolve())
    update = "--update" in sys.argv
    asked = wrong = 0
    documents = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, check=False)
    names = documents.stdout.decode().split() or ["README.md"]
    for name in names:
        document = root / name
        text = document.read_text()

        def session(block):
            nonlocal asked, wrong
            out = ""
            for step in re.split(r"^(?=\$ whomay )", block[1], flags=re.M):
                if not step:
                    continue
                command, _, wanted = step.partition("\n")
                got = run(binary, command[2:], root / "examples/shop")
                asked += 1
                if same(wanted.rstrip("\n") + "\n", got):
                    got = wanted.rstrip("\n") + "\n"
                else:
                    wrong += 1
                    if not update:
                        print(f"{name}: {command}\n--- the document\n{wanted}--- the command\n{got}")
                out += command + "\n" + got + "\n"
            return "```\n" + out.rstrip("\n") + "\n```"

        updated = BLOCK.sub(session, text)
        if update and updated != text:
            document.write_text(updated)
    print(f"{asked} commands, {wrong} {'updated' if update else 'not as shown'}")
    return 1 if (wrong and not update) or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
