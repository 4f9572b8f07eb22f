"""The Markdown tree of one language, whole: what an engine makes a site of."""

from collections.abc import Iterator
from html import escape

from dreiebok.building.reading import Project
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name
from dreiebok.editions.series import CALENDAR, calendar, series_of
from dreiebok.inline import to_plain
from dreiebok.website.accents import STYLE_SHEET, accent_styles
from dreiebok.website.branding import brand_files, brand_settings, brand_styles
from dreiebok.website.drivers.sandboxed import OWN_TEMPLATES
from dreiebok.website.engines import SiteSettings, flat_config
from dreiebok.website.feeds import FEED
from dreiebok.website.navigation import NEWS, STATUS, fixed_titles, make_nav, make_site_map
from dreiebok.website.pages import Page
from dreiebok.website.paths import DOCS, html_path
from dreiebok.website.prints import SCRIPT as PRINT_CODES
from dreiebok.website.prints import print_codes
from dreiebok.website.searching import SCRIPT as SEARCH_WORDS
from dreiebok.website.searching import search_help, search_words


def site_tree(
    edition: Edition, pages: tuple[Page, ...], project: Project, locales: tuple[str, ...] = ()
) -> dict[str, bytes]:
    """Return the whole Markdown tree of one language: pages, assets and the flat mkdocs.yml.

    `locales` are all languages that are built, which a reader can change between.
    """
    titles = fixed_titles(edition.gettext)
    site = make_site_map(edition, titles)
    settings = SiteSettings(
        name=edition.site_name,
        description=to_plain(edition.book.lead),
        locale=edition.locale,
        direction=edition.direction,
        footer=escape(" · ".join(_footer(edition))),
        brand=brand_settings(edition),
        nav=tuple(make_nav(edition, site, titles)),
        words={
            "Mørk bakgrunn": edition.gettext("Mørk bakgrunn"),
            "Lys bakgrunn": edition.gettext("Lys bakgrunn"),
        },
        notice=notice_of(edition),
        notice_link=(html_path(STATUS), titles[STATUS]) if edition.progress else None,
        others={name: native_name(name) for name in locales} if len(locales) > 1 else {},
        address=edition.organisation.home if edition.organisation else "",
        search=search_help(edition, site, titles),
        feed=(FEED, titles[NEWS]) if NEWS in {page.path for page in pages} else None,
    )
    tree: dict[str, bytes] = {
        "mkdocs.yml": flat_config(project.base_config, "mkdocs.yml", settings).encode()
    }
    tree[f"{DOCS}{STYLE_SHEET}"] = (brand_styles(edition) + accent_styles(edition)).encode()
    for name, data in brand_files(edition).items():
        tree[f"{DOCS}{name}"] = data
    tree[f"{DOCS}{PRINT_CODES}"] = print_codes(edition, site).encode()
    tree[f"{DOCS}{SEARCH_WORDS}"] = search_words(edition).encode()
    if series := series_of(edition):
        tree[f"{DOCS}{CALENDAR}"] = calendar(edition, series)
    for page in pages:
        tree[f"{DOCS}{page.path}"] = page.markdown.encode()
    for name, data in project.assets.items():
        if name.startswith("site/assets/"):
            tree[f"{DOCS}{name.removeprefix('site/')}"] = data
        elif (name.startswith("fonts/") and name.endswith((".woff2", ".txt"))) or name.startswith(
            "images/"
        ):
            tree[f"{DOCS}assets/{name}"] = data
        elif name.startswith("site/overrides/"):
            tree[name.removeprefix("site/")] = data
    for name, text in project.templates.items():
        if name.startswith("site/overrides/"):
            tree[name.removeprefix("site/")] = text.encode()
    if project.own_overrides:
        # What the engine must not run as it runs the base's.
        tree[OWN_TEMPLATES] = "".join(f"{n}\n" for n in sorted(project.own_overrides)).encode()
    return tree


def _footer(edition: Edition) -> Iterator[str]:
    """Yield what every page says of the edition: who publishes it, version, licence, credit."""
    yield to_plain(edition.publisher)
    yield edition.imprint
    yield to_plain(edition.licence)
    if edition.credit:
        yield edition.credit


def notice_of(edition: Edition) -> str:
    """Return what stands above every page of a translation that is not finished, or nothing."""
    words = []
    if edition.translation.draft:
        words.append(
            edition.gettext(
                "Dette er et utkast: Ingen med språket som morsmål har lest oversettelsen."
            )
        )
    missing = edition.translation.total - edition.translation.translated
    if missing:
        words.append(
            edition.ngettext("{n} tekst står på bokmål.", "{n} tekster står på bokmål.", missing)
        )
    return " ".join(words)
