"""The canary: what the press uses of WeasyPrint without having been promised it.

When a newer WeasyPrint fails here, read press/weasyprint_, fonts_, acroform, tagging_ and fitting
anew.
"""

import sys
import threading
import time
from pathlib import Path
from typing import Any

import pydyf
import pytest

from dreiebok.press import fonts_, tagging_
from dreiebok.press.fonts_ import Fonts
from tests.pressing import OPEN_PROFILE, TEMPLATES, press_body

pytestmark = OPEN_PROFILE

BODY = """<html lang="nb"><title>x</title><link rel="stylesheet" href="print/fonts.css">
<style>@page { size: 60mm 60mm; bleed: 9mm; @top-left { content: "Topp" } }
input, textarea { appearance: auto } html { font-family: "Noto Sans" }</style>
<body><p style="position: absolute">你</p><form><input name="a" title="A">
<input type="radio" name="b" title="B" value="x"></form>"""
"""With running head, absolute box, bleed, missing letter, and two kinds of field."""


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What can be seen of a document when it has been laid out, and when it is written."""
    import weasyprint

    found: dict[str, Any] = {}

    def finisher(document: Any, pdf: Any) -> None:
        found.update(finished=document, pdf=pdf)

    document = weasyprint.HTML(string=BODY, base_url=f"{TEMPLATES.as_uri()}/").render(
        font_config=Fonts()
    )
    assert callable(document.metadata.generate_rdf_metadata)
    written = document.write_pdf(pdf_variant="pdf/a-2a", finisher=finisher)
    return {**found, "document": document, "data": written}


def test_the_version_is_the_one_that_was_read() -> None:
    import weasyprint

    assert weasyprint.__version__.startswith("70.")


def test_the_finisher_gets_the_document_and_the_pdf(seen: dict[str, Any]) -> None:
    assert seen["finished"] is seen["document"]
    assert isinstance(seen["pdf"], pydyf.PDF)


def test_fields_are_found_with_their_elements(seen: dict[str, Any]) -> None:
    document, pdf = seen["document"], seen["pdf"]
    inputs = [entry for forms in document.pages[0].forms.values() for entry in forms]
    text, radio = (box for box, _ in inputs)
    assert (text.element.get("title"), radio.element.get("title")) == ("A", "B")
    assert {"Rect", "DA", "TU"} <= set(text.widget_annotation)
    assert isinstance(text.widget_annotation["DA"], pydyf.String)
    group = pdf.objects[int(bytes(radio.widget_annotation["Parent"]).split()[0])]
    assert {"Kids", "Opt", "V", "Ff"} <= set(group)
    assert [str(state) for state in radio.widget_annotation["AP"]["N"]] == ["0"]
    assert {"Fields", "NeedAppearances", "DR"} <= set(pdf.catalog["AcroForm"])


def test_metadata_and_page_boxes_are_found_among_the_objects(seen: dict[str, Any]) -> None:
    objects = seen["pdf"].objects
    (metadata,) = (
        one for one in objects if isinstance(one, pydyf.Stream) and "Metadata" in str(one.extra)
    )
    assert metadata.extra["Type"] == "/Metadata"
    assert hasattr(metadata, "compress")
    (leaf,) = (one for one in objects if isinstance(one, dict) and one.get("Type") == "/Page")
    assert {"TrimBox", "BleedBox", "MediaBox"} <= set(leaf)
    assert len(leaf["BleedBox"]) == 4


def test_the_metadata_that_the_claim_is_added_to_ends_as_expected(seen: dict[str, Any]) -> None:
    metadata = seen["document"].metadata
    assert metadata.generate_rdf_metadata("a", 2, "a").count(b"</rdf:RDF>") == 1


def test_missing_letters_are_remembered(seen: dict[str, Any]) -> None:
    fonts = seen["document"].fonts.values()
    assert [chr(one) if isinstance(one, int) else one for f in fonts for one in f.missing] == ["你"]


def test_pages_tell_their_size_and_bleed_in_pixels(seen: dict[str, Any]) -> None:
    leaf = seen["document"].pages[0]
    assert leaf.width == pytest.approx(60 / 25.4 * 96)
    assert leaf.bleed["top"] == pytest.approx(9 / 25.4 * 96)


def test_boxes_have_what_is_read_of_them(seen: dict[str, Any]) -> None:
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder

    kinds = set()

    def walk(box: Any) -> None:
        kinds.add(type(box))
        box = box._box if isinstance(box, AbsolutePlaceholder) else box
        assert {"element", "element_tag", "style"} <= set(dir(box))
        for child in getattr(box, "children", ()):
            walk(child)

    walk(seen["document"].pages[0]._page_box)
    assert {boxes.PageBox, boxes.MarginBox, AbsolutePlaceholder} <= kinds


def test_the_places_that_are_patched_take_what_they_are_given() -> None:
    from inspect import signature

    from weasyprint.pdf import tags
    from weasyprint.pdf.stream import Stream

    assert list(signature(tags._build_box_tree).parameters)[:2] == ["box", "parent"]
    assert list(signature(tags._get_pdf_tag).parameters) == ["tag"]
    assert list(signature(Stream.marked).parameters) == ["self", "box", "tag"]
    assert list(signature(Stream.artifact).parameters) == ["self"]
    assert tagging_._original_marked is Stream.marked


def test_pango_is_asked_for_no_font_while_faces_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    add, ask = Fonts.add_font_face, fonts_._has_any_font

    def added(*given: Any) -> None:
        add(*given)
        asked.append("face")

    def known(fonts: Any) -> bool:
        asked.append("font")
        return ask(fonts)

    monkeypatch.setattr(Fonts, "add_font_face", added)
    monkeypatch.setattr(fonts_, "_has_any_font", known)
    fonts_.fonts_for.cache_clear()
    assert not press_body("<p>Hei</p>").problems
    assert len(asked) > 5
    assert asked == [*["face"] * (len(asked) - 1), "font"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux names its threads")
def test_a_face_waits_for_the_lookups_of_pango() -> None:
    is_named, ended = threading.Event(), []

    def look_up() -> None:
        name = Path(f"/proc/self/task/{threading.get_native_id()}/comm")
        name.write_bytes(b"[pango] FcFontSetSort"[:15])
        is_named.set()
        time.sleep(0.3)
        ended.append("lookup")

    thread = threading.Thread(target=look_up)
    thread.start()
    is_named.wait()
    Fonts().add_font_face({"font_family": "a", "src": ()}, None)
    assert ended == ["lookup"]
    thread.join()
