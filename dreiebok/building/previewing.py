"""A site that follows its sources: made anew as they are saved, and whoever listens is told.

The website is built again into the work folder whenever a source, template or the base
configuration changes. Pages that are open come first, before the rest of the site is made. A PDF is
made when it is asked for. With problems in the sources the last good site stays.
"""

import gc
import queue
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from watchfiles import Change, watch

from dreiebok.building import workers
from dreiebok.building.assets import assets_folder
from dreiebok.building.build import Draft, Outcome, make_draft, make_site
from dreiebok.building.cache import Cache
from dreiebok.building.glancing import glance
from dreiebok.building.options import Options
from dreiebok.building.paths import real
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import (
    ASSET_FOLDERS,
    BRAND_FILES,
    LOCK,
    READ_FOLDERS,
    SETTINGS,
    STYLE_SHEETS,
    Project,
    find_root,
    read_line,
    read_project,
)
from dreiebok.building.writing import write_file
from dreiebok.press.values import PressedPdf
from dreiebok.problems import (
    MissingOnMachine,
    Problem,
    SourceError,
    WrongUse,
    format_problem,
    has_errors,
    refusal,
    sort_problems,
)

WORK = "serve"
"""The folder in the work folder in which a preview works."""
LOOKED = 1000
"""Milliseconds after which a preview looks whether it watches the folders that there are."""
CLEARED = 10
"""After so many changes a preview clears away what they have left behind, a MB each."""


class Voice(Protocol):
    """What serving needs of the terminal."""

    def say(self, words: str) -> None:
        """Say something that can be left out."""

    def error(self, words: str) -> None:
        """Say what went wrong."""

    def lines(self, words: str) -> None:
        """Say what went wrong in several lines, such as how to install what is missing."""

    def problems(self, problems: tuple[Problem, ...], root: Path) -> None:
        """Show problems."""


class Preview:
    """The state of a running preview: the last site, the last problems, and who listens."""

    def __init__(self, options: Options, voice: Voice) -> None:
        """Build into the work folder, never into the user's own output."""
        website = replace(options.selection, prints=False, website=True)
        # A build may run meanwhile: only the cache is shared with it, whose files come whole.
        self.options = replace(
            options,
            output=options.work / "preview",
            work=options.work / WORK,
            shared=options.cache,
            selection=website,
        )
        self.voice = voice
        self.root = options.source if options.base else find_root(options.source)
        # Who listens, and from which page of the site.
        self.listeners: dict[queue.SimpleQueue[tuple[str, str]], str] = {}
        self.draft: Draft | None = None
        self.problems = ""
        self.pool: Executor = workers.start(options.jobs or workers.default_jobs())
        # Who holds both has taken them in this order.
        self._building, self._exchanging = threading.Lock(), threading.Lock()
        self._changes = 0

    def _read(self) -> Project:
        return read_project(self.root, self.options.organisation, self.options.base)

    def rebuild(self) -> None:
        """Build the website from what the files hold now, and tell every open page."""
        with self._building:
            project = self._read()
            try:
                first = self._show_first(project)
                outcome = self._build(project)
            except (workers.WorkerStopped, OSError):
                self._start_anew(self.pool)
                raise
        self.voice.problems(outcome.problems, self.root)
        self.problems = self._words(outcome.problems) if outcome.failed else ""
        if outcome.failed:
            self._tell("problems", self.problems)
        else:
            self.voice.say(f"{outcome.pages} pages are up to date")
            self._tell("reload", "", {n for n, data in first.items() if data == self._page(n)})
        self._changes += 1
        if self._changes % CLEARED == 0:
            # Python itself would look at what is as old as this when there is a quarter more of it.
            gc.collect()

    def _build(self, project: Project) -> Outcome:
        draft = make_draft(project, self.options)
        if isinstance(draft, Outcome):
            return draft
        outcome = make_site(draft, self.options, self.pool, lambda *_: None, {})
        self.draft = None if outcome.failed else draft
        return outcome

    def _show_first(self, project: Project) -> dict[str, bytes]:
        """Make the pages that are open before all others; return those that could be, by path."""
        # What all pages share could have changed.
        if self.draft is None or not _same_frame(project, self.draft.project):
            return {}
        shown = set(self.listeners.values())
        first = glance(project, self.options, self.draft.plan, shown, self.pool)
        for name, data in first.items():
            write_file(self.options.output / name, data)
        if first:
            self._tell("reload", "", shown - first.keys())
        return first

    def _page(self, name: str) -> bytes:
        path = self.options.output / name
        return path.read_bytes() if path.is_file() else b""

    def watch_sources(self, stop: threading.Event) -> None:
        """Rebuild after every change of a source or template until told to stop."""
        folders, are_new = self._folders(), False
        while not stop.is_set():
            self._rebuild_after(self._changes_in(folders, stop, are_new=are_new))
            folders, are_new = self._folders(), True

    def _folders(self) -> dict[Path, int]:
        """Return the folders of sources and templates that there are, and which each one is."""
        roots = [root for root in (self.root, self.options.base) if root]
        found = [root / name for root in roots for name in READ_FOLDERS]
        if settings := self.options.organisation:
            found += [settings.parent / name for name in ASSET_FOLDERS]
        return {path: path.stat().st_ino for path in found if path.is_dir()}

    def _changes_in(
        self, folders: Mapping[Path, int], stop: threading.Event, *, are_new: bool
    ) -> Iterator[set[tuple[Change, str]]]:
        """Yield what changes in folders, as long as there are no others: Git may put new ones.

        Those that are new are a change, once they are watched: so none in them is missed.
        """
        try:
            for changes in watch(
                *folders, stop_event=stop, debounce=200, step=20,
                rust_timeout=LOOKED, yield_on_timeout=True,
            ):  # fmt: skip
                if folders != self._folders() or _is_gone(folders, changes):
                    return
                if changes or are_new:
                    are_new = False
                    yield changes
        except FileNotFoundError:
            return  # One is gone again.

    def watch_configuration(self, stop: threading.Event) -> None:
        """Rebuild after every change of the configuration or settings until told to stop."""
        settings = self.options.organisation or self.root / SETTINGS
        names = {"mkdocs.yml", settings.name, LOCK, *STYLE_SHEETS}
        folders = dict.fromkeys((self.root, settings.parent, self.options.base or self.root))

        # The folders are watched, not the files: many editors save by renaming a new file.
        def is_meant(_: Change, path: str) -> bool:
            return Path(path).name in names or Path(path).suffix.lower() in BRAND_FILES

        self._rebuild_after(
            watch(
                *folders, recursive=False, watch_filter=is_meant,
                stop_event=stop, debounce=200, step=20,
            )
        )  # fmt: skip

    def _rebuild_after(self, changes: Iterable[object]) -> None:
        for _ in changes:
            try:
                self.rebuild()
            except Exception as error:
                # An edit can take away what an option names; the next one can bring it back. A full
                # disk can be emptied.
                expected = isinstance(error, MissingOnMachine | WrongUse)
                words = str(error) if expected else refusal(error)
                if not words:
                    raise
                self.problems = words
                self.voice.lines(f"dreiebok: {words}")
                self._tell("problems", self.problems)

    def pdf(self, path: str) -> bytes | None:
        """Return the PDF at a path of the site, made now if the cache has none.

        Return None where there is no such PDF. Raises SourceError with what is wrong in the sources
        or in its template, or why it cannot be laid out.
        """
        locale, _, inner = path.partition("/")
        selection = replace(self.options.selection, languages=(locale,), prints=True, website=False)
        try:
            project = self._read()
            plan, problems = make_plan(project, selection)
        except WrongUse:
            return None
        jobs = {job.document.path: job for job in plan.prints}
        job = jobs.get(inner)
        if job is None:
            if has_errors(problems):
                raise SourceError(*problems)
            return None
        cache = Cache(self.options.cache)
        entry = cache.load(job.key)
        if entry is not None:
            return entry[0]
        if job.document.pieces:
            bases = {p.path: self.pdf(f"{locale}/{p.path}") or b"" for p in job.document.pieces}
            pressed = self._render(workers.assemble_document, job.document, bases)
        else:
            assets = str(assets_folder(project, self.options.work))
            pressed = self._render(workers.press_document, job.document, assets)
        if not pressed.data:
            raise SourceError(*pressed.problems)
        self.voice.problems(pressed.problems, self.root)
        return pressed.data

    def _render(self, task: Callable[..., PressedPdf], *arguments: object) -> PressedPdf:
        """Let a worker render; raises MissingOnMachine where the system stops it."""
        try:
            with self._exchanging:
                pool = self.pool
                work = pool.submit(task, *arguments)
            return work.result()
        except (BrokenExecutor, workers.WorkerStopped, OSError) as error:
            with self._building:  # A build would find its workers gone.
                self._start_anew(pool)
            if isinstance(error, OSError):
                raise MissingOnMachine(refusal(error) or str(error)) from error
            raise workers.stopped() from error

    def _start_anew(self, old: Executor) -> None:
        """Take new workers: one that the system has stopped spoils all of a pool."""
        with self._exchanging:
            if self.pool is old:
                old.shutdown(wait=False)
                self.pool = workers.start(self.options.jobs or workers.default_jobs())

    def tell(self, problems: tuple[Problem, ...]) -> str:
        """Name problems in the terminal, and return them as words for a page."""
        self.voice.problems(sort_problems(problems), self.root)
        return self._words(sort_problems(problems))

    def _words(self, problems: tuple[Problem, ...]) -> str:
        return "\n\n".join(
            format_problem(
                problem, lambda file, line: read_line(self.root, file, line, self.options.base)
            )
            for problem in problems
        )

    def _tell(self, event: str, data: str, but: Collection[str] = ()) -> None:
        for listener, page in tuple(self.listeners.items()):
            if page not in but:
                listener.put((event, data))


def _is_gone(folders: Collection[Path], changes: set[tuple[Change, str]]) -> bool:
    """Tell whether a folder was removed; another one in its place can have the same number."""
    gone = {real(Path(path)) for kind, path in changes if kind is Change.deleted}
    return not gone.isdisjoint(map(real, folders))


def _same_frame(one: Project, other: Project) -> bool:
    """Tell whether two projects have the same templates, files and configuration."""
    names = ("templates", "assets", "base_config", "organisation", "organisation_files")
    return all(getattr(one, name) == getattr(other, name) for name in names)
