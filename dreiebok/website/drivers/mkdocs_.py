"""Builds a tree with MkDocs, in this process. Alone imports MkDocs."""

import logging
import os
import traceback
from collections.abc import Collection
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, TemplateError, TemplateSyntaxError
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import get_data

from dreiebok.problems import Problem, Severity, has_errors
from dreiebok.sandbox import CompiledTemplates
from dreiebok.website.drivers.complaints import complaint
from dreiebok.website.drivers.driving import Built
from dreiebok.website.drivers.sandboxed import EngineEnvironment, own_templates, sandboxed

_NOT_CLEAN = "A 'dirty' build"
"""How the engine's warning begins that its own incremental mode cannot be trusted."""
_COMPILED = CompiledTemplates()


def run_pages(tree: Path, output: Path, epoch: int, pages: Collection[str] | None) -> Built:
    """Build some pages of a tree, by their paths below `docs/`, and no other file; None means all.

    All are built, too, where one of them shows what another one says. The output folder holds what
    was built and the search index of it. `epoch` (seconds since 1970) is the only time that gets
    into the pages.
    """
    if pages is not None:
        try:
            return _run(tree, output, epoch, pages)
        except _PeekedError:
            pass
    return _run(tree, output, epoch, None)


def _run(tree: Path, output: Path, epoch: int, pages: Collection[str] | None) -> Built:
    # mkdocs.utils reads this when it stamps sitemap.xml.gz and build_date_utc.
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    # Material would print a notice about another product's plans at every build.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    collected = _Collector()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(collected)
    logger.setLevel(logging.WARNING)
    watch = _Watch(pages)
    try:
        config = load_config(str(tree / "mkdocs.yml"), site_dir=str(output))
        environment = config.theme.get_env()
        environment.loader = _VisibleFiles(config.theme.dirs)
        if own_templates(tree):
            environment = sandboxed(environment)
        config.theme.get_env = lambda: environment  # type: ignore[method-assign]
        config.plugins["dreiebok/watch"] = watch
        # The plugins are told that all is built: the search would else keep its own last index.
        config.plugins.run_event("startup", command="build", dirty=False)
        try:
            build(config, dirty=pages is not None)
        finally:
            config.plugins.run_event("shutdown")
    except (MkDocsException, TemplateError) as error:
        problems = collected.problems()
        if isinstance(error, Abort) and has_errors(problems):
            # It says no more than that there was an error.
            return Built(problems, whole=pages is None)
        where = f"{error.name}:{error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
        return _failed(collected, f"{where}{error}", pages)
    except Exception as error:
        # A template can raise anything that Python can; the frame tells which line it was.
        frames = traceback.extract_tb(error.__traceback__)
        inside = [f for f in frames if f.filename.startswith(str(tree / "overrides"))]
        if not inside or isinstance(error, _PeekedError):
            raise
        where = f"{inside[-1].filename}:{inside[-1].lineno}: "
        return _failed(collected, f"{where}{str(error) or type(error).__name__}", pages)
    finally:
        logger.removeHandler(collected)
    return Built(collected.problems(), whole=pages is None, separable=not watch.peeked)


def _failed(collected: "_Collector", words: str, pages: Collection[str] | None) -> Built:
    return Built((*collected.problems(), complaint(words, Severity.ERROR)), whole=pages is None)


class _PeekedError(Exception):
    """A template asks for the words of a page that is not rendered."""


class _NoOptions(Config):  # type: ignore[no-untyped-call]
    """The watch has none."""


class _Watch(BasePlugin[_NoOptions]):  # type: ignore[no-untyped-call]
    """Tells the engine's incremental mode what is new, and sees whether pages are separable.

    They are where a page shows of others only what stands in the menu: paths, titles and front
    matter. Their words are `_Own`: asking for them while another page is rendered is noted, and
    ends a build of some pages.
    """

    def __init__(self, pages: Collection[str] | None) -> None:
        super().__init__()
        self.pages, self.peeked = pages, False
        self.now: object = None

    def on_files(self, files: Files, **_: object) -> Files:
        """Tell which files are new, in place of the comparison of their times."""
        for file in files:
            if file.is_documentation_page():
                file.__class__ = _WatchedFile
                file.watch = self  # type: ignore[attr-defined]
            if self.pages is not None:
                is_new = file.src_uri in self.pages
                file.is_modified = lambda is_new=is_new: is_new  # type: ignore[method-assign,misc]
        return files

    def on_nav(self, nav: Any, *, files: Files, **_: object) -> Any:
        """Read the front matter of what is not rendered, and watch all pages."""
        for file in files.documentation_pages():
            page = file.page
            assert page is not None
            if self.pages is not None and file.src_uri not in self.pages:
                page.meta = get_data(file.content_string)[1]
            page.__class__ = _WatchedPage
        return nav

    def on_env(self, env: Environment, **_: object) -> Environment:
        """Let a warm worker compile the theme's templates once, not for every language."""
        if not isinstance(env, EngineEnvironment):  # That one keeps its own, compiled otherwise.
            env.bytecode_cache = _COMPILED
        return env

    def on_page_context(self, context: Any, *, page: Page, **_: object) -> Any:
        self.now = page
        return context

    def on_post_page(self, output: str, **_: object) -> str:
        self.now = None
        return output

    def on_template_context(self, context: Any, *, template_name: str, **_: object) -> Any:
        self.now = template_name
        return context

    def on_post_template(self, output: str, **_: object) -> str:
        self.now = None
        return output

    def look(self, page: Page | None) -> None:
        """Note that a page is asked for its words."""
        if self.now is None or self.now is page:
            return
        self.peeked = True
        if self.pages is not None:
            raise _PeekedError


class _VisibleFiles(FileSystemLoader):
    """Lists a theme's files without those that are hidden, of which the engine wants none.

    Material has 14 000 icons in a hidden folder: to list these, and to leave each out, took a fifth
    of the time in which a page is renewed.
    """

    def list_templates(self) -> list[str]:
        found: set[str] = set()
        for top in self.searchpath:
            for folder, folders, names in os.walk(top, followlinks=self.followlinks):
                folders[:] = [name for name in folders if not name.startswith(".")]
                inside = Path(folder).relative_to(top)
                found.update((inside / name).as_posix() for name in names if name[0] != ".")
        return sorted(found)


class _Own:
    """An attribute that holds words of a page; what is rendered may ask for its own only."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, page: Any, owner: type | None = None) -> Any:
        page.file.watch.look(page)
        return page.__dict__.get(self.name)

    def __set__(self, page: Any, value: Any) -> None:
        page.__dict__[self.name] = value


class _WatchedPage(Page):
    markdown = _Own()
    content = _Own()
    toc = _Own()
    present_anchor_ids = _Own()
    links_to_anchors = _Own()


class _WatchedFile(File):
    watch: _Watch

    @property  # type: ignore[misc]
    def content_bytes(self) -> bytes:
        self.watch.look(self.page)
        return super().content_bytes

    @property  # type: ignore[misc]
    def content_string(self) -> str:
        self.watch.look(self.page)
        return super().content_string


class _Collector(logging.Handler):
    """Keeps what the engine logs from WARNING up."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.getMessage().startswith(_NOT_CLEAN):
            self.records.append(record)

    def problems(self) -> tuple[Problem, ...]:
        return tuple(
            complaint(
                record.getMessage(),
                Severity.ERROR if record.levelno >= logging.ERROR else Severity.WARNING,
            )
            for record in self.records
        )
