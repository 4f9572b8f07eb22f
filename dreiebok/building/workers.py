"""Warm worker processes: they import the renderers once and then press one document after another.

Any `concurrent.futures.Executor` can take their place, a cluster's too: what crosses is plain.
"""

import multiprocessing
import os
import sys
import threading
from collections.abc import Collection, Mapping
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

from dreiebok.model.engines import Engine
from dreiebok.press.values import PressedPdf, PrintDocument
from dreiebok.problems import MissingOnMachine, Problem
from dreiebok.website.drivers.driving import Built, drive, drive_pages

PRELOADED = "dreiebok.building.preloaded"


def start(jobs: int) -> ProcessPoolExecutor:
    """Return a pool of `jobs` workers.

    On Linux one server process imports the renderers and forks the workers from itself, so that
    the imports are paid for once and the main process need not be fork-safe.
    """
    method = "forkserver" if sys.platform.startswith("linux") else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload([PRELOADED])
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=end_with_parent)
    for _ in range(jobs):
        # Workers start at once, so that they import while the caller still reads and plans.
        pool.submit(warm_up)
    return pool


def end_with_parent() -> None:
    """Make a worker end when the build is killed: it would wait for its next task for ever.

    Runs in a worker as it starts.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="end-with-parent").start()


def warm_up() -> None:
    """Import the renderers (runs in a worker; nothing is left to do where they were preloaded)."""
    import_module(PRELOADED)


def stopped() -> MissingOnMachine:
    """Return what to say where the system has stopped a worker."""
    return MissingOnMachine(
        "the system stopped a worker process, most often for want of memory; "
        "--jobs 1 needs the least"
    )


def default_jobs() -> int:
    """Return how many workers this process may run: the cores that it is allowed to use."""
    if sys.platform.startswith("linux"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def press_document(document: PrintDocument, assets: str) -> PressedPdf:
    """Press one document with the style sheets and fonts of a folder (runs in a worker)."""
    from dreiebok.press.weasyprint_ import press

    return press(document, Path(assets))


def check_layout(document: PrintDocument, assets: str) -> tuple[Problem, ...]:
    """Lay one document out, write nothing, and return what does not fit (runs in a worker)."""
    from dreiebok.press import weasyprint_

    return weasyprint_.check_layout(document, Path(assets))


def assemble_document(document: PrintDocument, bases: Mapping[str, bytes]) -> PressedPdf:
    """Put a document together of finished PDFs, by path (runs in a worker)."""
    from dreiebok.press.sheets import assemble_pdf

    return assemble_pdf(document, bases)


def build_site(engine: Engine, tree: str, output: str, epoch: int) -> tuple[Problem, ...]:
    """Run the engine on one language's tree (runs in a worker)."""
    return drive(engine, Path(tree), Path(output), epoch)


def build_pages(
    engine: Engine, tree: str, output: str, epoch: int, pages: Collection[str] | None
) -> Built:
    """Run the engine on some pages of one language's tree, or on all (runs in a worker)."""
    return drive_pages(engine, Path(tree), Path(output), epoch, pages)
