"""The catalogs on the disk: extracted, updated, added, and how far each has come."""

import ast
import io
import pickle
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from jinja2.ext import babel_extract
from pydantic import TypeAdapter

from dreiebok.building.loading import (
    CATALOGS,
    domains_of,
    load_catalog,
    load_catalogs,
    load_handbook,
    load_organisation,
    locales_of,
    try_catalog,
)
from dreiebok.building.program import PACKAGE
from dreiebok.building.reading import BASE, Project
from dreiebok.building.writing import write_file
from dreiebok.editions.catalogs import make_catalog
from dreiebok.editions.locales import is_locale
from dreiebok.editions.making import make_edition, source_language
from dreiebok.editions.merging import merge
from dreiebok.editions.messages import (
    COMMON,
    INTERFACE,
    ORGANISATION,
    Message,
    messages_of,
    messages_of_settings,
)
from dreiebok.editions.powriting import write_catalog
from dreiebok.editions.progress import Progress, progress
from dreiebok.editions.translating import Catalogs
from dreiebok.keeping import kept
from dreiebok.model.handbook import Handbook
from dreiebok.problems import Location, Problem, SourceError, WrongUse, has_errors
from dreiebok.templating import file_of

_MARKS = frozenset({"_", "gettext", "ngettext"})
"""The functions around a text of the interface; the last has two, for one and for more."""
_MARK = re.compile(rf"\b(?:{'|'.join(sorted(_MARKS))})\(")
"""Where one of them is called; or that looks like it, in a comment."""


def all_messages(project: Project) -> dict[str, tuple[Message, ...]]:
    """Return every message by domain, in a fixed order; SourceError: the handbook is faulty.

    In an organisation's folder these are its own alone: the base has catalogs of its own.
    """
    handbook, problems = load_handbook(project)
    if has_errors(problems):
        raise SourceError(*problems)
    found = _all_messages(project, handbook)
    if project.base:
        return {name: messages for name, messages in found.items() if name == ORGANISATION}
    return found


def load_translations(
    project: Project, handbook: Handbook, locales: tuple[str, ...]
) -> tuple[Callable[[str], Catalogs], tuple[Progress, ...], tuple[Problem, ...]]:
    """Return what reads the catalogs of a locale, how far those of each have come, and problems.

    They are as the texts of today have them: one that has changed since the catalogs were updated
    is fuzzy, as it would be after an update. The problems are those of damaged catalogs.
    """
    messages = _all_messages(project, handbook) if locales else {}
    brought_up: dict[tuple[str, str], bytes] = {}
    done: list[Progress] = []
    problems: list[Problem] = []
    for locale in locales:
        for domain in dict.fromkeys((*messages, *domains_of(project, locale))):
            known, wrong = try_catalog(project, locale, domain)
            problems.extend(wrong)
            if domain in messages:
                catalog = merge(known or make_catalog(locale, domain, ()), messages[domain])
                done.append(progress(catalog, messages[domain]))
                if catalog is not known:
                    brought_up[locale, domain] = zlib.compress(pickle.dumps(catalog), level=1)
    domains = tuple(messages)

    # Those of all languages, or the messages, would be in memory while each edition is made.
    def catalogs_of(locale: str) -> Catalogs:
        return {
            domain: pickle.loads(zlib.decompress(packed))  # noqa: S301 - packed above
            if (packed := brought_up.get((locale, domain)))
            else load_catalog(project, locale, domain)
            for domain in domains
        }

    return catalogs_of, tuple(done), tuple(problems)


def _all_messages(project: Project, handbook: Handbook) -> dict[str, tuple[Message, ...]]:
    """Return every message by domain, in a fixed order, those of the base too."""
    found = messages_of(handbook)
    own = _own_interface(project) if project.base else ()
    if organisation := load_organisation(project)[0]:
        own = (*messages_of_settings(organisation), *own)
    names = {message.text for message in own if message.context == INTERFACE}
    words = (message for message in _interface(project) if message.text not in names)
    found[COMMON] = (*found.get(COMMON, ()), *words)
    if own or ORGANISATION in found:
        found[ORGANISATION] = (*found.get(ORGANISATION, ()), *own)
    return {domain: found[domain] for domain in sorted(found)}


def update(project: Project, locales: tuple[str, ...]) -> tuple[Path, ...]:
    """Bring the catalogs of locales (none: of all there are) up to the texts of today.

    Raises SourceError with all that is wrong with them, before any is written; WrongUse for a
    locale without catalogs, and for a file that somebody saves meanwhile, which stays as it is.
    """
    messages = all_messages(project)
    known = locales_of(project)
    for locale in locales:
        if locale not in known:
            raise WrongUse(f"there are no catalogs of “{locale}”; dreiebok translate add {locale}")
    problems = [one for locale in locales or known for one in load_catalogs(project, locale)[1]]
    if problems:
        raise SourceError(*problems)
    made = [one for locale in locales or known for one in _made(project, locale, messages)]
    return tuple(_write(project, made))


def add(project: Project, locale: str) -> tuple[Path, ...]:
    """Make empty catalogs for a locale; raises WrongUse where there can be none."""
    if not is_locale(locale):
        raise WrongUse(f"“{locale}” is no language’s code; such are sv, pt_BR and zh_Hant")
    if locale in locales_of(project) and not project.base:
        raise WrongUse(f"there are catalogs of “{locale}” already; dreiebok translate update")
    if locale == source_language(load_handbook(project)[0]):
        raise WrongUse(f"“{locale}” is the language of the sources: there is nothing to translate")
    return tuple(_write(project, _made(project, locale, all_messages(project))))


def extract(project: Project, folder: Path) -> tuple[Path, ...]:
    """Write the message templates (POT), one a domain, for tools that want them."""
    edition = make_edition(load_handbook(project)[0])
    written = []
    for domain, messages in all_messages(project).items():
        empty = make_catalog("en", domain, ())
        path = folder / f"{domain}.pot"
        data = write_catalog(empty, messages, edition.name, edition.date)
        write_file(path, data, private=False)
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


def table(found: tuple[Progress, ...]) -> Iterator[str]:
    """Yield the lines of a table of how far catalogs have come."""
    row = "{:<8} {:<22} {:>7} {:>11} {:>6} {:>8}  {}".format
    yield row("language", "catalog", "texts", "translated", "fuzzy", "missing", "status")
    for one in found:
        state = "reviewed" if one.reviewed else "draft"
        yield row(one.locale, one.domain, one.total, one.translated, one.fuzzy, one.missing, state)


def _made(
    project: Project, locale: str, messages: Mapping[str, tuple[Message, ...]]
) -> Iterator[tuple[str, bytes]]:
    """Yield the catalogs of a locale as they are to be, by their names."""
    edition = make_edition(load_handbook(project)[0])
    for domain, found in messages.items():
        catalog = merge(load_catalog(project, locale, domain), found)
        data = write_catalog(catalog, found, edition.name, edition.date)
        yield f"{CATALOGS}/{locale}/{domain}.po", data


def _write(project: Project, catalogs: Iterable[tuple[str, bytes]]) -> Iterator[Path]:
    saved = []
    for name, data in catalogs:
        path = project.root / name
        # Reading and merging take seconds, in which a translator may go on.
        if path.is_file() and path.read_bytes() != project.catalogs.get(name):
            saved.append(name)
            continue
        write_file(path, data, private=False)
        yield path
    if saved:
        raise WrongUse(
            f"{', '.join(saved)}: saved by somebody meanwhile, and left as it is; run it once more"
        )


def _interface(project: Project) -> tuple[Message, ...]:
    """Return the texts of templates and program, in the order of files and lines."""
    found: dict[str, tuple[Location, ...]] = {}
    plurals: dict[str, str] = {}
    for texts, at in (*_in_templates(project), *_in_program()):
        found[texts[0]] = (*found.get(texts[0], ()), at)
        for plural in texts[1:]:
            plurals[texts[0]] = plural
    note = "Interface. Words in braces, such as {count}, stay as they are."
    more = " A form that is for one number alone may leave {n} out."
    return tuple(
        Message(INTERFACE, text, note + more * (text in plurals), at, plural=plurals.get(text, ""))
        for text, at in found.items()
    )


def _own_interface(project: Project) -> tuple[Message, ...]:
    """Return the texts of an organisation's own templates that no catalog of the base has."""
    known = [load_catalog(project, locale, COMMON) for locale in locales_of(project)]
    return tuple(
        message
        for message in _interface(project)
        if any(not place.file.startswith((BASE, "dreiebok/")) for place in message.places)
        and not any(catalog.find(INTERFACE, message.text) for catalog in known)
    )


def _in_templates(project: Project) -> Iterator[tuple[tuple[str, ...], Location]]:
    for name, source in sorted(project.templates.items()):
        for line, texts in _in_template(str(source)):
            yield texts, Location(file_of(project.templates, name), line)


@kept(TypeAdapter(tuple[tuple[int, tuple[str, ...]], ...]), lambda source: (source,))
def _in_template(source: str) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return the texts of a template with their lines."""
    options = {"trim_blocks": "true", "extensions": "jinja2.ext.do"}
    data = io.BytesIO(source.encode())
    texts = []
    for line, _, found, _ in babel_extract(data, tuple(_MARKS), (), options):
        # Of several arguments those that are no text, such as the number, are None.
        words = found if isinstance(found, tuple) else (found,)
        texts.append((line, tuple(text for text in words if isinstance(text, str))))
    return tuple((line, words) for line, words in texts if words)


@cache
def _in_program() -> tuple[tuple[tuple[str, ...], Location], ...]:
    """Return the texts of the program's own files, which stay the same while it runs."""
    return tuple(_in_files())


def _in_files() -> Iterator[tuple[tuple[str, ...], Location]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        # Parsing a file takes long, and most hold no text.
        for node in ast.walk(ast.parse(source)) if _MARK.search(source) else ():
            if not isinstance(node, ast.Call):
                continue
            function = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            words = [a.value for a in node.args if isinstance(a, ast.Constant)]
            texts = tuple(text for text in words if isinstance(text, str))
            if texts and function in _MARKS:
                name = f"dreiebok/{path.relative_to(PACKAGE).as_posix()}"
                yield texts, Location(name, node.lineno)
