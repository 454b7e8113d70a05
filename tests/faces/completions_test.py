#!/usr/bin/env python3
"""Completions and man page know every command and flag that --help tells, and no other flag.

usage: completions_test.py SOURCE_DIR WHOMAY_BINARY
"""

import pathlib
import re
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
BINARY = sys.argv[2]
FACES = {
    "bash": ROOT / "bindings/cli/completions/whomay.bash",
    "zsh": ROOT / "bindings/cli/completions/_whomay",
    "fish": ROOT / "bindings/cli/completions/whomay.fish",
    "man": ROOT / "bindings/cli/whomay.1",
}


def told(*words):
    return subprocess.run([BINARY, *words], capture_output=True, check=True, text=True).stdout


COMMANDS = re.findall(r"^  whomay (\S+) .*?  ", told("--help"), re.M)
HELPS = {command: told(command, "--help") for command in COMMANDS}
FLAGS = {flag for text in HELPS.values() for flag in re.findall(r"^ +(?:-\w,)?--([a-z-]+)", text, re.M)}
FORMATS = {command: re.search(r"--output ([a-z|]+)", text)[1].split("|") for command, text in HELPS.items()}


def text_of(face):
    text = FACES[face].read_text()
    return text.replace("\\-", "-") if face == "man" else text


def complete(*words):
    """What bash offers for the last word."""
    line = " ".join(f"'{word}'" for word in words)
    script = f"source {FACES['bash']}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _whomay; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True, text=True, cwd=ROOT)
    return set(done.stdout.split())


class Faces(unittest.TestCase):
    def test_there_is_something_to_know(self):
        self.assertGreater(len(COMMANDS), 10)
        self.assertGreater(len(FLAGS), 25)

    def test_every_command_and_flag(self):
        for face in FACES:
            text = text_of(face)
            for command in COMMANDS:
                self.assertRegex(text, rf"\b{command}\b", f"{face}: {command}")
            for flag in FLAGS:
                mark = rf"-l {flag}\b" if face == "fish" else rf"--{flag}\b"
                self.assertRegex(text, mark, f"{face}: --{flag}")

    def test_no_flag_that_is_none(self):
        known = FLAGS | {"version"}
        for face in FACES:
            pattern = r"^complete .*? -l ([a-z-]+)" if face == "fish" else r"--([a-z][a-z-]+)"
            for flag in re.findall(pattern, text_of(face), re.M):
                self.assertIn(flag, known, face)

    def test_bash(self):
        if shutil.which("bash") is None:
            self.skipTest("no bash")
        self.assertEqual(complete("whomay", "whoa"), {"whoami"})
        self.assertEqual(complete("whomay", "list", "pri"), {"principals"})
        self.assertEqual(complete("whomay", "who", "--max"), {"--max-hops"})
        self.assertEqual(complete("whomay", "who", "--thr"), set())
        self.assertEqual(complete("whomay", "check", "--thr"), {"--threshold"})
        self.assertIn("examples", complete("whomay", "who", "-f", "exam"))
        for command in COMMANDS:
            self.assertEqual(complete("whomay", command, "-o", ""), set(FORMATS[command]), command)

    def test_man_page_is_one(self):
        if shutil.which("man") is None or shutil.which("groff") is None:
            self.skipTest("no man")
        done = subprocess.run(["man", "--warnings", "-l", FACES["man"]], capture_output=True, check=False, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
