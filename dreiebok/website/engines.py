"""Hands a tree of Markdown to an engine: MkDocs with Material. The only file that imports it.

The tree and its flat `mkdocs.yml` are plain: other engines of the same family build them too.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dreiebok.problems import Code, Location, Problem, Severity, SourceError
from dreiebok.sources.yaml_ import dump_yaml, parse_yaml, to_python
from dreiebok.website.framing import framed, framed_menu
from dreiebok.website.navigation import NavItem

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
    the templates around the pages show of an organisation.
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
    theme: dict[str, Any] = {
        **config["theme"],
        "language": _theme_language(settings.locale),
        "direction": settings.direction,
    }
    search = {"search": search_options(settings.locale)}
    plugins = [search if name == "search" else name for name in config.get("plugins", [])]
    flat = {
        **config,
        "site_name": framed(settings.name),
        "site_description": framed(settings.description),
        "copyright": settings.footer,
        "docs_dir": "docs",
        "site_dir": "site",
        "theme": theme,
        "plugins": plugins,
        "nav": framed_menu(settings.nav),
    }
    palette = theme.get("palette")
    if isinstance(palette, list):
        theme["palette"] = [_renamed(scheme, settings.words) for scheme in palette]
    extra = dict(config.get("extra") or {})
    if settings.others:
        extra["alternate"] = [
            {"name": name, "link": f"../{locale}/index.html", "lang": locale}
            for locale, name in settings.others.items()
        ]
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
    flat["extra"] = extra
    return dump_yaml(flat)


def _theme_language(locale: str) -> str:
    """Return the theme's name of a locale, or of its language: pt_BR -> pt-BR, de_AT -> de."""
    names = (locale.replace("_", "-"), locale.partition("_")[0])
    return next((name for name in names if name in MATERIAL_LANGUAGES), "en")


def search_options(locale: str) -> dict[str, Any]:
    """Return how the search of a locale takes words apart.

    Words are found by their beginnings, “gruppe” finds “grupper”: Material puts a wildcard behind
    every word that is asked for, and lunr stems no such word. An index of stems would not have
    “gruppe…” in it, so there is no stemmer; nor lunr's trimmer, which takes the letters off words
    of a language that it does not know. What stands between words is the separator's business.
    """
    language = STOP_WORDS.get(locale.partition("_")[0])
    pipeline = ["stopWordFilter"] if language else []
    return {"lang": [language or "en"], "separator": SEPARATOR, "pipeline": pipeline}


def _renamed(scheme: Any, words: Mapping[str, str]) -> Any:
    """Return a colour scheme whose switch is named in the edition's language."""
    toggle = scheme.get("toggle") if isinstance(scheme, dict) else None
    if not isinstance(toggle, dict):
        return scheme
    name = str(toggle.get("name", ""))
    return {**scheme, "toggle": {**toggle, "name": framed(words.get(name, name))}}


def run_mkdocs(tree: Path, output: Path, epoch: int) -> tuple[Problem, ...]:
    """Build a tree into an output folder and return what the engine warned of.

    `epoch` (seconds since 1970) is the only time that gets into the pages.
    """
    # mkdocs.utils reads this when it stamps sitemap.xml.gz and build_date_utc.
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    # Material would print a notice about another product's plans at every build.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    collected = _Collector()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(collected)
    logger.setLevel(logging.WARNING)
    try:
        config = load_config(str(tree / "mkdocs.yml"), site_dir=str(output))
        config.plugins.run_event("startup", command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.run_event("shutdown")
    except MkDocsException as error:
        return (*collected.problems(), _problem(str(error), Severity.ERROR))
    finally:
        logger.removeHandler(collected)
    return collected.problems()


class _Collector(logging.Handler):
    """Keeps what the engine logs from WARNING up."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def problems(self) -> tuple[Problem, ...]:
        return tuple(
            _problem(
                record.getMessage(),
                Severity.ERROR if record.levelno >= logging.ERROR else Severity.WARNING,
            )
            for record in self.records
        )


def _problem(message: str, severity: Severity) -> Problem:
    return Problem(
        Code.ENGINE_WARNING,
        f"the website's engine says: {message}",
        Location("mkdocs.yml"),
        "The pages are under build/markdown/; mkdocs.yml at the root is the base configuration.",
        severity,
    )
