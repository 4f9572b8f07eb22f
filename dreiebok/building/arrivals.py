"""Tasks that have ended, one after another; Ctrl-C comes in the same line.

Raised wherever the main thread happens to be, Ctrl-C can hit it while it holds the lock of a task:
that lock is never let go, and the build waits for ever. So while tasks are handed out it only
stands in line, and is raised where it does no harm.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from queue import SimpleQueue
from typing import Any


class Arrivals:
    """A line of tasks, in the order in which they end."""

    def __init__(self) -> None:
        """Begin with an empty line."""
        self._line: SimpleQueue[Future[Any] | None] = SimpleQueue()

    def expect(self, task: Future[Any]) -> None:
        """Have a task come into the line when it has ended."""
        task.add_done_callback(self._line.put)

    def next(self) -> Future[Any]:
        """Wait for the next task that has ended; raises KeyboardInterrupt if Ctrl-C came first."""
        task = self._line.get()
        if task is None:
            raise KeyboardInterrupt
        return task

    def with_interrupts(self) -> AbstractContextManager[None]:
        """Let Ctrl-C stand in line while something goes on inside."""
        # It may come while this thread waits for the line: `put` is made for that.
        return later_interrupts(lambda: self._line.put(None))


@contextmanager
def later_interrupts(tell: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Let what goes on inside end before Ctrl-C raises KeyboardInterrupt; tell of it at once.

    The main thread alone hears Ctrl-C. Where it is ignored, it stays so.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    came = False

    def hear(*_: object) -> None:
        nonlocal came
        came = True
        tell()

    signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt
