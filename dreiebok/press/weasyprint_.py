"""HTML to PDF: tagged, fillable, PDF/A-2a and PDF/UA-1 at once.

This file, features_, fonts_, tagging_, svgtext_ and stylesheets_ alone import WeasyPrint.

A worker process imports this once and presses many documents with one FontConfiguration. Documents
may fetch what lies in the assets folder and nothing else; whatever WeasyPrint warns of becomes a
Problem.
"""

import gc
import hashlib
import logging
import mimetypes
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dreiebok.machine import explaining_missing_libraries
from dreiebok.press import acroform, findings
from dreiebok.press.bounds import Starved, TooMuch, bounded
from dreiebok.press.fitting import Misfit, find_lost
from dreiebok.press.formmap import form_map
from dreiebok.press.shrinking import lay_out_to_fit
from dreiebok.press.units import PT_PER_PX, to_mm
from dreiebok.press.values import (
    BLEED_PT,
    CONFORMANCE,
    FieldFacts,
    PressedPdf,
    PrintDocument,
    no_pdf,
)
from dreiebok.problems import Problem

# Fontconfig reads this whenever fonts are set up, and WeasyPrint does that as it is imported.
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))

with explaining_missing_libraries(), warnings.catch_warnings():
    # WeasyPrint wonders that there are no system fonts; that is how it is meant.
    warnings.filterwarnings("ignore", message="No fonts configured", category=UserWarning)
    import pydyf
    import weasyprint
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    from dreiebok.press.features_ import let_go_of_features
    from dreiebok.press.fonts_ import NoFont, fonts_for
    from dreiebok.press.stylesheets_ import keep_sheets
    from dreiebok.press.svgtext_ import join_letters
    from dreiebok.press.tagging_ import complete_tags

join_letters()
keep_sheets()
let_go_of_features()

ORIGIN = "https://edition.invalid/"
"""A made-up address for the assets folder: no path of this machine can get into a PDF."""
FONT_FILES = (".ttf", ".otf", ".woff2")
_NEUTRAL = re.compile(rb"([0-9.]+) \1 \1 (rg|RG)")
"""A colour whose red, green and blue are the same."""
_UA_CLAIM = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
"""PDF/A allows a foreign property only with a schema that describes it (ISO 19005-2, 6.6.2.3)."""


class AssetFetcher(URLFetcher):  # type: ignore[misc]
    """Serves the assets folder under ORIGIN; refuses every other address and remembers it.

    `files` are single files from elsewhere, by the path under ORIGIN that they are served at.
    `styles` are the style sheets that were asked for.
    """

    def __init__(self, assets: Path, files: Mapping[str, Path | bytes] | None = None) -> None:
        """Serve one folder, and those files."""
        super().__init__()
        self.assets = assets.resolve()
        self.files = files or {}
        self.refused: list[str] = []
        self.styles: set[str] = set()

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return an asset's bytes; raises ValueError for what may not or cannot be had."""
        if url.startswith("data:image/"):
            return super().fetch(url, headers)
        file = self.files.get(url.removeprefix(ORIGIN))
        if file is None and url.startswith(ORIGIN):
            path = (self.assets / unquote(urlsplit(url).path).lstrip("/")).resolve()
            # resolve() has followed links, so one that leads out is seen here.
            if path.is_relative_to(self.assets) and path.is_file():
                file = path
        if file is not None:
            data = file if isinstance(file, bytes) else file.read_bytes()
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            if kind == "text/css":
                self.styles.add(data.decode(errors="replace"))
            return URLFetcherResponse(url, data, {"Content-Type": kind})
        self.refused.append(url)
        raise ValueError(f"not in the edition's folders: {url}")


def press(document: PrintDocument, assets: Path) -> PressedPdf:
    """Return the finished PDF of a document, with every problem that was found on the way."""
    fetcher = _fetcher(document, assets)
    log = Log()
    try:
        with log.listening(), collecting_nothing(), bounded():
            return _press(document, fetcher, log)
    except Starved:
        raise
    except (TooMuch, MemoryError, RecursionError):
        fonts_for.cache_clear()  # It may have been broken off amid a font.
        return no_pdf((findings.too_much(document),))


def _press(document: PrintDocument, fetcher: AssetFetcher, log: "Log") -> PressedPdf:
    try:
        root, laid_out, misfits = _lay_out(document, fetcher)
    except NoFont:
        return no_pdf(
            (
                *findings.check_refused(fetcher.refused, document),
                *findings.check_log(log.records, document),
                findings.no_font(document),
            )
        )
    facts: list[FieldFacts] = []
    _claim_accessibility(laid_out)
    with complete_tags(laid_out):
        data = laid_out.write_pdf(
            pdf_variant="pdf/a-2a",
            finisher=lambda doc, pdf: _finish(doc, pdf, facts, document.cropped),
        )
    first = laid_out.pages[0]
    lost = find_lost(laid_out, root)
    problems = (
        *findings.check_html(root, document, ORIGIN),
        *findings.check_fit(root, misfits, lost, document),
        *findings.check_fields(root, tuple(facts), lost, document),
        *findings.check_glyphs(laid_out, document),
        *findings.check_refused(fetcher.refused, document),
        *findings.check_log(log.records, document),
    )
    bleed = 0.0 if document.cropped else min(first.bleed["top"] * PT_PER_PX, BLEED_PT)
    return PressedPdf(
        data=data,
        pages=len(laid_out.pages),
        trim_mm=(to_mm(first.width * PT_PER_PX), to_mm(first.height * PT_PER_PX)),
        bleed_mm=to_mm(bleed),
        conformance=CONFORMANCE,
        fields=tuple(facts),
        problems=problems,
        # Pages have the form of one language.
        form=form_map(data) if facts and not document.beside else {},
    )


def check_layout(document: PrintDocument, assets: Path) -> tuple[Problem, ...]:
    """Return what does not fit in a document, laid out as `press` does but not written as a PDF."""
    fetcher = _fetcher(document, assets)
    log = Log()
    try:
        with log.listening(), collecting_nothing(), bounded():
            root, laid_out, misfits = _lay_out(document, fetcher)
    except NoFont:
        return (findings.no_font(document),)
    except Starved:
        raise
    except (TooMuch, MemoryError, RecursionError):
        fonts_for.cache_clear()
        return (findings.too_much(document),)
    lost = find_lost(laid_out, root)
    return (
        *findings.check_fit(root, misfits, lost, document),
        *findings.check_refused(fetcher.refused, document),
        *findings.check_log(log.records, document),
    )


def lay_out(html: str, fetcher: AssetFetcher, faces: tuple[object, ...]) -> Any:
    """Return the laid-out pages of HTML that is no document of ours; `faces` name its fonts."""
    page = weasyprint.HTML(string=html, base_url=f"{ORIGIN}print/", url_fetcher=fetcher)
    return page.render(font_config=fonts_for(faces))


def _fetcher(document: PrintDocument, assets: Path) -> AssetFetcher:
    """Return what gives a document its style sheets, fonts and images."""
    return AssetFetcher(assets, {f"print/{name}": data for name, data in document.files.items()})


def _faces(document: PrintDocument, fetcher: AssetFetcher) -> tuple[object, ...]:
    """Return what names the fonts that a document may load: its look, its folder's, and its own.

    A face may be called anything, stand in any template or style sheet, and come of any file; so
    documents of two organisations share fonts where all of these are the same, and else none.
    """
    own = (
        (name, hashlib.sha256(data).digest())
        for name, data in sorted(fetcher.files.items())
        if isinstance(data, bytes) and name.endswith(FONT_FILES)
    )
    folder = fetcher.assets / "fonts"
    paths = sorted(path for path in folder.glob("*") if path.name.endswith(FONT_FILES))
    return (document.look, *((path.name, path.stat().st_size) for path in paths), *own)


def _lay_out(document: PrintDocument, fetcher: AssetFetcher) -> tuple[Any, Any, tuple[Misfit, ...]]:
    """Lay a document out, smaller where it does not fit; raises NoFont.

    Returns the root of its HTML, the pages, and what still does not fit.
    """
    html = weasyprint.HTML(string=document.html, base_url=f"{ORIGIN}print/", url_fetcher=fetcher)
    fonts = fonts_for(_faces(document, fetcher))
    laid_out, misfits = lay_out_to_fit(html, fetcher.styles, font_config=fonts, cache={})
    return html.etree_element, laid_out, misfits


def _finish(document: Any, pdf: Any, facts: list[FieldFacts], cropped: bool) -> None:
    facts.extend(acroform.finish(document, pdf))
    for entry in pdf.objects:
        if isinstance(entry, pydyf.Stream):
            entry.stream = [_as_grey(part) for part in entry.stream]
        if isinstance(entry, dict) and entry.get("Type") == "/Page" and "TrimBox" in entry:
            left, top, right, bottom = entry["TrimBox"]
            media = entry["MediaBox"]
            if cropped:
                media[:] = entry["TrimBox"]
            entry["BleedBox"][:] = [
                max(left - BLEED_PT, media[0]),
                max(top - BLEED_PT, media[1]),
                min(right + BLEED_PT, media[2]),
                min(bottom + BLEED_PT, media[3]),
            ]


def _as_grey(operation: Any) -> Any:
    """Return the choice of a grey as DeviceGray: black is one ink on a press, not three or four.

    ISO 19005-2, 6.2.4.3 allows it beside the sRGB output intent.
    """
    if isinstance(operation, bytes) and (found := _NEUTRAL.fullmatch(operation)):
        return found[1] + (b" g" if found[2] == b"rg" else b" G")
    return operation


def _claim_accessibility(document: Any) -> None:
    """Say in the XMP metadata that the file is PDF/UA-1 beside PDF/A-2a."""
    original = document.metadata.generate_rdf_metadata

    def generate(variant: str, version: int, conformance: str) -> bytes:
        found: bytes = original(variant, version, conformance)
        return found.replace(b"</rdf:RDF>", _UA_CLAIM + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = generate


@contextmanager
def collecting_nothing() -> Iterator[None]:
    """Keep the collector out of a render: it finds nothing and takes a seventh of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Log(logging.Handler):
    """Keeps what WeasyPrint says from WARNING up."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one more."""
        self.records.append(record)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take what WeasyPrint says, and let nobody else hear it."""
        logger = logging.getLogger("weasyprint")
        before = logger.propagate, logger.handlers[:]
        logger.propagate, logger.handlers = False, [self]
        try:
            yield
        finally:
            logger.propagate, logger.handlers = before
