#!/usr/bin/env python3
"""Runs commands one after the other and says how long each took and how much memory it held.

    measure.py FILE -- COMMAND... -- COMMAND...

The first command runs three times, its fastest run counts; the others run once. FILE is what they
read: its size is printed beside the memory. Exits 1 when a command failed.
"""

import os
import resource
import sys
import time


def run(command):
    """Seconds, peak memory in bytes, exit code of one process."""
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.execvp(command[0], command)
    _, status, used = os.wait4(child, 0)
    return time.monotonic() - begin, used.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)


def main():
    words = sys.argv[1:]
    file, commands = words[0], []
    for word in words[1:]:
        if word == "--":
            commands.append([])
        else:
            commands[-1].append(word)
    size = os.path.getsize(file)
    print("%s: %.1f MB" % (file, size / 1e6))
    first, failed = None, False
    for number, command in enumerate(commands):
        runs = [run(command) for _ in range(3 if number == 0 else 1)]
        seconds, memory, code = min(runs)
        failed = failed or code not in (0, 3)
        first = seconds if first is None else first
        print("%9.3f s  %7.1f MB  %5.2f of the file's size  exit %d  %6.0f times  %s" % (
            seconds, memory / 1e6, memory / size, code, seconds / first,
            " ".join(os.path.basename(word) for word in command[:4])))
    return 1 if failed else 0


if __name__ == "__main__":
    # Limits of this process are the children's; memory is not limited here.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
