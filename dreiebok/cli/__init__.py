"""The command line: options, exit codes, and what the terminal shows. Decides nothing else."""

import gc
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; see `running.main`."""
    try:
        # Loading it takes a fifth of a second, in which Ctrl-C must not end in a traceback.
        from dreiebok.cli import running
    except KeyboardInterrupt:
        # The stream may have been closed before we began.
        if sys.stderr is not None:
            sys.stderr.write("dreiebok: stopped\n")
        return 130
    return running.main(argv)


def run() -> int:
    """Run the one command of this process, which ends with the exit code that is returned.

    All of its memory ends with it, so Python need not look for garbage among what a build has made:
    that took a third of a second after the last word was said.
    """
    code = main()
    gc.freeze()
    return code
