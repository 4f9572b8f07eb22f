"""Warm worker processes: they import the renderers once and then press one document after another.

Any `concurrent.futures.Executor` can take their place, a cluster's too: what crosses is plain.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from dreiebok.model.engines import Engine
from dreiebok.press.bounds import Starved, TooMuch, bounded
from dreiebok.problems import Code, Location, MissingOnMachine, Problem, Severity, refusal
from dreiebok.website.drivers.command import RUNNING
from dreiebok.website.drivers.driving import Built, drive_pages

if TYPE_CHECKING:
    # They take the whole model along, which a worker that makes pages never needs.
    from dreiebok.press.values import PressedPdf, PrintDocument

P = ParamSpec("P")
T = TypeVar("T")
PAGES_A_BOUND = 500
"""Pages for which a website may take once more what one document may: each the twentieth of it."""
WORKER = "dreiebok-worker"
"""What a process of ours is called that does nothing but the tasks below."""
_TOO_MUCH = Problem(
    Code.ENGINE_WARNING,
    "the website takes too much time or memory, so it was broken off",
    Location("mkdocs.yml"),
    "Look for what grows without end, in a template or in a very long text.",
    Severity.ERROR,
)
_REFUSED: list[OSError] = []
"""What the machine has refused this worker, if anything."""
BEGINNING = "dreiebok.building.beginning"
"""What is imported before anything else where workers come from."""
RENDERERS, PAGES = "dreiebok.building.preloaded", "dreiebok.website.drivers.driving"
"""What workers import once: all that prints need; for pages little, until the engine is known."""


def start(jobs: int, *, prints: bool = True) -> ProcessPoolExecutor:
    """Return a pool of `jobs` workers; `prints` says whether they will press any.

    On Linux one server process imports the renderers and forks the workers from itself, so that
    the imports are paid for once and the main process need not be fork-safe. It imports while the
    caller reads and plans: nothing waits for it before the first task. Raises MissingOnMachine
    where the system stops one of them.
    """
    method = "forkserver" if sys.platform.startswith("linux") else "spawn"
    context = multiprocessing.get_context(method)
    preloaded = RENDERERS if prints else PAGES
    pool = Workers(jobs, mp_context=context, initializer=end_with_parent)
    try:
        # A terminal sends Ctrl-C to every process; one that waits for its next task would only tell
        # where it waits. What is started here, and by it, inherits that it does not hear it.
        with _interrupts(heard=False):
            if method == "forkserver":
                from multiprocessing import forkserver  # There is none on Windows.

                context.set_forkserver_preload([BEGINNING, preloaded])
                forkserver.ensure_running()
            else:
                for _ in range(jobs):
                    pool.submit(import_module, preloaded)
    except OSError as error:
        if "path too long" in str(error):
            raise MissingOnMachine(
                "the path of the folder for temporary files is too long for the system; "
                "name a shorter one in TMPDIR"
            ) from error
        raise
    return pool


class Workers(ProcessPoolExecutor):
    """A pool that starts its processes as tasks come."""

    def submit(self, task: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> Future[T]:
        """Schedule a task; raises MissingOnMachine where no process can be started."""
        try:
            return super().submit(task, *args, **named)
        except (ConnectionError, EOFError) as error:
            # The process that forks them was stopped.
            raise stopped() from error


@contextmanager
def letting_go(pool: Executor) -> Iterator[None]:
    """Begin no further task where an exception passes: nobody waits for what they would make."""
    try:
        yield
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def end_with_parent() -> None:
    """Make a worker end when the build is killed: it would wait for its next task for ever.

    Runs in a worker as it starts.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None
    multiprocessing.current_process().name = WORKER

    def watch() -> None:
        parent.join()
        for program in tuple(RUNNING):
            program.kill()
        fonts = sys.modules.get("dreiebok.press.fonts_")
        if fonts:
            fonts.leave_no_fonts()
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="end-with-parent").start()


@contextmanager
def _interrupts(*, heard: bool) -> Iterator[None]:
    """Let this thread, and what it starts meanwhile, hear Ctrl-C or not; on Windows all hear it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Asked for by itself: one that waited is raised by the call that lets it through.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK if heard else signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def interruptible(task: Callable[P, T]) -> Callable[P, T]:
    """Let a worker hear Ctrl-C while it is at a task: the task ends with KeyboardInterrupt."""

    @wraps(task)
    def run(*args: P.args, **named: P.kwargs) -> T:
        if multiprocessing.current_process().name != WORKER:
            return task(*args, **named)
        with _interrupts(heard=True):
            return task(*args, **named)

    return run


def _or_end(task: Callable[P, T]) -> Callable[P, T]:
    """Let a worker without memory end at once: it can neither go on nor tell what has happened.

    Its end is told by `stopped`. What a full disk has left of a font would spoil the next document,
    so a worker that was refused something does no more. Where the task runs in a process of other
    things too, the exception is raised.
    """
    heard = interruptible(task)

    @wraps(task)
    def run(*args: P.args, **named: P.kwargs) -> T:
        if multiprocessing.current_process().name != WORKER:
            return task(*args, **named)
        if _REFUSED:
            raise _REFUSED[0]
        try:
            return heard(*args, **named)
        except Exception as error:
            if _is_starved(error):
                os._exit(1)
            if isinstance(error, OSError) and refusal(error):
                _REFUSED.append(OSError(error.errno, error.strerror, error.filename))
            raise

    return run


def _is_starved(error: Exception) -> bool:
    """Tell whether a worker lacks memory: Python answers a failed allocation in several ways."""
    if isinstance(error, MemoryError | SystemError):
        return True
    # In the words of glibc, which found no room for a library.
    words = ("failed to map segment", "cannot allocate memory")
    return isinstance(error, ImportError) and any(one in str(error).lower() for one in words)


class WorkerStopped(MissingOnMachine):
    """The system has stopped a worker, and with it all that the pool was at."""


def stopped() -> WorkerStopped:
    """Return what to say where the system has stopped a worker."""
    return WorkerStopped(
        "the system stopped a worker process, most often for want of memory; "
        "--jobs 1 needs the least"
    )


def default_jobs() -> int:
    """Return how many workers this process may run: the cores that it is allowed to use."""
    if sys.platform.startswith("linux"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


@_or_end
def press_document(document: "PrintDocument", assets: str) -> "PressedPdf":
    """Press one document with the style sheets and fonts of a folder (runs in a worker)."""
    from dreiebok.press.weasyprint_ import press

    return press(document, Path(assets))


@_or_end
def check_layout(document: "PrintDocument", assets: str) -> tuple[Problem, ...]:
    """Lay one document out, write nothing, and return what does not fit (runs in a worker)."""
    from dreiebok.press import weasyprint_

    return weasyprint_.check_layout(document, Path(assets))


@_or_end
def assemble_document(document: "PrintDocument", bases: Mapping[str, bytes]) -> "PressedPdf":
    """Put a document together of finished PDFs, by path (runs in a worker)."""
    from dreiebok.press.sheets import assemble_pdf

    return assemble_pdf(document, bases)


@_or_end
def build_pages(
    engine: Engine, tree: str, output: str, epoch: int, pages: Collection[str] | None = None
) -> Built:
    """Run the engine on some pages of one language's tree, or on all (runs in a worker).

    An organisation writes words and templates, and the engine knows no measure: so it has bounds.
    """
    count = sum(1 for _ in Path(tree).glob("docs/**/*.md"))
    try:
        with bounded(1 + count / PAGES_A_BOUND):
            return drive_pages(engine, Path(tree), Path(output), epoch, pages)
    except Starved:
        raise
    except (TooMuch, MemoryError, RecursionError):
        return Built((_TOO_MUCH,), whole=pages is None)
