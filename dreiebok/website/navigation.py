"""Which page shows which element: the map from which links, menus and anchors are made."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dreiebok.editions.edition import Edition
from dreiebok.editions.releases import releases_of
from dreiebok.editions.series import series_of
from dreiebok.inline import to_plain
from dreiebok.model.base import Record
from dreiebok.model.chapters import FigureBlock, TableBlock
from dreiebok.model.handbook import Door, Glossary, Programme, Sources
from dreiebok.model.prefixes import slug
from dreiebok.model.walking import kind_of, nodes_with_ids, walk
from dreiebok.problems import Code, Problem
from dreiebok.website.doors import open_doors
from dreiebok.website.not_found import NOT_FOUND
from dreiebok.website.paths import html_path, relative

HOME = "index.md"
GLOSSARY = "glossary.md"
SOURCES = "sources.md"
DOWNLOADS = "downloads.md"
SERIES = "series.md"
"""The plan of a series of meetings, where the organisation has one."""
STATUS = "status.md"
NEWS = "news.md"
"""What is new in the edition, where an edition before it was released."""
REFERENCE = "reference"
"""The group of pages that all programmes share; no page of its own."""
NavItem = dict[str, "str | list[NavItem | str]"]


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page to be written: its Markdown path, its template, and what it is about."""

    path: str
    template: str
    title: str
    record: Record | None = None
    programme: Programme | None = None
    door: Door | None = None

    @property
    def html_path(self) -> str:
        """The path of the finished page in its language's site."""
        return html_path(self.path)


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Every page in reading order, and the page of every element that has one."""

    pages: tuple[PageSpec, ...]
    where: Mapping[str, str]

    def link(self, page: str, element: str) -> str | None:
        """Return the Markdown address of an element as seen from a page, or None."""
        if element not in self.where:
            return None
        target = self.where[element]
        anchor = f"#{element}"
        return anchor if target == page else relative(page, target) + anchor


def fixed_titles(gettext: Callable[[str], str]) -> dict[str, str]:
    """Return what a site calls the pages that no record names, by path, and their common group.

    They are in the language of `gettext`, an edition's.
    """
    return {
        HOME: gettext("Hjem"),
        DOWNLOADS: gettext("Skriv ut"),
        SERIES: gettext("Møteplan"),
        GLOSSARY: gettext("Ordliste"),
        SOURCES: gettext("Kilder"),
        STATUS: gettext("Oversettelser"),
        NEWS: gettext("Nytt i denne utgaven"),
        REFERENCE: gettext("Oppslag"),
    }


def make_site_map(edition: Edition, titles: Mapping[str, str]) -> SiteMap:
    """Return the map of an edition's site. `titles` names the pages that no record names."""
    pages = tuple(_pages(edition, titles))
    where: dict[str, str] = {}
    for page in pages:
        if page.record is not None:
            for name, _ in nodes_with_ids(page.record):
                where.setdefault(str(name), page.path)
    for page in pages:
        for shown in _shown_on(page, edition):
            for name, _ in nodes_with_ids(shown):
                where.setdefault(str(name), page.path)
    # A figure on a first page belongs there only if no chapter shows it.
    figures = [(edition.book.figure, HOME)]
    figures += [(p.figure, f"{p.id}/index.md") for p in edition.programmes]
    for figure, path in figures:
        for name, _ in nodes_with_ids(edition.record(figure)) if figure else ():
            where.setdefault(str(name), path)
    where.update((str(page.door.id), page.path) for page in pages if page.door)
    for record in (*edition.glossaries(), *edition.source_lists()):
        path = GLOSSARY if isinstance(record, Glossary) else SOURCES
        for name, _ in nodes_with_ids(record):
            where[str(name)] = path
    return SiteMap(pages, where)


def _pages(edition: Edition, titles: Mapping[str, str]) -> Iterator[PageSpec]:
    yield PageSpec(HOME, "site/home.md", to_plain(edition.book.title), edition.book)
    for door in open_doors(edition):
        yield PageSpec(f"{door.id}.md", "site/door.md", to_plain(door.title), door=door)
    for programme in edition.programmes:
        first = f"{programme.id}/index.md"
        yield PageSpec(first, "site/programme.md", to_plain(programme.title), programme, programme)
        for record in edition.pages_of(programme):
            path = f"{programme.id}/{slug(record, programme)}.md"
            template = f"site/{kind_of(record)}.md"
            yield PageSpec(path, template, to_plain(record.title), record, programme)
    for record in edition.common_pages():
        yield PageSpec(
            f"{record.id}.md", f"site/{kind_of(record)}.md", to_plain(record.title), record
        )
    series = (SERIES,) if series_of(edition) else ()
    status = (STATUS,) if edition.progress else ()
    news = (NEWS,) if releases_of(edition.handbook) else ()
    for path in (*series, DOWNLOADS, GLOSSARY, SOURCES, *news, *status):
        yield PageSpec(path, f"site/{path}", titles[path])


def check_paths(site: SiteMap) -> Iterator[Problem]:
    """Yield a problem for each record or door whose page would replace another page."""
    # Records can be renamed; a page of the site's own has its name from us.
    own = [page for page in site.pages if not (page.record or page.door)]
    seen = {NOT_FOUND, *(page.html_path for page in own)}
    for page in site.pages:
        element = page.record or page.door
        if element and page.html_path in seen:
            yield Problem(
                Code.DUPLICATE_ID,
                f"its page would lie at {page.html_path}, where another lies",
                element.id.at,
                "A page is called after its id. Give this one an id of its own.",
            )
        elif element:
            seen.add(page.html_path)


def _shown_on(page: PageSpec, edition: Edition) -> Iterator[Record]:
    """Yield the figures and tables that a page's blocks show."""
    if page.record is None or isinstance(page.record, Programme | Glossary | Sources):
        return
    for node in walk(page.record):
        if isinstance(node, FigureBlock):
            yield edition.record(node.figure)
        elif isinstance(node, TableBlock):
            yield edition.record(node.table)


def make_nav(edition: Edition, site: SiteMap, titles: Mapping[str, str]) -> list[NavItem]:
    """Return the engine's `nav`: programmes with their menus, then the common pages."""
    doors: list[NavItem | str] = [{to_plain(p.title): p.path} for p in site.pages if p.door]
    home: NavItem = {titles[HOME]: HOME}
    nav: list[NavItem] = [{titles[HOME]: [home, *doors]} if doors else home]
    for programme in edition.programmes:
        # Named, though the group has the same name: an engine would else take the page's heading
        # for its title, with what is a character there turned into HTML. Named like its heading, so
        # that no other page needs to look into it.
        groups: list[NavItem | str] = [{to_plain(programme.title): f"{programme.id}/index.md"}]
        for menu in programme.menu:
            entries: list[NavItem | str] = [
                {to_plain(edition.record(page).title): site.where[page]} for page in menu.pages
            ]
            groups.append({to_plain(menu.title): entries})
        nav.append({to_plain(programme.title): groups})
    if series_of(edition):
        nav.append({titles[SERIES]: SERIES})
    nav.append({titles[DOWNLOADS]: DOWNLOADS})
    common: list[NavItem | str] = [
        {to_plain(r.title): site.where[r.id]} for r in edition.common_pages()
    ]
    common += [{titles[GLOSSARY]: GLOSSARY}, {titles[SOURCES]: SOURCES}]
    common += [{titles[NEWS]: NEWS}] if releases_of(edition.handbook) else []
    common += [{titles[STATUS]: STATUS}] if edition.progress else []
    nav.append({titles[REFERENCE]: common})
    return nav
