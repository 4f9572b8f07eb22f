"""Prints that are pressed while the rest of a build is still planned, so that no core waits."""

from concurrent.futures import BrokenExecutor, Executor, Future
from functools import cached_property

from dreiebok.building import workers
from dreiebok.building.arrivals import later_interrupts
from dreiebok.building.assets import assets_folder
from dreiebok.building.cache import Cache
from dreiebok.building.options import Options
from dreiebok.building.plan import PrintJob
from dreiebok.building.reading import Project
from dreiebok.press.values import PressedPdf


class HeadStart:
    """Hands prints to workers as they are planned, only so many as these can begin with.

    The longest of the others can then come first, and where a template proves to be faulty, nobody
    waits long for prints that nobody wants. Nothing is kept before the plan is known to be sound.
    `begun` are the prints that were handed on, by their keys.
    """

    def __init__(self, project: Project, options: Options, pool: Executor) -> None:
        """Use a pool of workers, and the cache and work folder of the options."""
        self._project, self._options, self._pool = project, options, pool
        self._cache = Cache(options.cache)
        # One more waits, so that a worker need not.
        self._at_once = (options.jobs or workers.default_jobs()) + 1
        self._running: list[Future[PressedPdf]] = []
        self.begun: dict[str, Future[PressedPdf]] = {}

    def begin(self, job: PrintJob) -> None:
        """Have a print pressed if there is room, and the cache does not hold it."""
        with later_interrupts():
            self._begin(job)

    def _begin(self, job: PrintJob) -> None:
        self._running = [future for future in self._running if not future.done()]
        if (
            len(self._running) >= self._at_once
            or job.key in self.begun
            or self._cache.holds(job.key)
        ):
            return
        try:
            pressed = self._pool.submit(workers.press_document, job.document, self._assets)
        except BrokenExecutor:
            # Told of where all are waited for.
            return
        self._running.append(pressed)
        self.begun[job.key] = pressed

    @cached_property
    def _assets(self) -> str:
        return str(assets_folder(self._project, self._options.work))
