"""The command line: options, exit codes, and what the terminal shows. Decides nothing else."""

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
