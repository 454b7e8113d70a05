#!/usr/bin/env python3
"""Every answer is what schemas/answers.schema.json says, and has no key that it does not tell.

usage: schemas_test.py SOURCE_DIR WHOMAY_BINARY
"""

import json
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
BINARY = str(pathlib.Path(sys.argv[2]).resolve())
SCHEMA = json.loads((ROOT / "schemas/answers.schema.json").read_text())
INPUTS = ["-f", "change/plan.json", "-f", "manifests/"]
TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "null": type(None)}

QUESTIONS = {
    "can": [["can", "lea", "get", "secrets", "-n", "shop"], ["why", "lea", "get", "nodes"], ["can", "lea", "get", "/metrics"],
            ["can", "lea", "s3:GetObject"], ["can", "lea", "s3:GetObject", "*"], ["can", "mira", "get", "secrets"]],
    "who": [["who", "get", "secrets", "-n", "shop"], ["who", "iam:PassRole"], ["who", "*", "*"]],
    "what": [["what", "lea"], ["what", "sa:shop/checkout"]],
    "whoami": [["whoami", "lea"], ["whoami", "sa:shop/checkout"]],
    "reach": [["reach", "lea"], ["reach", "lea", "--escalate"]],
    "paths": [["paths", "lea", "shop-developer"]],
    "list": [["list", what] for what in ("principals", "roles", "bindings", "clusters", "resources", "inputs", "policies",
                                         "access-entries", "holes", "service-accounts", "workloads",
                                         "carriers")],
    "matrix": [["matrix", "secrets", "-n", "shop"], ["matrix", "pods", "--subject", "lea"]],
    "diff": [["diff"]],
    "graph": [["graph"], ["graph", "lea", "--escalate"]],
    "check": [["check"]],
    "migrate": [["migrate", "aws-auth"]],
}


class Mismatch(Exception):
    pass


def check(value, schema, at, closed):
    """The part of JSON Schema that the file uses; `closed`: keys that are not told are mistakes."""
    if "$ref" in schema:
        return check(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], at, closed)
    if "oneOf" in schema:
        fits = []
        for one in schema["oneOf"]:
            try:
                check(value, one, at, closed)
                fits.append(one)
            except Mismatch as mismatch:
                last = mismatch
        if len(fits) != 1:
            raise last if not fits else Mismatch(f"{at}: fits {len(fits)}")
        return None
    if "const" in schema and value != schema["const"]:
        raise Mismatch(f"{at}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        raise Mismatch(f"{at}: {value!r} is none of {schema['enum']}")
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(type(value) is TYPES[name] for name in types):
            raise Mismatch(f"{at}: {type(value).__name__} is none of {types}")
    if isinstance(value, dict):
        told = schema.get("properties", {})
        missing = [key for key in schema.get("required", []) if key not in value]
        if missing:
            raise Mismatch(f"{at}: no {missing}")
        for key, part in value.items():
            if key in told:
                check(part, told[key], f"{at}.{key}", closed)
            elif isinstance(schema.get("additionalProperties"), dict):
                check(part, schema["additionalProperties"], f"{at}.{key}", closed)
            elif closed and told and "additionalProperties" not in schema:
                raise Mismatch(f"{at}: the schema does not tell {key}")
    if isinstance(value, list) and "items" in schema:
        for i, part in enumerate(value):
            check(part, schema["items"], f"{at}[{i}]", closed)
    return None


def ask(words):
    inputs = [] if words[0] == "rules" else INPUTS
    done = subprocess.run([BINARY, *words, *inputs, "-o", "json"], capture_output=True, check=False,
                          cwd=ROOT / "examples/shop", stdin=subprocess.DEVNULL)
    return json.loads(done.stdout)


class Schemas(unittest.TestCase):
    def test_every_command_has_one(self):
        text = subprocess.run([BINARY, "--help"], capture_output=True, check=True, text=True).stdout
        commands = set(re.findall(r"^  whomay (\S+) .*?  ", text, re.M)) - {"why"}
        self.assertEqual(commands - {"rules"}, set(QUESTIONS))
        for command in commands:
            self.assertIn(command, SCHEMA["$defs"])

    def test_answers(self):
        for name, questions in {**QUESTIONS, "rules": [["rules"]]}.items():
            for words in questions:
                with self.subTest(words=words):
                    answer = ask(words)
                    self.assertEqual(answer["schema"], f"whomay.{name}/1")
                    check(answer, SCHEMA["$defs"][name], name, closed=True)
                    check(answer, SCHEMA, name, closed=False)

    def test_it_bites(self):
        answer = ask(["can", "lea", "get", "secrets", "-n", "shop"])
        for wrong in ({**answer, "decision": "perhaps"}, {**answer, "more": 1}, {**answer, "paths": [{}]},
                      {key: value for key, value in answer.items() if key != "notes"}):
            with self.assertRaises(Mismatch):
                check(wrong, SCHEMA["$defs"]["can"], "can", closed=True)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
