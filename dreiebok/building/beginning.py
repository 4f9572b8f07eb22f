"""What a process of workers keeps to itself: imported first where workers are forked from.

A build that is stopped takes away what a worker that is just beginning would open, and a worker
without memory may fail anywhere in Python's own code. Both are told in a line by the build's own
process; a traceback beside it would say nothing more. What tasks raise never comes here.
"""

import sys
from types import TracebackType

UNTOLD = (OSError, EOFError, MemoryError)
"""What is raised where a pipe or semaphore is gone, or no memory is left."""


def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write a traceback, unless it is of what the build's own process tells."""
    if not issubclass(kind, UNTOLD):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = tell
