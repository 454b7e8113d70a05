#!/usr/bin/env python3
"""Runs a test over recordings that do not belong to the project and may not be there.

usage: with_shared.py SOURCE_DIR NEEDED [--replay] -- COMMAND...

The recordings stand in the folder that the environment variable WHOMAY_SHARED names, ../shared beside
the source tree if it is not set. NEEDED is a path inside it: when it is not there the test says so and
is skipped. In COMMAND, {shared} stands for the folder and {needed} for the path. The command must succeed. With
--replay the (inflated) file is piped in and the last line must be whomay-replay's: some passed, none
failed, fewer than one in a hundred skipped.
"""

import gzip
import os
import pathlib
import re
import subprocess
import sys


def main():
    split = sys.argv.index("--")
    options, command = sys.argv[1:split], sys.argv[split + 1:]
    source_dir, needed = options[0], options[1]
    shared = pathlib.Path(os.environ.get("WHOMAY_SHARED") or pathlib.Path(source_dir, "../shared"))
    path = shared / needed
    if not path.exists():
        print(f"SKIPPED: {needed} is not in {shared} (set WHOMAY_SHARED)")
        return 0
    command = [word.format(shared=shared, needed=path) for word in command]
    data = None
    if "--replay" in options:
        data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    env = {**os.environ, "WHOMAY_SHARED": str(shared.resolve())}  # replays read files beside theirs
    run = subprocess.run(command, input=data, stdout=subprocess.PIPE, env=env, check=False)
    output = run.stdout.decode(errors="replace")
    sys.stdout.write(output)
    if run.returncode != 0:
        return run.returncode
    if "--replay" in options:
        last = (output.strip().splitlines() or [""])[-1]
        counts = re.fullmatch(r"(\d+) passed, 0 failed, (\d+) skipped", last)
        passed, skipped = map(int, counts.groups()) if counts else (0, 0)
        if passed == 0 or 100 * skipped >= passed + skipped:
            print("too few passed, or too many skipped")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
