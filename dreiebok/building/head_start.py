"""Prints that are pressed while the rest of a build is still planned, so that no core waits."""

from concurrent.futures import BrokenExecutor, Executor, Future
from functools import cached_property
from heapq import heappop, heappush

from dreiebok.building import workers
from dreiebok.building.arrivals import later_interrupts
from dreiebok.building.assets import assets_folder
from dreiebok.building.cache import Cache
from dreiebok.building.options import Options
from dreiebok.building.plan import PrintJob
from dreiebok.building.reading import Project
from dreiebok.press.values import PressedPdf


class HeadStart:
    """Hands prints to workers as they are planned, only so many at a time as these can begin with.

    Of the others the longest comes first, and where a template proves to be faulty, nobody waits
    long for prints that nobody wants. Nothing is kept before the plan is known to be sound. `begun`
    are the prints that were handed on, by their keys.
    """

    def __init__(self, project: Project, options: Options, pool: Executor) -> None:
        """Use a pool of workers, and the cache and work folder of the options."""
        self._project, self._options, self._pool = project, options, pool
        self._cache = Cache(options.cache)
        # One more waits, so that a worker need not.
        self._at_once = (options.jobs or workers.default_jobs()) + 1
        self._running: list[Future[PressedPdf]] = []
        self._waiting: list[tuple[int, int, PrintJob]] = []
        """A heap: the longest first, of those as long as each other the one planned first."""
        self._planned = 0
        self.begun: dict[str, Future[PressedPdf]] = {}

    def begin(self, job: PrintJob) -> None:
        """Note a print that is planned; have those pressed that there is room for.

        What the cache holds is not pressed.
        """
        self._planned += 1
        heappush(self._waiting, (-len(job.document.packed), self._planned, job))
        with later_interrupts():
            self._running = [future for future in self._running if not future.done()]
            while self._waiting and len(self._running) < self._at_once:
                self._press(heappop(self._waiting)[-1])

    def _press(self, job: PrintJob) -> None:
        if job.key in self.begun or self._cache.holds(job.key):
            return
        try:
            pressed = self._pool.submit(workers.press_document, job.document, self._assets)
        except BrokenExecutor:
            # Told of where all are waited for.
            return
        self._running.append(pressed)
        self.begun[job.key] = pressed

    def end(self) -> dict[str, Future[PressedPdf]]:
        """Return the prints that were begun and forget all: what comes of them is large."""
        begun, self.begun = self.begun, {}
        self._running, self._waiting = [], []
        return begun

    @cached_property
    def _assets(self) -> str:
        return str(assets_folder(self._project, self._options.work))
