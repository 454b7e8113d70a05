#!/usr/bin/env python3
"""The rules of the source tree that a compiler does not check.

usage: layout_test.py SOURCE_DIR

- a folder of lib/ includes only folders that stand before it in the flow (and itself);
- include/whomay/ includes the standard library, absl/status and itself, and says nothing of
  absl::string_view;
- headers have the guard that their path gives, and no file but lib/cli/arguments.cc pays for CLI11;
- the heavy parsers' headers (RapidJSON, libyaml, yaml-cpp, re2) stand in .cc files only;
- every folder of lib/ has its paragraph in lib/README.md;
- the version is the same in CMakeLists.txt and whomay/version.h;
- no text of the project names a path of somebody's machine.
"""

import pathlib
import re
import subprocess
import sys

FLOW = ["base", "data", "source", "syntax", "facts", "ingest", "rbac", "iam", "eks", "graph", "query",
        "findings", "report", "cli"]
# Within ingest: these may use the ones before them.
INGEST = ["kubernetes", "iam", "eks", "terraform"]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
HEAVY = re.compile(r"^(rapidjson/|yaml\.h$|yaml-cpp/|re2/|CLI/)")
MACHINE_PATH = re.compile(rb"/(?:home|Users|work|root)/[A-Za-z0-9_.-]+/")

problems = []


def problem(path, line, text):
    problems.append(f"{path}:{line}: {text}")


def includes(text):
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(1), match.group(2)


def check_flow(path, parts, text):
    """parts: the path below lib/."""
    folder = parts[0]
    if folder not in FLOW:
        problem(path, 1, f"folder lib/{folder} is not in the flow")
        return
    for line, kind, name in includes(text):
        target = name.split("/")[0]
        if kind == '"' and target in FLOW:
            if FLOW.index(target) > FLOW.index(folder):
                problem(path, line, f"{folder} includes {target}, which comes later in the flow")
            inner = name.split("/")[1]
            if folder == target == "ingest" and len(parts) > 2 and inner in INGEST:
                if INGEST.index(inner) > INGEST.index(parts[1]):
                    problem(path, line, f"ingest/{parts[1]} includes ingest/{inner}, which comes later")
        if HEAVY.match(name) and path.suffix == ".h":
            problem(path, line, f"{name} in a header: every file that includes it pays")
        if name.startswith("CLI/") and parts != ("cli", "arguments.cc"):
            problem(path, line, "CLI11 belongs to cli/arguments.cc alone")


def check_guard(path, relative, text):
    prefix = "WHOMAY_" if relative.parts[0] != "include" else ""
    if relative.parts[0] == "include":
        relative = relative.relative_to("include")
    guard = prefix + re.sub(r"[^A-Z0-9]", "_", str(relative).upper()) + "_"
    if f"#ifndef {guard}\n#define {guard}\n" not in text:
        problem(path, 1, f"header guard is not {guard}")


def check_public(path, text):
    for line, kind, name in includes(text):
        if kind == '"' and not name.startswith(("whomay/", "absl/status/")):
            problem(path, line, f"public header includes {name}")
        if kind == "<" and ("/" in name or name.endswith(".h")):
            problem(path, line, f"public header includes <{name}>")
    if "absl::string_view" in text:
        problem(path, 1, "absl::string_view in a public header")


def tracked(root):
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True)
    if listed.returncode == 0 and listed.stdout:
        return [root / name.decode() for name in listed.stdout.split(b"\0") if name]
    return [path for path in root.rglob("*") if path.is_file() and "build" not in path.parts]


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    for path in sorted(root.glob("lib/**/*")):
        if path.suffix not in (".h", ".cc"):
            continue
        text = path.read_text()
        relative = path.relative_to(root)
        check_flow(relative, relative.parts[1:], text)
        if path.suffix == ".h":
            check_guard(relative, relative, text)
    for path in sorted(root.glob("include/whomay/*")):
        relative = path.relative_to(root)
        check_public(relative, path.read_text())
        check_guard(relative, relative, path.read_text())

    tour = (root / "lib/README.md").read_text()
    for folder in FLOW:
        if (root / "lib" / folder).is_dir() and f"`{folder}/`" not in tour:
            problem("lib/README.md", 1, f"says nothing of {folder}/")

    version = re.search(r"project\(whomay VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text())[1]
    header = (root / "include/whomay/version.h").read_text()
    numbers = ".".join(re.findall(r"#define WHOMAY_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header))
    if f'#define WHOMAY_VERSION "{version}"' not in header or numbers != version:
        problem("include/whomay/version.h", 1, f"version is not {version} as in CMakeLists.txt")

    for path in tracked(root):
        if path.is_file() and path.stat().st_size < 1 << 20 and path != pathlib.Path(__file__).resolve():
            for match in MACHINE_PATH.finditer(path.read_bytes()):
                problem(path.relative_to(root), 1, f"names the path {match[0].decode()}")

    print("\n".join(problems) or "layout: all rules hold")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
