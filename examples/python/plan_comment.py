#!/usr/bin/env python3
"""A pull-request comment: what access a Terraform plan gives and takes, and what it makes worse.

    terraform show -json plan.out > plan.json
    plan_comment.py plan.json [MANIFESTS …] --permission 'get secrets -n prod' \\
        --permission 's3:GetObject arn:aws:s3:::orders/*' > comment.md
    gh pr comment --body-file comment.md

Prints Markdown: the permissions watched, every change of access, findings that are new. Exit code 1 when
somebody gains one of the permissions watched, so that a workflow can ask for another reviewer.
"""

import argparse
import sys

import whomay

WATCHED = ["* *", "get secrets", "create pods/exec", "create pods"]
STRENGTH = {"denied": 0, "unknown": 1, "conditional": 2, "allowed": 3}


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


def watched(access, permissions):
    """A table for each permission that changes hands, and whether somebody gains one."""
    lines, gained = [], False
    for permission in permissions:
        rows = list(changes(access, permission))
        if not rows:
            continue
        lines += [f"**{code(permission)}**", "", "| | principal | before | after | by |",
                  "| --- | --- | --- | --- | --- |"]
        for principal, old, new, grantee in rows:
            gains = STRENGTH[new] > STRENGTH[old]
            gained = gained or gains
            by = code(str(grantee.paths[0].steps[-1])) if grantee.paths else ""
            lines.append(f"| {'gains' if gains else 'loses'} | {code(principal)} | {old} | {new} "
                         f"| {by} |")
        lines.append("")
    return lines, gained


def new_findings(access):
    """What `check` finds after the plan and did not find before."""
    known = {finding.fingerprint for finding in access.before.check()}
    new = [f for f in access.after.check().active if f.fingerprint not in known]
    lines = [f"- {f.severity}: {code(f.subject)}: {code(f.message)} ({f.rule})" for f in new]
    return ["#### New findings", "", *lines, ""] if new else []


def comment(access, permissions):
    """The Markdown, and whether somebody gains what is watched."""
    tables, gained = watched(access, permissions)
    head = "### Watched permissions" if tables else "### No watched permission changes hands"
    lines = [head, "", *tables, access.diff().report("markdown").rstrip(), "",
             *new_findings(access)]
    if not access.complete:
        lines += ["> **Not everything could be read**; access may change that is not listed here:"]
        lines += [f"> - {code(d.message)}" for d in access.diagnostics if d.severity != "note"]
    return "\n".join(lines).rstrip() + "\n", gained


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
