"""`python -m whomay`: the command line, in this process."""

import signal
import sys

from . import _core


def main() -> int:
    # The native code does not look at Python's signals: Ctrl-C and a closed pipe end it as they end
    # the command.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    return _core.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
