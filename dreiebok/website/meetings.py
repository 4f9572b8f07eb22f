"""Meeting mode: for every script a page that shows one step at a time, with a clock.

The page is plain HTML of its own beside the script's page, not Markdown for the engine: it needs
none of the theme's files, holds under the strictest Content-Security-Policy, and is small enough
for a service worker to keep. All that its script needs stands in it, because a page opened from
disk may fetch nothing. Nothing here opens a file.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dreiebok.editions.bcp47 import language_tag
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name
from dreiebok.editions.view import EditionView
from dreiebok.inline import to_plain
from dreiebok.model.handbook import Programme
from dreiebok.model.prefixes import slug
from dreiebok.model.scripts import Script
from dreiebok.problems import Problem, SourceError
from dreiebok.templating import Output, Templates, make_environment, no_links, render
from dreiebok.website.accents import STYLE_SHEET
from dreiebok.website.navigation import SiteMap
from dreiebok.website.paths import DOCS, html_path, relative

TEMPLATE = "site/meeting.html"
SCRIPT = "assets/javascripts/meeting.js"
STYLES = ("assets/stylesheets/dreiebok.css", STYLE_SHEET, "assets/stylesheets/meeting.css")
ICON = "assets/logo.svg"
WORKER = "meeting-worker.js"
"""The service worker. It stands at the top of a language's site, because it may only answer for
what lies beside and below it (Service Workers, 3.4.3: the scope)."""
_FACE = re.compile(r"@font-face\s*\{(.*?)\}", re.DOTALL)
_ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)")
_RANGES = re.compile(r"unicode-range:([^;}]*)", re.IGNORECASE)
_RANGE = re.compile(r"U\+([0-9A-F]{1,6})(?:-([0-9A-F]{1,6}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meeting:
    """The page of meeting mode for one script; the path is relative to the language's site."""

    path: str
    title: str
    record: str
    programme: str
    html: str


class MeetingView(EditionView):
    """What the template may ask about the rest of the edition, as seen from its page."""

    def __init__(self, edition: Edition, site: SiteMap, path: str) -> None:
        """Look from one page of meeting mode."""
        super().__init__(edition)
        self._site, self._path = site, path

    def to(self, path: str) -> str:
        """Return the address of another page or file, as seen from this page."""
        return relative(self._path, path)

    def page(self, element: str) -> str:
        """Return the finished page of an element, as seen from this page."""
        return self.to(html_path(self._site.where[element]))


def meeting_path(script: Script, programme: Programme) -> str:
    """Return where a script's page of meeting mode lies; no id has a period, so none clashes."""
    return f"{programme.id}/{slug(script, programme)}.meeting.html"


def make_meetings(
    edition: Edition,
    templates: Templates,
    site: SiteMap,
    notice: str = "",
    locales: tuple[str, ...] = (),
) -> tuple[tuple[Meeting, ...], tuple[Problem, ...]]:
    """Return the page of every script and the problems of its template.

    `notice` is what stands above every page of a translation that is not finished; `locales` are
    all languages that a reader can change between.
    """
    environment = make_environment(templates, Output.HTML, edition.gettext)
    found: list[Meeting] = []
    problems: list[Problem] = []
    for programme in edition.programmes:
        for script in edition.scripts_of(programme):
            path = meeting_path(script, programme)
            view = MeetingView(edition, site, path)
            try:
                html = render(
                    environment,
                    TEMPLATE,
                    # A link in a text would lead out of the meeting, and nowhere without a network.
                    no_links,
                    edition=edition,
                    book=edition.book,
                    record=script,
                    programme=programme,
                    view=view,
                    notice=notice,
                    others=[_other(name, path) for name in locales if name != edition.locale],
                    styles=STYLES,
                    script=SCRIPT,
                    icon=ICON,
                    worker=WORKER,
                )
            except SourceError as error:
                problems.extend(error.problems)
                continue
            title, owner = to_plain(script.title), str(programme.id)
            found.append(Meeting(path, title, str(script.id), owner, html))
    # One mistake in the template is one problem, however many scripts there are.
    return tuple(found), tuple(dict.fromkeys(problems))


def _other(locale: str, path: str) -> dict[str, str]:
    """Return another language: folder, language tag, name, and the page that answers to one."""
    name = native_name(locale)
    return {"folder": locale, "lang": language_tag(locale), "name": name, "page": path}


def meeting_files(
    meetings: tuple[Meeting, ...], tree: Mapping[str, bytes], worker: bytes
) -> dict[str, bytes]:
    """Return what meeting mode adds to a language's tree: its pages and the service worker.

    `tree` holds the files that the pages use; `worker` is the worker's own code, which gets a list
    of what to keep and a version, the digest of all of it: a changed word makes a new version, and
    the same edition makes the same bytes.
    """
    made = {f"{DOCS}{meeting.path}": meeting.html.encode() for meeting in meetings}
    if not made:
        return {}
    letters = set("".join(meeting.html for meeting in meetings))
    names = [*STYLES, SCRIPT, ICON, *_fonts(tree, letters)]
    kept = {f"{DOCS}{name}": tree[f"{DOCS}{name}"] for name in names if f"{DOCS}{name}" in tree}
    kept |= made
    digest = hashlib.sha256()
    for name, data in sorted(kept.items()):
        digest.update(f"{name} {len(data)}\n".encode() + data)
    files = sorted(name.removeprefix(DOCS) for name in kept)
    known = json.dumps({"version": digest.hexdigest()[:16], "files": files}, indent=1)
    made[f"{DOCS}{WORKER}"] = f'"use strict";\nconst EDITION = {known};\n'.encode() + worker
    return made


def _fonts(tree: Mapping[str, bytes], letters: set[str]) -> Iterator[str]:
    """Yield the faces that the style sheets name and the letters need."""
    for sheet in STYLES:
        css = tree.get(f"{DOCS}{sheet}", b"").decode("utf-8", "replace")
        for face in _FACE.findall(css):
            ranges = _RANGES.search(face)
            if ranges and not _needed(ranges[1], letters):
                continue
            for address in _ADDRESS.findall(face):
                yield posixpath.normpath(posixpath.join(posixpath.dirname(sheet), address))


def _needed(ranges: str, letters: set[str]) -> bool:
    """Tell whether a letter lies in a CSS unicode-range.

    >>> _needed("U+0600-061F, U+621", {"a", chr(0x621)})
    True
    """
    spans = [(int(a, 16), int(b or a, 16)) for a, b in _RANGE.findall(ranges)]
    return any(first <= ord(letter) <= last for letter in letters for first, last in spans)
