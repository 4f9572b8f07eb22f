"""Workers of a cluster, which share no disk with us. This file alone imports Dask.

What a task needs travels with it: a document as it is, a site's tree as one blob, and the style
sheets and fonts as one blob that Dask brings to each worker once. A worker must have this very
program, since its bytes decide what is cached; another one is refused.
"""

import atexit
import shutil
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from dreiebok.building import workers
from dreiebok.building.archives import pack, read_files, unpack
from dreiebok.building.assets import FETCHED
from dreiebok.building.program import program_digest
from dreiebok.building.publishing import write_tree
from dreiebok.keeping import fingerprint
from dreiebok.model.engines import Engine
from dreiebok.press.values import PrintDocument
from dreiebok.problems import MissingOnMachine, WrongUse
from dreiebok.website.drivers.driving import Built
from dreiebok.website.drivers.installed import engine_versions, require

PATIENCE_S = 20
"""How long to wait for the scheduler, and for a first worker."""
_KILLED = (
    "workers of the cluster died one after another at the same task, most often for want of "
    "memory; their logs tell more"
)
_LOST = "the cluster no longer answers: its scheduler has ended, or cannot be reached"
_ALONE = threading.Lock()
"""A Dask worker may run several threads; neither renderer may run twice in one process."""


def connect(address: str) -> "Distant":
    """Return the workers of the cluster whose scheduler has this address.

    Raises MissingOnMachine without Dask, or where nothing answers; WrongUse for no address.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingOnMachine(
            "--cluster needs the package distributed: pip install 'dreiebok[cluster]'"
        ) from error
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
    except ValueError as error:
        raise WrongUse(f"“{address}” is no address of a scheduler: {error}") from error
    except OSError as error:  # a TimeoutError is one
        raise MissingOnMachine(f"no Dask scheduler answers at “{address}”") from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError as error:
        client.close()
        raise MissingOnMachine(f"the cluster at “{address}” has no worker") from error
    return Distant(client)


class Distant(Executor):
    """An executor that sends the tasks of `workers` to a cluster, with all that they need."""

    def __init__(self, client: Any) -> None:
        """Use a client, which is closed with the executor."""
        self.client = client
        self.far: Executor = client.get_executor(pure=False)
        self.program = program_digest()
        self.bundles: dict[str, tuple[str, Any]] = {}

    def submit(self, task: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        """Send one task; its future raises MissingOnMachine where the cluster is lost."""
        if task in {workers.press_document, workers.check_layout}:
            document, assets = args
            digest, bundle = self._bundle(assets)
            return self._send(_itself, _render, self.program, task, document, digest, bundle)
        if task is workers.build_pages:
            return self._build_pages(*args)
        return self._send(_itself, partial(_run, self.program, task, **named), *args)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the cluster, which goes on without us."""
        self.far.shutdown(wait=wait)
        self.client.close()

    def _bundle(self, folder: str) -> tuple[str, Any]:
        """Return the digest of a folder of assets, and a promise of them on every worker."""
        if folder not in self.bundles:
            files = read_files(Path(folder))
            data = pack({n: files[n] for n in files if n.startswith(FETCHED)})
            digest = fingerprint(data)
            known = next((b for b in self.bundles.values() if b[0] == digest), None)
            with _asking_the_cluster():
                self.bundles[folder] = known or (digest, self.client.scatter(data, broadcast=True))
        return self.bundles[folder]

    def _build_pages(
        self,
        engine: Engine,
        tree: str,
        output: str,
        epoch: int,
        pages: Collection[str] | None = None,
    ) -> Future[Any]:
        """Send a site's tree; what comes back is written where a worker here would have."""
        blob = pack(read_files(Path(tree)))
        program = f"{self.program} {engine_versions(engine)}"

        def write(made: tuple[bytes, Built]) -> Built:
            data, built = made
            write_tree(Path(output), unpack(data))
            return built

        return self._send(write, _build, program, engine, blob, epoch, pages)

    def _send(
        self, receive: Callable[[Any], Any], task: Callable[..., Any], *args: Any
    ) -> Future[Any]:
        """Send a task; what comes back is received before anybody is given it."""
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()

        def arrived(future: Future[Any]) -> None:
            try:
                answer.set_result(receive(future.result()))
            except KilledWorker:
                answer.set_exception(MissingOnMachine(_KILLED))
            except (CancelledError, CommClosedError):
                answer.set_exception(MissingOnMachine(_LOST))
            except BaseException as error:
                answer.set_exception(error)

        with _asking_the_cluster():
            self.far.submit(task, *args).add_done_callback(arrived)
        return answer


@contextmanager
def _asking_the_cluster() -> Iterator[None]:
    """Raise MissingOnMachine where nobody answers."""
    try:
        yield
    except OSError as error:
        raise MissingOnMachine(_LOST) from error


def _itself(made: Any) -> Any:
    return made


def _run(program: str, task: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Run a task that needs no files (runs in a worker, as those below do)."""
    _check_program(program)
    with _ALONE:
        return task(*args, **named)


def _render(
    program: str, task: Callable[..., Any], document: PrintDocument, digest: str, bundle: bytes
) -> Any:
    _check_program(program)
    with _ALONE:
        return task(document, _unpacked(digest, bundle))


def _build(
    program: str, engine: Engine, blob: bytes, epoch: int, pages: Collection[str] | None
) -> tuple[bytes, Built]:
    require(engine)
    _check_program(program, engine_versions(engine))
    with _ALONE, tempfile.TemporaryDirectory(prefix="dreiebok-") as folder:
        tree, made = Path(folder, "tree"), Path(folder, "made")
        write_tree(tree, unpack(blob))
        built = workers.build_pages(engine, str(tree), str(made), epoch, pages)
        return pack(read_files(made)), built


def _check_program(program: str, engine: str = "") -> None:
    if program != f"{program_digest()} {engine}".rstrip():
        raise WrongUse(
            "the cluster's workers have another dreiebok, or other versions of its renderers, of "
            "Pango or of HarfBuzz. Install the same ones there (the same system, and pip install "
            "-c constraints.txt) and start them anew."
        )


_FOLDERS: dict[str, str] = {}
"""Where this worker has unpacked assets, by their digest."""


def _unpacked(digest: str, bundle: bytes) -> str:
    """Return a folder with the assets; they are unpacked once in the life of a worker."""
    if digest not in _FOLDERS:
        # A folder of its own: nobody else can have put files there.
        folder = tempfile.mkdtemp(prefix="dreiebok-assets-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        files: Mapping[str, bytes] = unpack(bundle)
        write_tree(Path(folder), files)
        _FOLDERS[digest] = folder
    return _FOLDERS[digest]
