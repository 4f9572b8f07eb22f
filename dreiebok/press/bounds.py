"""Bounds on what one document may take: style sheets and drawings come from people we may not know.

A line of CSS can ask for ten million columns, and a drawing for copies of copies without end. The
renderer knows no measure, so the process that it runs in has one: time of the processor, and room.
Where the system has no such bounds (Windows), or another thread renders, there are none.
"""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

if sys.platform != "win32":
    import resource

MAX_SECONDS = 240.0
"""Of the processor, not of the clock. The longest document of the base takes a tenth of it."""
MAX_BYTES = 2_000_000_000
"""Beyond what the process has as it begins; the longest document takes a tenth of it."""
_AGAIN = 10.0
"""Seconds: the renderer catches whatever a drawing raises, and goes on with the next."""


class TooMuch(BaseException):
    """A document takes too long. No `Exception`, which the renderer would catch and go on."""


class Starved(MemoryError):
    """Somebody else has left this process less room than the bounds do."""


@contextmanager
def bounded(times: float = 1) -> Iterator[None]:
    """Raise TooMuch or MemoryError when what is done inside takes too much.

    It may take so many times what one document may. Raises Starved where it is not to blame for it.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, times * MAX_SECONDS, _AGAIN)
    try:
        with _room(int(times * MAX_BYTES)):
            yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise TooMuch


@contextmanager
def _room(room: int) -> Iterator[None]:
    if not sys.platform.startswith("linux"):
        yield  # Elsewhere the kernel does not keep to this limit.
        return
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    size = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    most = int(size) * resource.getpagesize() + room
    _leave(most if soft == resource.RLIM_INFINITY else min(most, soft))
    try:
        yield
    except MemoryError as error:
        if 0 <= resource.getrlimit(resource.RLIMIT_AS)[0] < most:
            raise Starved from error
        raise
    finally:
        _leave(soft)


def _leave(room: int) -> None:
    """Let the process have so many bytes; fewer, where somebody has lowered what it may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        room = hard if room == resource.RLIM_INFINITY else min(room, hard)
    resource.setrlimit(resource.RLIMIT_AS, (room, hard))
