"""HTML to PDF: tagged, fillable, PDF/A-2a and PDF/UA-1 at once.

This file and tagging_ alone import WeasyPrint.

A worker process imports this once and presses many documents with one FontConfiguration. Documents
may fetch what lies in the assets folder and nothing else; whatever WeasyPrint warns of becomes a
Problem.
"""

import gc
import logging
import mimetypes
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dreiebok.machine import explaining_missing_libraries
from dreiebok.press import acroform
from dreiebok.press.fitting import SMALLEST, Misfit, find_lost, find_misfits
from dreiebok.press.values import FieldFacts, PressedPdf, PrintDocument
from dreiebok.problems import Code, Location, Problem, Severity

# Fontconfig reads this once, when Pango is loaded; no font of the machine may slip in.
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))

with explaining_missing_libraries(), warnings.catch_warnings():
    # WeasyPrint wonders that there are no system fonts; that is how it is meant.
    warnings.filterwarnings("ignore", message="No fonts configured", category=UserWarning)
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    from dreiebok.press.tagging_ import complete_tags

ORIGIN = "https://edition.invalid/"
"""A made-up address for the assets folder: no path of this machine can get into a PDF."""
BLEED_PT = 8.504
"""3 mm, which print shops ask for; what CSS calls bleed has room for the crop marks too."""
CONFORMANCE = ("PDF/A-2a", "PDF/UA-1")
_MM_PER_PT = 25.4 / 72
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
    """Serves the assets folder under ORIGIN; refuses every other address and remembers it."""

    def __init__(self, assets: Path) -> None:
        """Serve one folder."""
        super().__init__()
        self.assets = assets.resolve()
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return an asset's bytes; raises ValueError for what may not or cannot be had."""
        if url.startswith("data:image/"):
            return super().fetch(url, headers)
        if url.startswith(ORIGIN):
            path = (self.assets / unquote(urlsplit(url).path).lstrip("/")).resolve()
            # resolve() has followed links, so one that leads out is seen here.
            if path.is_relative_to(self.assets) and path.is_file():
                kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
        self.refused.append(url)
        raise ValueError(f"not in the edition's folders: {url}")


def press(document: PrintDocument, assets: Path) -> PressedPdf:
    """Return the finished PDF of a document, with every problem that was found on the way."""
    fetcher = AssetFetcher(assets)
    log = _Log()
    with log.listening(), _no_collection():
        html = weasyprint.HTML(
            string=document.html, base_url=f"{ORIGIN}print/", url_fetcher=fetcher
        )
        laid_out, misfits = _lay_out(html)
        facts: list[FieldFacts] = []
        _claim_accessibility(laid_out)
        with complete_tags(laid_out):
            data = laid_out.write_pdf(
                pdf_variant="pdf/a-2a",
                finisher=lambda doc, pdf: _finish(doc, pdf, facts),
            )
    boxes = [page._page_box for page in laid_out.pages]
    first = laid_out.pages[0]
    at = document.element_locations.get(document.record, Location(document.path))
    problems = [
        *(_misfit_problem(misfit, document, at) for misfit in misfits),
        *(_lost_problem(name, document, at) for name in find_lost(laid_out, html.etree_element)),
        *_glyph_problems(laid_out, document, at),
        *(_address_problem(url, document, at) for url in dict.fromkeys(fetcher.refused)),
        *log.problems(document, at),
        *_name_problems(laid_out, document, at),
    ]
    bleed = min(first.bleed["top"] * 0.75, BLEED_PT)
    return PressedPdf(
        data=data,
        pages=len(boxes),
        trim_mm=(_mm(first.width * 0.75), _mm(first.height * 0.75)),
        bleed_mm=_mm(bleed),
        conformance=CONFORMANCE,
        fields=tuple(facts),
        problems=tuple(problems),
    )


@cache
def _fonts() -> FontConfiguration:
    """Return the process's one font configuration: each new one costs memory and time."""
    return FontConfiguration()


def _lay_out(html: Any) -> tuple[Any, tuple[Misfit, ...]]:
    """Lay a document out, smaller where it does not fit; return what still does not."""
    scale: dict[str, float] = {}
    smallest: dict[str, float] = {}
    fitted: dict[str, list[Any]] = {}
    for element in html.etree_element.iter():
        if isinstance(element.tag, str) and (name := element.get("data-fit")):
            fitted.setdefault(name, []).append(element)
            smallest[name] = float(element.get("data-fit-min") or SMALLEST)
    while True:
        laid_out = html.render(font_config=_fonts())
        misfits = find_misfits(laid_out, html.etree_element) if fitted else ()
        again = [m for m in misfits if scale.get(m.element, 1.0) > smallest[m.element]]
        if not again:
            return laid_out, misfits
        for misfit in again:
            tried = scale.get(misfit.element, 1.0) * misfit.next_scale
            scale[misfit.element] = max(tried, smallest[misfit.element])
            for element in fitted[misfit.element]:
                style = element.get("style", "").partition("/*k*/")[0]
                element.set("style", f"{style}/*k*/;--k:{scale[misfit.element]:.4f}")


def _finish(document: Any, pdf: Any, facts: list[FieldFacts]) -> None:
    facts.extend(acroform.finish(document, pdf))
    for entry in pdf.objects:
        if isinstance(entry, dict) and entry.get("Type") == "/Page" and "TrimBox" in entry:
            left, top, right, bottom = entry["TrimBox"]
            media = entry["MediaBox"]
            entry["BleedBox"][:] = [
                max(left - BLEED_PT, media[0]),
                max(top - BLEED_PT, media[1]),
                min(right + BLEED_PT, media[2]),
                min(bottom + BLEED_PT, media[3]),
            ]


def _claim_accessibility(document: Any) -> None:
    """Say in the XMP metadata that the file is PDF/UA-1 beside PDF/A-2a."""
    original = document.metadata.generate_rdf_metadata

    def generate(variant: str, version: int, conformance: str) -> bytes:
        found: bytes = original(variant, version, conformance)
        return found.replace(b"</rdf:RDF>", _UA_CLAIM + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = generate


def _mm(points: float) -> float:
    return round(points * _MM_PER_PT, 1)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector out of a render: it finds nothing and takes a seventh of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Log(logging.Handler):
    """Keeps what WeasyPrint and fontTools say from WARNING up."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @contextmanager
    def listening(self) -> Iterator[None]:
        logger = logging.getLogger("weasyprint")
        before = logger.propagate, logger.handlers[:]
        logger.propagate, logger.handlers = False, [self]
        try:
            yield
        finally:
            logger.propagate, logger.handlers = before

    def problems(self, document: PrintDocument, at: Location) -> Iterator[Problem]:
        for message in dict.fromkeys(record.getMessage() for record in self.records):
            image = "image" in message.lower()
            yield Problem(
                Code.BAD_IMAGE if image else Code.RENDER_WARNING,
                f"{document.path}: {message}",
                at,
                "Give the image as SVG or PNG in the edition's folder."
                if image
                else "Look at the template and the style sheet of this document.",
                Severity.ERROR,
            )


def _misfit_problem(misfit: Misfit, document: PrintDocument, at: Location) -> Problem:
    how = "breaks over two pages" if misfit.broken else f"is {misfit.over_mm} mm too large"
    return Problem(
        Code.TEXT_OVERFLOWS,
        f"{document.path}: the text of “{misfit.element}” {how}, at the smallest type too",
        document.element_locations.get(misfit.element.partition("#")[0], at),
        "Shorten the text.",
    )


def _lost_problem(name: str, document: PrintDocument, at: Location) -> Problem:
    return Problem(
        Code.TEXT_OVERFLOWS,
        f"{document.path}: there is no room left for “{name}”, which would not be shown",
        document.element_locations.get(name, at),
        "Shorten the texts above it, or give the document more pages.",
    )


def _glyph_problems(laid_out: Any, document: PrintDocument, at: Location) -> Iterator[Problem]:
    for font in laid_out.fonts.values():
        if font.missing:
            shown = ", ".join(sorted(map(_character, font.missing)))
            yield Problem(
                Code.MISSING_GLYPH,
                f"{document.path}: no font has {shown}",
                at,
                "Use another character, or add a font that has it.",
            )


def _character(found: object) -> str:
    letter = chr(found) if isinstance(found, int) else str(found)
    return " ".join(f"“{one}” (U+{ord(one):04X})" for one in letter)


def _address_problem(url: str, document: PrintDocument, at: Location) -> Problem:
    return Problem(
        Code.RENDER_WARNING,
        f"{document.path}: “{url}” was asked for, which is not in the edition's folders",
        at,
        "Put the file into the edition's folder; nothing is fetched from elsewhere.",
    )


def _name_problems(laid_out: Any, document: PrintDocument, at: Location) -> Iterator[Problem]:
    """Yield a problem for each field name that is missing, doubled or has a period (12.7.3.2)."""
    seen: set[str] = set()
    for element, _ in acroform.widgets_of(laid_out):
        name = element.get("name") or ""
        radio = element.get("type") == "radio"
        if not name or "." in name or (name in seen and not radio):
            yield Problem(
                Code.DUPLICATE_ID,
                f"{document.path}: “{name}” cannot be the name of a form field, or is used twice",
                document.element_locations.get(name, at),
                "Give every field an id of its own, without periods.",
            )
        seen.add(name)
