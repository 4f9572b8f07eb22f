"""The catalogs on the disk: extracted, updated, added, and how far each has come."""

import ast
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2.ext import babel_extract

from dreiebok.building.loading import CATALOGS, load_catalog, load_handbook, locales_of
from dreiebok.building.publishing import write_file
from dreiebok.building.reading import BASE, PACKAGE, Project
from dreiebok.editions.catalogs import (
    Catalog,
    make_catalog,
    merge,
    write_catalog,
)
from dreiebok.editions.edition import make_edition
from dreiebok.editions.messages import COMMON, INTERFACE, ORGANISATION, Message, messages_of
from dreiebok.editions.proofing import proofread
from dreiebok.problems import (
    Location,
    Problem,
    Severity,
    SourceError,
    WrongUse,
    sort_problems,
)
from dreiebok.templating import file_of

_MARKS = frozenset({"_", "gettext"})
"""The functions around a text of the interface."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a catalog has come: numbers of messages."""

    locale: str
    domain: str
    total: int
    translated: int
    fuzzy: int
    reviewed: bool

    @property
    def missing(self) -> int:
        """What has no translation at all."""
        return self.total - self.translated - self.fuzzy


def all_messages(project: Project) -> dict[str, tuple[Message, ...]]:
    """Return every message by domain, in a fixed order; SourceError: the handbook is faulty.

    In an organisation's folder these are its own alone: the base has catalogs of its own.
    """
    handbook, problems = load_handbook(project)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise SourceError(*problems)
    found = messages_of(handbook)
    if project.base:
        own = (*found.get(ORGANISATION, ()), *_own_interface(project))
        return {ORGANISATION: own} if own else {}
    found[COMMON] = (*found.get(COMMON, ()), *_interface(project))
    return {domain: found[domain] for domain in sorted(found)}


def update(project: Project, locales: tuple[str, ...]) -> tuple[Path, ...]:
    """Bring the catalogs of locales (none: of all there are) up to the texts of today."""
    messages = all_messages(project)
    written: list[Path] = []
    for locale in locales or locales_of(project):
        if locale not in locales_of(project):
            raise WrongUse(f"there are no catalogs of “{locale}”; dreiebok translate add {locale}")
        written.extend(_write(project, locale, messages))
    return tuple(written)


def add(project: Project, locale: str) -> tuple[Path, ...]:
    """Make empty catalogs for a locale."""
    if locale in locales_of(project) and not project.base:
        raise WrongUse(f"there are catalogs of “{locale}” already; dreiebok translate update")
    return tuple(_write(project, locale, all_messages(project)))


def extract(project: Project, folder: Path) -> tuple[Path, ...]:
    """Write the message templates (POT), one a domain, for tools that want them."""
    edition = make_edition(load_handbook(project)[0])
    written = []
    for domain, messages in all_messages(project).items():
        empty = make_catalog("en", domain, ())
        path = folder / f"{domain}.pot"
        write_file(path, write_catalog(empty, messages, edition.name, edition.date))
        written.append(path)
    return tuple(written)


def status(project: Project) -> tuple[Progress, ...]:
    """Return how far every catalog has come, as measured by the texts of today."""
    messages = all_messages(project)
    return tuple(
        progress(merge(load_catalog(project, locale, domain), found), found)
        for locale in locales_of(project)
        for domain, found in messages.items()
    )


def check(project: Project) -> tuple[Problem, ...]:
    """Return the slips in all catalogs, each at its line."""
    messages = all_messages(project)
    return sort_problems(
        problem
        for locale in locales_of(project)
        for domain, found in messages.items()
        for problem in proofread(load_catalog(project, locale, domain), found)
    )


def progress(catalog: Catalog, messages: tuple[Message, ...]) -> Progress:
    """Return how much of the messages a catalog has."""
    entries = [catalog.find(message.context, message.text) for message in messages]
    done = sum(1 for e in entries if e and e.translation and not e.fuzzy)
    fuzzy = sum(1 for e in entries if e and e.translation and e.fuzzy)
    return Progress(catalog.locale, catalog.domain, len(messages), done, fuzzy, catalog.reviewed)


def table(found: tuple[Progress, ...]) -> Iterator[str]:
    """Yield the lines of a table of how far catalogs have come."""
    row = "{:<8} {:<22} {:>7} {:>11} {:>6} {:>8}  {}".format
    yield row("language", "catalog", "texts", "translated", "fuzzy", "missing", "status")
    for one in found:
        state = "reviewed" if one.reviewed else "draft"
        yield row(one.locale, one.domain, one.total, one.translated, one.fuzzy, one.missing, state)


def _write(
    project: Project, locale: str, messages: Mapping[str, tuple[Message, ...]]
) -> Iterator[Path]:
    edition = make_edition(load_handbook(project)[0])
    for domain, found in messages.items():
        catalog = merge(load_catalog(project, locale, domain), found)
        path = project.root / CATALOGS / locale / f"{domain}.po"
        data = write_catalog(catalog, found, edition.name, edition.date)
        write_file(path, data, private=False)
        yield path


def _interface(project: Project) -> tuple[Message, ...]:
    """Return the texts of templates and program, in the order of files and lines."""
    found: dict[str, tuple[Location, ...]] = {}
    for text, at in (*_in_templates(project), *_in_program()):
        found[text] = (*found.get(text, ()), at)
    note = "Interface. Words in braces, such as {count}, stay as they are."
    return tuple(Message(INTERFACE, text, note, places) for text, places in found.items())


def _own_interface(project: Project) -> tuple[Message, ...]:
    """Return the texts of an organisation's own templates that no catalog of the base has."""
    known = [load_catalog(project, locale, COMMON) for locale in locales_of(project)]
    return tuple(
        message
        for message in _interface(project)
        if any(not place.file.startswith((BASE, "dreiebok/")) for place in message.places)
        and not any(catalog.find(INTERFACE, message.text) for catalog in known)
    )


def _in_templates(project: Project) -> Iterator[tuple[str, Location]]:
    options = {"trim_blocks": "true", "extensions": "jinja2.ext.do"}
    for name, source in sorted(project.templates.items()):
        data = io.BytesIO(source.encode())
        for line, _, text, _ in babel_extract(data, tuple(_MARKS), (), options):
            if isinstance(text, str):
                yield text, Location(file_of(project.templates, name), line)


def _in_program() -> Iterator[tuple[str, Location]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            for words in node.args if function in _MARKS else ():
                if isinstance(words, ast.Constant) and isinstance(words.value, str):
                    name = f"dreiebok/{path.relative_to(PACKAGE).as_posix()}"
                    yield words.value, Location(name, node.lineno)
