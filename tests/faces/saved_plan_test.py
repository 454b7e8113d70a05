#!/usr/bin/env python3
"""A saved plan beside its JSON serves as Terraform's code: the answers are those of --source-root.

usage: saved_plan_test.py SOURCE_DIR WHOMAY_BINARY
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

ROOT = pathlib.Path(sys.argv[1])
BINARY = str(pathlib.Path(sys.argv[2]).resolve())
SHOP = ROOT / "examples/shop"
QUESTIONS = (["who", "get", "secrets", "-n", "shop"], ["who", "s3:GetObject", "arn:aws:s3:::example-shop-orders/2025/0001.json"])


def save_plan(path, code):
    """As `terraform plan -out` lays it out: tfconfig/modules.json and a folder m-KEY for each module."""
    modules = [{"Key": "", "Dir": "."}]
    keys = {"": code}
    for call in ("checkout", "mailer"):
        modules.append({"Key": call, "Source": "./modules/service-role", "Dir": "modules/service-role"})
        keys[call] = code / "modules/service-role"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tfplan", b"\x08\x03")
        archive.writestr("tfstate", "{}")
        archive.writestr("tfconfig/modules.json", json.dumps([
            {"Key": module["Key"], "Source": module.get("Source", ""), "Dir": module["Dir"]} for module in modules]))
        for key, folder in keys.items():
            for file in sorted(folder.glob("*.tf")):
                archive.write(file, f"tfconfig/m-{key}/{file.name}")


def ask(words, *inputs):
    done = subprocess.run([BINARY, *words, *inputs, "-f", "manifests/", "-o", "json"], capture_output=True,
                          check=True, cwd=SHOP, stdin=subprocess.DEVNULL)
    answer = json.loads(done.stdout)
    return {row["principal"]: (row["decision"], row["reason"]) for row in answer["grantees"]}


class SavedPlan(unittest.TestCase):
    def test_fills_as_the_folder_does(self):
        with tempfile.TemporaryDirectory() as folder:
            saved = pathlib.Path(folder) / "shop.tfplan"
            save_plan(saved, SHOP / "terraform")
            for words in QUESTIONS:
                with self.subTest(words=words):
                    plain = ask(words, "-f", "plan.json")
                    with_code = ask(words, "-f", "plan.json", "--source-root", "terraform")
                    with_zip = ask(words, "-f", "plan.json", "-f", str(saved))
                    self.assertNotEqual(plain, with_code)
                    self.assertEqual(with_zip, with_code)

    def test_several_fill_where_they_hold_the_same_code(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            other_code = folder / "code"
            shutil.copytree(SHOP / "terraform", other_code)
            (other_code / "more.tf").write_text("locals {\n  more = true\n}\n")
            for name, code in (("one", SHOP / "terraform"), ("two", SHOP / "terraform"), ("other", other_code)):
                save_plan(folder / name, code)
            one, two, other = (["-f", str(folder / name)] for name in ("one", "two", "other"))
            plain = ask(QUESTIONS[0], "-f", "plan.json")
            with_code = ask(QUESTIONS[0], "-f", "plan.json", "--source-root", "terraform")
            self.assertEqual(ask(QUESTIONS[0], "-f", "plan.json", *one, *two), with_code)
            self.assertEqual(ask(QUESTIONS[0], "-f", "plan.json", *one, *other), plain)
            self.assertEqual(ask(QUESTIONS[0], "-f", "plan.json", *one, *other, "--source-root", "terraform"), with_code)
            done = subprocess.run([BINARY, "list", "clusters", "-f", "plan.json", *one, *other], capture_output=True,
                                  check=True, cwd=SHOP, stdin=subprocess.DEVNULL, text=True)
            self.assertIn("one of several saved plans of different code", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
