#!/usr/bin/env python3
"""`whomay migrate aws-auth`: what it writes, before those who read it.

usage: migrate_test.py SOURCE_DIR WHOMAY_BINARY [--write]

Each folder of migrate/ is a case: its inputs (of several clusters, each in a folder of the cluster's name), and what is
written of them as entries.tf and entries.sh; --write writes these anew. The entries are then judged by others:

- Terraform (where it is installed; the provider is not needed): `terraform fmt` has nothing to change, and Terraform itself
  evaluates every value to what the JSON says;
- bash: the calls, with a stand-in for `aws`, get the arguments that the JSON says;
- whomay: the inputs with the entries in place of the ConfigMap, compared by `whomay diff`, agree with the proof.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv[1])
BINARY = str(pathlib.Path(sys.argv[2]).resolve())
WRITE = "--write" in sys.argv
HERE = ROOT / "tests/faces/migrate"
WRITTEN = {"terraform": "entries.tf", "cli": "entries.sh"}
CASES = sorted(folder for folder in HERE.iterdir() if folder.is_dir())


def run(*words, **options):
    return subprocess.run(list(map(str, words)), capture_output=True, check=False, text=True, **options)


def inputs(folder):
    words = []
    for path in sorted(folder.iterdir()):
        if path.name not in WRITTEN.values():
            words += ["-f", f"{path.name}={path.name}" if path.is_dir() else path.name]
    return words


def migrate(folder, form):
    done = run(BINARY, "migrate", "aws-auth", *inputs(folder), "-o", form, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def entries(folder):
    """(cluster, entry) of the JSON."""
    return [(cluster, entry) for cluster in json.loads(migrate(folder, "json"))["clusters"]
            for entry in cluster["entries"]]


def terraform(*words, cwd):
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull, "NO_COLOR": "1"}
    return run("terraform", *words, cwd=cwd, env=environment)


def as_values(text):
    """The resources as local values, which Terraform evaluates without a provider."""
    text = re.sub(r"^resource \"(\w+)\" \"([^\"]+)\" {$", r"locals {\n\1__\2 = {", text, flags=re.M)
    text = re.sub(r"^}$", "}\n}", text, flags=re.M)
    text = text.replace("  access_scope {", "  access_scope = {")
    text = re.sub(r"= (aws_eks_access_entry)\.([^.]+)\.principal_arn$", r"= local.\1__\2.principal_arn", text, flags=re.M)
    names = re.findall(r"^(aws_\w+?__\S+) = {$", text, re.M)
    outputs = "".join(f"  {json.dumps(name)} = local.{name}\n" for name in names)
    return text + f"output \"all\" {{\nvalue = {{\n{outputs}}}\n}}\n"


class Migrate(unittest.TestCase):
    maxDiff = None

    def test_all(self):
        self.assertGreaterEqual(len(CASES), 4)
        has_terraform = shutil.which("terraform") is not None
        if not has_terraform:
            print("SKIPPED in part: no terraform, so what it makes of the files is not looked at")
        for folder in CASES:
            for judge in (self.written, self.calls, self.proof, *([self.terraform] if has_terraform else [])):
                with self.subTest(case=folder.name, by=judge.__name__):
                    judge(folder)

    def written(self, folder):
        for form, name in WRITTEN.items():
            text = migrate(folder, form)
            if WRITE:
                (folder / name).write_text(text)
            self.assertEqual(text, (folder / name).read_text(), name)

    def terraform(self, folder):
        with tempfile.TemporaryDirectory() as temporary:
            work = pathlib.Path(temporary)
            (work / "entries.tf").write_text(migrate(folder, "terraform"))
            formatted = terraform("fmt", "-check", "-diff", cwd=work)
            self.assertEqual((formatted.returncode, formatted.stdout), (0, ""), formatted.stderr)
            (work / "entries.tf").write_text(as_values((work / "entries.tf").read_text()))
            planned = terraform("plan", "-input=false", "-out=plan", cwd=work)
            self.assertEqual(planned.returncode, 0, planned.stdout + planned.stderr)
            shown = json.loads(terraform("show", "-json", "plan", cwd=work).stdout)
        values = shown["planned_values"]["outputs"]["all"]["value"]
        made = [value for name, value in values.items() if name.startswith("aws_eks_access_entry__")]
        policies = [value for name, value in values.items() if name.startswith("aws_eks_access_policy_association__")]
        wanted, associated = [], []
        for cluster, entry in entries(folder):
            one = {"cluster_name": cluster["cluster"], "principal_arn": entry["principal"], "type": entry["type"]}
            if entry["username"]:
                one["user_name"] = entry["username"]
            if entry["groups"]:
                one["kubernetes_groups"] = entry["groups"]
            wanted.append(one)
            associated += [{"cluster_name": cluster["cluster"], "principal_arn": entry["principal"],
                            "policy_arn": policy["policy"], "access_scope": {"type": policy["scope"]}}
                           for policy in entry["access_policies"]]
        self.assertCountEqual(made, wanted)
        self.assertCountEqual(policies, associated)

    def calls(self, folder):
        stand_in = "aws() { printf '%s\\0' \"$@\"; printf '\\n\\0'; }\n"
        done = subprocess.run([shutil.which("bash"), "-euc", stand_in + migrate(folder, "cli")], capture_output=True, check=False,
                              cwd=os.sep, env={"PATH": ""})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, b"")
        calls = [call.split("\0")[:-1] for call in done.stdout.decode().split("\n\0")[:-1]]
        made = [self.made(call) for call in calls if call[:2] == ["eks", "create-access-entry"]]
        wanted = [{key: value for key, value in {
            "clusterName": cluster["cluster"], "principalArn": entry["principal"], "type": entry["type"],
            "username": entry["username"], "kubernetesGroups": entry["groups"]}.items() if value}
            for cluster, entry in entries(folder)]
        self.assertEqual(made, wanted)
        self.assertEqual(sum(call[1] == "associate-access-policy" for call in calls),
                         sum(len(entry["access_policies"]) for _, entry in entries(folder)))
        for call in calls:
            self.assertIn("--region", call)

    def made(self, call):
        """What the AWS command line would send of these arguments."""
        flags = {"--cluster-name": "clusterName", "--principal-arn": "principalArn", "--type": "type",
                 "--username": "username", "--kubernetes-groups": "kubernetesGroups", "--region": None,
                 "--cli-input-json": None}
        sent, flag, document = {}, None, None
        for word in call[2:]:
            if word.startswith("--"):
                self.assertIn(word, flags)  # no value begins like a flag
                flag = word
                continue
            self.assertFalse(flag != "--cli-input-json" and word.startswith(("file://", "[", "{", "http")))
            if flag == "--cli-input-json":
                document = json.loads(word)
            elif flags[flag] == "kubernetesGroups":
                sent.setdefault("kubernetesGroups", []).append(word)
            elif flags[flag]:
                self.assertNotIn(flags[flag], sent)
                sent[flags[flag]] = word
        return sent if document is None else {**document, **sent}

    def proof(self, folder):
        """The same comparison by other means: the inputs with the entries instead of the ConfigMap."""
        answer = json.loads(migrate(folder, "json"))
        with tempfile.TemporaryDirectory() as temporary:
            after = pathlib.Path(temporary) / "after"
            shutil.copytree(folder, after)
            for name in [*after.rglob("aws-auth.yaml"), *(after / name for name in WRITTEN.values())]:
                name.unlink(missing_ok=True)
            for path in after.iterdir():
                if path.is_dir() and not any(path.iterdir()):
                    path.rmdir()
            documents = []
            for cluster in answer["clusters"]:
                documents.append({"cluster": {"name": cluster["cluster"], "arn":
                                              f"arn:aws:eks:{cluster['region']}:111122223333:cluster/{cluster['cluster']}",
                                              "version": "1.34", "accessConfig": {"authenticationMode": "API"}}})
                for entry in cluster["entries"]:
                    one = {"clusterName": cluster["cluster"], "principalArn": entry["principal"], "type": entry["type"],
                           "kubernetesGroups": entry["groups"]}
                    if entry["username"]:
                        one["username"] = entry["username"]
                    documents.append({"accessEntry": one})
                    if entry["access_policies"]:
                        documents.append({"clusterName": cluster["cluster"], "principalArn": entry["principal"],
                                          "associatedAccessPolicies": [
                                              {"policyArn": policy["policy"],
                                               "accessScope": {"type": policy["scope"], "namespaces": []}}
                                              for policy in entry["access_policies"]]})
            for name in ("cluster.json", "clusters.json"):
                (after / name).unlink(missing_ok=True)
            (after / "entries.json").write_text("\n".join(map(json.dumps, documents)))
            before = [word for path in inputs(folder)[1::2]
                      for word in ("--before", f"{path.split('=')[0]}={folder / path.split('=')[1]}" if "=" in path
                                   else str(folder / path))]
            after = [word for path in inputs(after)[1::2]
                     for word in ("--after", f"{path.split('=')[0]}={after / path.split('=')[1]}" if "=" in path
                                  else str(after / path))]
            done = run(BINARY, "diff", *before, *after, "-o", "json")
        self.assertIn(done.returncode, (0,), done.stderr)
        changes = json.loads(done.stdout)

        def told(proof):
            # User names of aws-auth that nobody has any more are no access of anybody's.
            return {kind: sorted({change["principal"] for change in proof[kind]}) for kind in ("gained", "lost", "changed")}

        self.assertEqual(told(changes), told(answer["proof"]))
        self.assertEqual(answer["proven"], not any(told(changes).values()))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
