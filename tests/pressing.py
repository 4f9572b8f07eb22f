"""Presses little documents for the tests of the press."""

import io
from pathlib import Path

import page
import pikepdf
import pytest

from dreiebok.editions.packing import pack_values
from dreiebok.press.values import PressedPdf, PrintDocument, pack
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Location

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
FIELDS = "input, textarea, select { appearance: auto; display: block; border: 1px solid }"
"""Without `appearance` WeasyPrint draws a field but makes none."""
OPEN_PROFILE = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014:ResourceWarning")
"""WeasyPrint leaves its colour profile open; nothing of ours may do such a thing."""
FALSE_ALARM = "STREAM-LENGTH-001"
"""page-validation sees a wrong length where a compressed stream happens to end in a CR."""


def press_body(body: str, style: str = FIELDS, look: str = "", **places: Location) -> PressedPdf:
    """Press an HTML body with the project's fonts; `places` are the lines of its elements."""
    html = (
        '<!doctype html><html lang="nb"><head><title>Prøve</title>'
        '<link rel="stylesheet" href="fonts.css">'
        f'<style>html {{ font: 11pt/1.4 "Noto Sans" }} {style}</style></head>'
        f"<body>{body}</body></html>"
    )
    path = "print/p/x.pdf"
    return press(
        PrintDocument(
            path,
            "form",
            "Prøve",
            "nb",
            "p",
            "r",
            pack(html),
            locations=pack_values(places),
            look=look,
        ),
        TEMPLATES,
    )


def open_pdf(pressed: PressedPdf) -> pikepdf.Pdf:
    """Open a pressed PDF; close it with `with`."""
    return pikepdf.open(io.BytesIO(pressed.data))


def failures(pressed: PressedPdf) -> list[str]:
    """Return the rules of PDF/UA-1 and PDF/A-2a that a PDF breaks."""
    return [
        failure.rule_id
        for profile in ("ua1", "2a")
        for failure in page.validate_pdf_bytes(pressed.data, profile=profile).failures
        if not failure.rule_id.endswith(FALSE_ALARM)
    ]
