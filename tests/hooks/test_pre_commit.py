"""The hooks as their users meet them: a repository (examples/hooks) with the real pre-commit, which builds
`whomay-check` from this checkout as it would from a release. Needs the package index, and says so
without it. `pytest -s` shows what the hook printed and how long it took."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/hooks"
COMMAND = os.environ.get("WHOMAY_COMMAND")
IDENTITY = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Test"), ("EMAIL", "test@example.com"))}


def run(*words, cwd=None, **environment):
    without = {k: v for k, v in os.environ.items()
               if k != "PYTHONPATH" and not k.startswith(("GIT_", "PRE_COMMIT"))}
    return subprocess.run(list(map(str, words)), check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd=cwd,
                          env={**without, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull,
                               "GIT_CONFIG_SYSTEM": os.devnull, "NO_COLOR": "1", **environment})


def must(*words, **options):
    done = run(*words, **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


def commit_all(folder):
    must("git", "init", "-q", "-b", "main", cwd=folder)
    must("git", "add", "-A", cwd=folder)
    must("git", "commit", "-q", "-m", "All of it", cwd=folder)
    return must("git", "rev-parse", "HEAD", cwd=folder).strip()


@pytest.fixture(scope="module")
def pre_commit(tmp_path_factory):
    """The command, in an environment of its own."""
    home = tmp_path_factory.mktemp("pre-commit")
    made = run(sys.executable, "-m", "venv", home)
    if made.returncode != 0:
        pytest.skip(f"no virtual environment can be made: {made.stdout}")
    got = run(home / "bin/pip", "install", "-q", "pre-commit")
    if got.returncode != 0:
        pytest.skip(f"pre-commit cannot be had from the package index: {got.stdout.strip()[-300:]}")
    return home / "bin/pre-commit"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """This work tree, committed or not, as a repository of its own."""
    folder = tmp_path_factory.mktemp("checkout") / "whomay"
    listed = run("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT)
    if listed.returncode == 0:
        names = filter(None, listed.stdout.split("\0"))
    else:  # an unpacked archive
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*")
                 if p.is_file() and p.relative_to(ROOT).parts[0] not in ("build", ".git")]
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    commit_all(folder)
    must("git", "tag", "v0.1.0", cwd=folder)  # the example's `rev`
    return folder


class Repository:
    """A user's repository with the hook installed, beside a checkout of whomay, as its configuration says."""

    def __init__(self, folder, pre_commit, hook, checkout, home, path=""):
        shutil.copytree(EXAMPLE, folder)
        assert checkout.name == "whomay"
        (folder.parent / checkout.name).symlink_to(checkout, target_is_directory=True)
        configuration = folder / ".pre-commit-config.yaml"
        text = configuration.read_text()
        assert text.count("- id: whomay-check\n") == 1
        configuration.write_text(text.replace("- id: whomay-check\n", f"- id: {hook}\n"))
        self.folder, self.first = folder, True
        self.environment = {"PRE_COMMIT_HOME": str(home),
                            "PATH": path + os.pathsep + os.environ["PATH"] if path else os.environ["PATH"]}
        must("git", "init", "-q", "-b", "main", cwd=folder)
        must(pre_commit, "install", cwd=folder, **self.environment)

    def commit(self, message):
        """What `git commit` says, whether it went through, and how long it took."""
        must("git", "add", "-A", cwd=self.folder)
        begin = time.monotonic()
        done = run("git", "commit", "-m", message, cwd=self.folder, **self.environment)
        print(f"\n$ git commit -m '{message}'    # {time.monotonic() - begin:.1f} s, "
              f"exit code {done.returncode}\n{done.stdout}")
        return done

    def replace(self, name, old, new):
        file = self.folder / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))


def passes_fails_explains_and_passes(repository):
    first = repository.commit("As it should be")
    assert first.returncode == 0, first.stdout
    assert "Passed" in first.stdout

    def plant(undo=False):
        for change in (("StringEquals", "StringLike"), ("serviceaccount:reports:nightly",
                                                        "serviceaccount:*")):
            repository.replace("infrastructure.json", *(reversed(change) if undo else change))

    plant()
    refused = repository.commit("Let in every ServiceAccount")
    assert refused.returncode == 1
    assert "irsa-wildcard-namespace" in refused.stdout
    assert "infrastructure.json:" in refused.stdout and "system:serviceaccount:*" in refused.stdout
    assert "only the nightly report reads orders" in refused.stdout  # the assertion
    assert len(must("git", "log", "--oneline", cwd=repository.folder).splitlines()) == 1
    plant(undo=True)
    (repository.folder / "manifests/other.yaml").write_text(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: other, namespace: reports}\n")
    mended = repository.commit("Only the one that needs it")
    assert mended.returncode == 0 and "Passed" in mended.stdout, mended.stdout
    (repository.folder / "notes.md").write_text("Nothing to check.\n")
    assert "Skipped" in repository.commit("No file of whomay's").stdout


def test_built_from_source(tmp_path, pre_commit, checkout):
    repository = Repository(tmp_path / "repository", pre_commit, "whomay-check", checkout,
                            tmp_path / "home")
    passes_fails_explains_and_passes(repository)
    (command,) = (tmp_path / "home").glob("repo*/py_env*/bin/whomay")
    assert command.read_bytes()[:4] == b"\x7fELF"  # no Python starts when the hook runs


def test_installed(tmp_path, pre_commit, checkout):
    if not COMMAND:
        pytest.skip("WHOMAY_COMMAND does not name the command")
    repository = Repository(tmp_path / "repository", pre_commit, "whomay-check-system", checkout,
                            tmp_path / "home", str(pathlib.Path(COMMAND).parent))
    passes_fails_explains_and_passes(repository)


# --- what the hook's process does in repositories of other shapes; no pre-commit needed


@pytest.fixture
def check(tmp_path):
    if not COMMAND:
        pytest.skip("WHOMAY_COMMAND does not name the command")
    must("git", "init", "-q", cwd=tmp_path)

    def check(*arguments, cwd=tmp_path):
        done = run(COMMAND, "check", *arguments, cwd=cwd)
        return done.returncode, done.stdout

    return check


def test_without_configuration(check, tmp_path):
    (tmp_path / "notes.json").write_text('{"nothing": "that shapes access"}\n')
    code, text = check()
    assert code == 2 and "nothing" in text  # never "clean" where nothing was read
    shutil.copytree(EXAMPLE / "manifests", tmp_path / "manifests")
    assert check()[0] == 0  # the whole tree
    (tmp_path / "admin.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: all}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\n"
        "subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: 'system:authenticated'}]\n")
    code, text = check()
    assert code == 1 and "admin.yaml:" in text


def test_configuration_of_the_root_counts_below_it(check, tmp_path):
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    assert check(cwd=tmp_path / "manifests")[0] == 0


def test_wrong_configuration(check, tmp_path):
    (tmp_path / ".whomay.yaml").write_text("inputs: [.]\nassertion: []\n")
    code, text = check()
    assert code == 2 and ".whomay.yaml:2:1" in text and "assertion" in text


def test_charts_and_overlays_are_named_and_left_out(check, tmp_path):
    shutil.copytree(EXAMPLE / "manifests", tmp_path / "manifests")
    chart = tmp_path / "charts/web"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 0.1.0\n")
    (chart / "values.yaml").write_text("admin: true\n")
    (chart / "templates/binding.yaml").write_text(
        "{{- if .Values.admin }}\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n"
        "metadata:\n  name: {{ .Release.Name }}\n{{- end }}\n")
    overlay = tmp_path / "overlays/production"
    overlay.mkdir(parents=True)
    (overlay / "kustomization.yaml").write_text(
        "resources: [../../manifests]\npatches:\n- path: role.yaml\n")
    (overlay / "role.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n"
        "metadata: {name: nightly, namespace: reports}\n"
        "rules:\n- {apiGroups: ['*'], resources: ['*'], verbs: ['*']}\n")
    (tmp_path / ".whomay.yaml").write_text("inputs: [.]\n")
    code, text = check("-v")
    assert code == 0, text  # the patch is not taken for an object
    assert "helm template" in text and "charts/web/templates/binding.yaml" in text
    assert "kubectl kustomize" in text and "overlays/production" in text
    # What the tools make of them is checked like anything else.
    (tmp_path / "rendered.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n"
        "metadata: {name: web}\nsubjects:\n"
        "- {kind: Group, name: 'system:unauthenticated', apiGroup: rbac.authorization.k8s.io}\n"
        "roleRef: {kind: ClusterRole, name: cluster-admin, apiGroup: rbac.authorization.k8s.io}\n")
    code, text = check()
    assert code == 1 and "rbac-anonymous" in text


def test_documents_show_the_example_s_configuration():
    shown = (EXAMPLE / ".pre-commit-config.yaml").read_text()
    for name in ("README.md", "docs/pre-commit.md"):
        assert f"```yaml\n{shown}```\n" in (ROOT / name).read_text(), name


def test_every_hook_says_what_it_is():
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    for needed in ("id: whomay-check\n", "id: whomay-check-system\n", "language: python\n",
                   "language: system\n"):
        assert text.count(needed) == 1
    assert text.count("pass_filenames: false\n") == text.count("require_serial: true\n") == 2
