#!/usr/bin/env python3
"""A pull-request comment: who gains and who loses access to what matters, if this plan is applied.

    terraform show -json plan.out > plan.json
    plan_comment.py plan.json [MANIFESTS …] --permission 'get secrets -n prod' \\
        --permission 's3:GetObject arn:aws:s3:::orders/*' > comment.md
    gh pr comment --body-file comment.md

Prints Markdown. Exit code 1 when somebody gains one of the permissions, so that a workflow can ask
for another reviewer.
"""

import argparse
import sys

import whomay

WATCHED = ["* *", "get secrets", "create pods/exec", "create pods"]


def code(text):
    """As Markdown shows it verbatim, inside a table too."""
    return "`" + text.replace("`", "'").replace("|", "\\|") + "`"


def changes(access, permission):
    """Yields (principal, decision before, decision after, grantee) for each that differs."""
    before = {g.principal: g for g in access.before.who(permission)}
    after = {g.principal: g for g in access.after.who(permission)}
    for principal in sorted(before.keys() | after.keys()):
        was, will = before.get(principal), after.get(principal)
        old, new = (g.decision if g else "denied" for g in (was, will))
        if old != new:
            yield principal, old, new, will or was


def comment(access, permissions):
    """The Markdown, and whether somebody gains."""
    strength = {"denied": 0, "unknown": 1, "conditional": 2, "allowed": 3}
    lines, gained = [], 0
    for permission in permissions:
        rows = list(changes(access, permission))
        if not rows:
            continue
        lines += [f"**{code(permission)}**", "", "| | principal | before | after | by |",
                  "| --- | --- | --- | --- | --- |"]
        for principal, old, new, grantee in rows:
            gain = strength[new] > strength[old]
            gained += gain
            by = code(str(grantee.paths[0].steps[-1])) if grantee.paths else ""
            lines.append(f"| {'gains' if gain else 'loses'} | {code(principal)} | {old} | {new} "
                         f"| {by} |")
        lines.append("")
    head = "### Access that this plan changes" if lines else "### This plan changes no watched access"
    tail = []
    if not access.complete:
        tail = ["> **Not everything could be read**; access may change that is not listed here:"]
        tail += [f"> - {code(d.message)}" for d in access.diagnostics if d.severity != "note"]
    return "\n".join([head, "", *lines, *tail]).rstrip() + "\n", gained > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", nargs="+", help="the plan, and manifests where there are some")
    parser.add_argument("--permission", action="append", help="a permission to watch")
    arguments = parser.parse_args()
    access = whomay.load(*arguments.inputs)
    if not access.has_two_worlds:
        sys.exit("none of the inputs is a plan (terraform show -json)")
    text, gained = comment(access, arguments.permission or WATCHED)
    sys.stdout.write(text)
    return 1 if gained else 0


if __name__ == "__main__":
    sys.exit(main())
