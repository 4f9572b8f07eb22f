"""What every engine reads beside the Markdown: one language's flat `mkdocs.yml`.

It is the same for MkDocs, ProperDocs and Zensical; `drivers/` runs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dreiebok.editions.bcp47 import language_tag
from dreiebok.model.base import Text
from dreiebok.model.engines import Engine
from dreiebok.problems import Code, Problem, SourceError
from dreiebok.sources.naming import no_such
from dreiebok.sources.yaml_ import dump_yaml, parse_yaml, to_python
from dreiebok.website.framing import framed, framed_menu
from dreiebok.website.navigation import NavItem
from dreiebok.website.paths import DOCS

STOP_WORDS = {
    "nb": "no", "nn": "no", "no": "no", "en": "en", "ar": "ar", "sv": "sv", "da": "da",
    "de": "de", "nl": "nl", "fi": "fi", "fr": "fr", "es": "es", "it": "it", "pt": "pt",
    "ro": "ro", "hu": "hu", "ru": "ru", "tr": "tr",
}  # fmt: skip
"""Languages whose commonest words the search leaves out, and what lunr calls them."""
SEPARATOR = r"""[\s\-\u2010-\u2015,:;!?=\[\]()"«»„“”…/·،؛؟]+|\.(?!\d)|&[lg]t;"""
"""What stands between words. Not the apostrophe, which is a letter of Ukrainian words."""
MATERIAL_LANGUAGES = frozenset({
    "af", "ar", "az", "be", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es",
    "et", "eu", "fa", "fi", "fr", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja",
    "ka", "kn", "ko", "ku-IQ", "lb", "lt", "lv", "mk", "mn", "ms", "my", "nb", "nl", "nn", "pl",
    "pt-BR", "pt", "ro", "ru", "sa", "sh", "si", "sk", "sl", "sq", "sr", "sv", "ta", "te", "th",
    "tl", "tr", "uk", "ur", "uz", "vi", "zh-Hant", "zh-TW", "zh",
})  # fmt: skip
"""The languages in which the theme has its own words; pages of others say that they are English."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What an edition adds to the base configuration.

    `words` are those of the base configuration in the edition's language, `others` the languages
    that the reader can change to, with their names; none where there is only this one. `notice`
    stands above every page, and behind it a link to one: its path and its words. `brand` is what
    the templates around the pages show of an organisation, `search` what the search offers where
    it finds nothing. `address` is where all languages are hosted, ending in a slash, if that is
    known. `feed` is the path and the title of the feed, if there is one.
    """

    name: str
    description: str
    locale: str
    direction: str
    footer: str
    nav: tuple[NavItem, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    notice_link: tuple[str, str] | None = None
    brand: Mapping[str, Any] = field(default_factory=dict)
    search: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    feed: tuple[str, str] | None = None


def flat_config(base: bytes, file: str, settings: SiteSettings) -> str:
    """Return one language's whole `mkdocs.yml` from the base configuration.

    Everything stands in one file, since engines read inherited lists in different ways.
    Raises SourceError when the base is not YAML or not keys and values.
    """
    tree = parse_yaml(base, file)
    config = to_python(tree)
    if not isinstance(config, dict) or not isinstance(config.get("theme"), dict):
        raise SourceError(
            Problem(
                Code.WRONG_TYPE,
                "the base configuration needs keys and values, and a “theme:”",
                tree.at,
                "See the mkdocs.yml that comes with Dreiebok.",
            )
        )
    # Ours, not the engine's.
    config.pop("engine", None)
    theme: dict[str, Any] = {
        **config["theme"],
        "language": _theme_language(settings.locale),
        "direction": settings.direction,
    }
    flat = {
        **config,
        "site_name": framed(settings.name),
        "site_description": framed(settings.description),
        "copyright": settings.footer,
        "docs_dir": DOCS.rstrip("/"),
        "site_dir": "site",
        "theme": theme,
        "plugins": _plugins(config.get("plugins"), settings.locale),
        "nav": framed_menu(settings.nav),
    }
    palette = theme.get("palette")
    if isinstance(palette, list):
        theme["palette"] = [_renamed(scheme, settings.words) for scheme in palette]
    # For the theme: in a group of the menu the engine does not see that it is the front page.
    extra = {"homepage": "index.html", **(config.get("extra") or {})}
    extra["lang"] = language_tag(settings.locale)
    if settings.others:
        extra["alternate"] = [
            {
                "name": name,
                # The theme's own templates lead here; ours to the same page.
                "link": f"../{locale}/index.html",
                "lang": language_tag(locale),
                "folder": locale,
            }
            for locale, name in settings.others.items()
        ]
    if settings.address:
        flat["site_url"] = f"{settings.address}{settings.locale}/"
        extra["address"] = settings.address
    if settings.feed:
        path, words = settings.feed
        extra["feed"] = {"path": path, "words": words}
    if settings.notice:
        extra["notice"] = settings.notice
        if settings.notice_link:
            path, words = settings.notice_link
            extra["notice_link"] = {"path": path, "words": words}
    if settings.brand:
        extra["brand"] = dict(settings.brand)
        if logo := settings.brand.get("logo"):
            theme["logo"] = logo
        if icon := settings.brand.get("icon"):
            theme["favicon"] = icon
    if settings.search:
        extra["search"] = dict(settings.search)
    flat["extra"] = extra
    return dump_yaml(flat)


def base_engine(base: bytes, file: str) -> Engine:
    """Return the engine that the base configuration names; MkDocs where it names none.

    Raises SourceError with a problem at the key when there is no such engine.
    """
    node = parse_yaml(base, file).entries.get(Text("engine"))
    if node is None:
        return Engine.MKDOCS
    try:
        return Engine(str(node.scalar))
    except ValueError:
        raise SourceError(
            no_such(Code.WRONG_VALUE, "engine", str(node.scalar), node.at, Engine)
        ) from None


def _plugins(entries: Any, locale: str) -> Any:
    """Return the engine's plugins, of which the search is set up for a locale.

    The base has none, a list, or plugins as keys of their settings. What is no plugin at all is
    left for the engine to complain of.
    """
    if isinstance(entries, dict):
        entries = [{name: settings} if settings else name for name, settings in entries.items()]
    if not isinstance(entries, list):
        return entries or []
    return [_with_search_options(entry, locale) for entry in entries]


def _with_search_options(entry: Any, locale: str) -> Any:
    """Return a plugin as it is; the search with our options, but where the base has its own."""
    plugin = {entry: None} if isinstance(entry, str) else entry
    if not isinstance(plugin, dict) or not isinstance(plugin.get("search", ""), dict | None):
        return entry
    return {**plugin, "search": {**search_options(locale), **(plugin["search"] or {})}}


def _theme_language(locale: str) -> str:
    """Return the theme's name of a locale, or of the nearest above it.

    >>> [_theme_language(locale) for locale in ("pt_BR", "de_AT", "zh_Hant_TW", "zh_Hans")]
    ['pt-BR', 'de', 'zh-Hant', 'zh']
    """
    parts = locale.split("_")
    names = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((name for name in names if name in MATERIAL_LANGUAGES), "en")


def search_options(locale: str) -> dict[str, Any]:
    """Return how the search of a locale takes words apart.

    Words are found by their beginnings, “gruppe” finds “grupper”: Material puts a wildcard behind
    every word that is asked for, and lunr stems no such word. An index of stems would not have
    “gruppe…” in it, so the index has no stemmer: our own worker (`website/searching.py`) asks for
    inflected words. Nor has it lunr's trimmer, which takes the letters off words of a language that
    it does not know. What stands between words is the separator's business.
    """
    language = lunr_language(locale)
    pipeline = ["stopWordFilter"] if language else []
    return {
        "lang": [language or "en"],
        "separator": SEPARATOR,
        "pipeline": pipeline,
        # Tags are programmes. With Material's own 1e6, a page of «Lederguide for mestring» would
        # stand before one that is called «Mestring» whatever it says.
        "fields": {"title": {"boost": 1000.0}, "text": {"boost": 1.0}, "tags": {"boost": 100.0}},
    }


def lunr_language(locale: str) -> str:
    """Return what lunr calls the language of a locale, or nothing where it does not know it."""
    return STOP_WORDS.get(locale.partition("_")[0], "")


def _renamed(scheme: Any, words: Mapping[str, str]) -> Any:
    """Return a colour scheme whose switch is named in the edition's language."""
    toggle = scheme.get("toggle") if isinstance(scheme, dict) else None
    if not isinstance(toggle, dict):
        return scheme
    name = str(toggle.get("name", ""))
    return {**scheme, "toggle": {**toggle, "name": framed(words.get(name, name))}}
