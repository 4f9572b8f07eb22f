"""The press: opened PDFs show what was promised; what may not be fetched is not."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import page as page_validation
import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from dreiebok.editions.packing import pack_values
from dreiebok.press import fitting, sheets, tagging_, weasyprint_
from dreiebok.press.values import WITH_BLEED, Piece, PressedPdf, PrintDocument, pack
from dreiebok.problems import Code, Location

STYLE = "<link rel=stylesheet href=fonts.css><style>body{font-family:'Noto Sans'}%s</style>"
FORM_STYLE = "input,textarea,select{appearance:auto;display:block;border:1px solid}"


@pytest.fixture(autouse=True)
def allow_open_profile() -> Iterator[None]:
    """WeasyPrint leaves its sRGB profile open; nothing of ours may do such a thing."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed file.*sRGB2014", ResourceWarning)
        yield


def pressed(
    root: Path, body: str, style: str = "", assets: Path | None = None, **places: Location
) -> PressedPdf:
    html = (
        f'<html lang="nb"><head><title>Prøve på «trykk»</title>{STYLE % style}</head>'
        f"<body>{body}</body></html>"
    )
    document = PrintDocument(
        "print/x.pdf", "form", "Prøve", "nb", "p", "x", pack(html), locations=pack_values(places)
    )
    return weasyprint_.press(document, assets or root / "templates")


_KEPT: list[pikepdf.Pdf] = []
"""Objects of a closed PDF are gone, so those that tests have opened stay open."""


def opened(pdf: PressedPdf) -> pikepdf.Pdf:
    _KEPT.append(pikepdf.open(io.BytesIO(pdf.data)))
    return _KEPT[-1]


def tags(pdf: pikepdf.Pdf) -> str:
    """Return the structure tree as indented text."""
    lines: list[str] = []

    def walk(element: pikepdf.Object, depth: int) -> None:
        words = [str(element.S)[1:]]
        words += [f"{key}={element[f'/{key}']}" for key in ("Lang", "Alt") if f"/{key}" in element]
        attributes = element.get("/A", pikepdf.Dictionary())
        words += [
            str(attributes[key])[1:] for key in ("/Scope", "/ListNumbering") if key in attributes
        ]
        lines.append("  " * depth + " ".join(words))
        kids = element.get("/K", pikepdf.Array())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                walk(kid, depth + 1)

    walk(pdf.Root.StructTreeRoot.K[0], 0)
    return "\n".join(lines)


def complaints(pdf: PressedPdf) -> list[str]:
    """Return what the validator finds in both profiles."""
    return [
        failure.rule_id
        for profile in ("ua1", "pdfa2a")
        for failure in page_validation.validate_pdf_bytes(pdf.data, profile=profile).failures
        # A false alarm when a compressed stream happens to end in a carriage return.
        if not failure.rule_id.endswith("STREAM-LENGTH-001")
    ]


def codes(pdf: PressedPdf) -> set[Code]:
    return {problem.code for problem in pdf.problems}


def test_a_document_says_what_it_is(root: Path) -> None:
    found = pressed(root, "<h1>Hei</h1><p>Tekst.</p>")
    assert found.problems == ()
    assert complaints(found) == []
    pdf = opened(found)
    assert pdf.Root.Lang == "nb"
    assert pdf.docinfo["/Title"] == "Prøve på «trykk»"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"


def test_fonts_are_embedded(root: Path) -> None:
    for object_ in opened(pressed(root, "<p>Tekst <b>og</b> <i>mer</i>.</p>")).objects:
        if isinstance(object_, pikepdf.Dictionary) and object_.get("/Type") == "/FontDescriptor":
            assert "/FontFile2" in object_ or "/FontFile3" in object_


def test_the_tag_tree_is_complete(root: Path) -> None:
    found = pressed(
        root,
        """<h1>Tittel</h1><p>Norsk <span lang="en">English</span>
        <span aria-hidden="true">pynt</span></p><ol><li>Ett</li></ol>
        <table><tr><th scope="col">A</th></tr><tr><th scope="row">B</th></tr></table>
        <figure><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">
        <title>Ring</title><desc>En ring.</desc><circle cx="4" cy="4" r="4"/></svg></figure>""",
        "@page{@top-left{content:'Toppen'}}",
    )
    tree = tags(opened(found))
    assert "Span Lang=en" in tree
    assert "L Decimal" in tree
    assert "TH Column" in tree
    assert "TH Row" in tree
    assert "Figure Alt=Ring. En ring" in tree
    assert complaints(found) == []
    content = opened(found).pages[0].Contents.read_bytes()
    # The running head and the decoration are artifacts, outside the tree.
    assert content.count(b"/Artifact\nBMC") >= 2


def test_boxes_nest_and_the_bleed_is_three_millimetres(root: Path) -> None:
    found = pressed(root, "<p>x</p>", "@page{size:105mm 148mm;margin:5mm;bleed:9mm;marks:crop}")
    (leaf,) = opened(found).pages
    trim, bleed, media = (
        [float(number) / 72 * 25.4 for number in box]
        for box in (leaf.TrimBox, leaf.BleedBox, leaf.MediaBox)
    )
    assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([105, 148], abs=0.01)
    assert [t - b for t, b in zip(trim, bleed, strict=True)] == pytest.approx(
        [3, 3, -3, -3], abs=0.01
    )
    assert [t - m for t, m in zip(trim, media, strict=True)] == pytest.approx(
        [9, 9, -9, -9], abs=0.01
    )
    assert (found.trim_mm, found.bleed_mm) == ((105.0, 148.0), 3.0)


FORM = """<form>
<textarea name="a-lang" title="Hva skjedde?" data-kind="textarea" required></textarea>
<input name="a-kort" title="Hvem?" data-kind="text" maxlength="40" readonly>
<input type="checkbox" name="a-kryss" title="Enig" data-kind="checkbox">
<input type="radio" name="a-valg" title="Ja" value="Ja" data-group-title="Vil du?">
<input type="radio" name="a-valg" title="Nei" value="Nei" data-group-title="Vil du?">
<select name="a-liste" title="Velg"><option value="">–</option><option value="En">En</option>
</select>
</form>"""


def test_fields_are_named_labelled_and_flagged(root: Path) -> None:
    found = pressed(root, FORM, FORM_STYLE)
    assert found.problems == ()
    assert complaints(found) == []
    form = opened(found).Root.AcroForm
    assert "/NeedAppearances" not in form
    fields = {str(field.T): field for field in form.Fields}
    assert sorted(fields) == ["a-kort", "a-kryss", "a-lang", "a-liste", "a-valg"]
    assert str(fields["a-lang"].TU) == "Hva skjedde?"
    assert int(fields["a-lang"].Ff) == 1 << 12 | 2  # several lines, required
    assert int(fields["a-kort"].Ff) == 1  # read-only
    assert int(fields["a-kort"].MaxLen) == 40
    assert str(fields["a-valg"].TU) == "Vil du?"
    for field in fields.values():
        if field.get("/FT") == "/Tx":
            assert str(field.DA).startswith("0 g /")
    assert {(f.name, f.kind, f.required) for f in found.fields} >= {
        ("a-lang", "textarea", True),
        ("a-valg", "radio", False),
    }


def test_radio_groups_are_one_field_with_nameless_kids(root: Path) -> None:
    form = opened(pressed(root, FORM, FORM_STYLE)).Root.AcroForm
    (group,) = [field for field in form.Fields if field.T == "a-valg"]
    kids = {kid.objgen for kid in group.Kids}
    assert len(kids) == 2
    assert kids.isdisjoint({field.objgen for field in form.Fields})
    assert [str(kid.TU) for kid in group.Kids] == ["Ja", "Nei"]
    assert all("/T" not in kid for kid in group.Kids)


def test_every_widget_has_an_appearance_a_sound_rectangle_and_a_place_in_the_tree(
    root: Path,
) -> None:
    pdf = opened(pressed(root, FORM, FORM_STYLE))
    widgets = [a for a in pdf.pages[0].Annots if a.Subtype == "/Widget"]
    assert len(widgets) == 6
    for widget in widgets:
        left, bottom, right, top = (float(number) for number in widget.Rect)
        assert left < right
        assert bottom < top
        assert "/StructParent" in widget
        normal = widget.AP.N
        assert isinstance(normal, pikepdf.Stream) or "/Off" in normal
    assert pdf.pages[0].Tabs == "/S"


@pytest.mark.parametrize(
    "body",
    [
        '<form><input name="a" title="x"><input name="a" title="y"></form>',
        '<form><input name="a.b" title="x"></form>',
    ],
)
def test_names_that_readers_would_mix_up_are_problems(root: Path, body: str) -> None:
    assert Code.DUPLICATE_ID in codes(pressed(root, body, FORM_STYLE))


def test_the_same_html_gives_the_same_bytes(root: Path) -> None:
    assert pressed(root, FORM, FORM_STYLE).data == pressed(root, FORM, FORM_STYLE).data


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname", "http://127.0.0.1:1/x.png", "https://example.org/x.png",
        "../../pyproject.toml", "/../pyproject.toml", "link.png",
    ],
)  # fmt: skip
def test_nothing_outside_the_folder_is_fetched(address: str, root: Path, tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    (assets / "print").mkdir(parents=True)
    for name in ("fonts", "print/fonts.css"):
        (assets / name).symlink_to(root / "templates" / name)
    secret = tmp_path / "secret.png"
    secret.write_bytes((root / "docs/pictures/card.png").read_bytes())
    (assets / "print" / "link.png").symlink_to(secret)
    found = pressed(root, f'<img src="{address}" alt="x">', "", assets)
    assert {Code.RENDER_WARNING, Code.BAD_IMAGE} <= codes(found)
    assert not list(opened(found).pages[0].get_images())


def test_an_image_that_is_none_is_a_problem(root: Path) -> None:
    assert Code.BAD_IMAGE in codes(pressed(root, '<img src="base.css" alt="x">'))


def test_a_letter_that_no_font_has_is_a_problem(root: Path) -> None:
    found = [p for p in pressed(root, "<p>你</p>").problems if p.code is Code.MISSING_GLYPH]
    assert "U+4F60" in found[0].message


def test_no_path_of_this_machine_gets_in(root: Path) -> None:
    found = pressed(root, '<p id="a"><a href="#a">x</a> <a href="https://nav.no/">y</a></p>')
    assert str(root).encode() not in found.data
    addresses = {
        str(annotation.A.URI)
        for annotation in opened(found).pages[0].Annots
        if "/A" in annotation and "/URI" in annotation.A
    }
    assert addresses == {"https://nav.no/"}


BOX = '<div data-fit="s1" data-fit-min="0.8" style="height:12mm;width:60mm">%s</div>'
PARAGRAPH = '<p style="margin:0;font-size:calc(11pt*var(--k,1))">%s</p>'


def text_size(pdf: PressedPdf) -> float:
    import pypdf

    sizes: list[float] = []
    pypdf.PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text(
        visitor_text=lambda text, _cm, _tm, _font, size: (
            sizes.append(size) if text.strip() else None
        )
    )
    return sizes[0]


def test_text_that_fits_keeps_its_size_and_long_text_gets_smaller(root: Path) -> None:
    short = pressed(root, BOX % PARAGRAPH % "Kort.")
    longer = pressed(root, BOX % PARAGRAPH % ("Ganske lang tekst som må krympes litt. " * 2))
    assert short.problems == longer.problems == ()
    assert text_size(longer) < text_size(short)


def test_text_that_cannot_fit_is_named_with_its_line(root: Path) -> None:
    at = Location("content/x.yml", 7, 3)
    found = pressed(root, BOX % PARAGRAPH % ("ord " * 200), s1=at)
    (problem,) = found.problems
    assert problem.code is Code.TEXT_OVERFLOWS
    assert problem.location == at
    assert "“s1”" in problem.message


def test_what_a_full_page_would_swallow_is_a_problem(root: Path) -> None:
    body = '<div style="height:250mm">' + '<p id="s%d" style="height:80mm">x</p>' * 5 % (
        1, 2, 3, 4, 5
    ) + "</div>"  # fmt: skip
    found = pressed(root, body, "@page{size:A4;margin:20mm}")
    shown = tags(opened(found)).count("\n  P") + tags(opened(found)).count("\n    P")
    lost = [p for p in found.problems if p.code is Code.TEXT_OVERFLOWS]
    assert shown + len(lost) == 5


def test_sheets_hold_the_cards_and_claim_nothing(root: Path) -> None:
    cards = pressed(
        root,
        "".join(f'<h1 style="break-after:page">Kort {n}</h1>' for n in range(1, 9)),
        "@page{size:105mm 148mm;margin:10mm}",
    )
    assert cards.pages in {8, 9}
    pieces = (Piece("x", "4up"),)
    document = PrintDocument("print/y.pdf", "cards", "Ark", "nb", "p", "x", b"", pieces)
    found = sheets.assemble_pdf(document, {"x": cards.data})
    assert (found.trim_mm, found.conformance, found.fields) == ((210, 297), (), ())
    pdf = opened(found)
    assert pdf.docinfo["/Title"] == "Ark"
    assert pdf.Root.Lang == "nb"
    with pdf.open_metadata() as metadata:
        assert "pdfuaid:part" not in metadata
    assert sheets.assemble_pdf(document, {"x": cards.data}).data == found.data


def test_what_was_cropped_is_shown_again(root: Path) -> None:
    """The deck and its variant for the print shop look as if each had been laid out by itself."""
    body = (
        "<h1>Forside</h1><p style='position:absolute;left:-3mm;width:8mm;background:red'>Bånd</p>"
    )
    style = "@page{size:105mm 148mm;margin:10mm;%s}"
    marked = "bleed:9mm;marks:crop;background:#ffc"
    whole = pressed(root, body, style % marked)
    plain = pressed(root, body, style % "background:#ffc")
    html = f"<html lang=nb><title>Kort</title>{STYLE % (style % marked)}{body}"
    deck = PrintDocument("print/x.pdf", "cards", "Kort", "nb", "p", "x", pack(html), cropped=True)
    cut = weasyprint_.press(deck, root / "templates")
    assert (cut.trim_mm, cut.bleed_mm, cut.problems) == ((105.0, 148.0), 0.0, ())
    (leaf,) = opened(cut).pages
    assert leaf.MediaBox == leaf.BleedBox == leaf.TrimBox
    assert difference(cut, plain) <= 2

    pieces = (Piece("x", WITH_BLEED),)
    shop = replace(deck, title="Kort til «trykk» & sal", packed=b"", pieces=pieces, cropped=False)
    shown = sheets.assemble_pdf(shop, {"x": cut.data})
    assert (shown.trim_mm, shown.bleed_mm) == (whole.trim_mm, whole.bleed_mm) == ((105, 148), 3)
    for box in ("/MediaBox", "/BleedBox", "/TrimBox"):
        first, second = (opened(pdf).pages[0].obj[box] for pdf in (shown, whole))
        assert [float(n) for n in first] == pytest.approx([float(n) for n in second], abs=0.01)
    assert difference(shown, whole) <= 2
    assert tags(opened(shown)) == tags(opened(whole))
    assert complaints(cut) == complaints(shown) == []
    assert opened(shown).docinfo["/Title"] == shop.title
    with opened(shown).open_metadata() as metadata:
        assert metadata["dc:title"] == shop.title
    assert sheets.assemble_pdf(shop, {"x": cut.data}).data == shown.data
    assert sheets.assemble_pdf(shop, {"x": b""}).data == b""


def difference(one: PressedPdf, other: PressedPdf) -> int:
    """Return by how much the first pages differ where they do most, of 255 steps of a colour.

    Boxes are rounded to a thousandth of a point, which shows in a step or two at slanted edges.
    """
    pictures = []
    for pdf in (one, other):
        drawn = pypdfium2.PdfDocument(pdf.data)
        pictures.append(drawn[0].render(scale=2).to_pil())
        drawn.close()
    assert pictures[0].size == pictures[1].size
    return max(ImageChops.difference(*pictures).tobytes())


def test_the_private_names_that_are_patched_still_exist() -> None:
    """A newer WeasyPrint that has moved these needs tagging_ and fitting read again."""
    import weasyprint
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder
    from weasyprint.pdf import tags as weasyprint_tags
    from weasyprint.pdf.stream import Stream

    assert weasyprint_tags._build_box_tree is tagging_._original_tree
    assert weasyprint_tags._get_pdf_tag is tagging_._original_tag
    assert Stream.marked is tagging_._original_marked
    assert hasattr(Stream, "artifact")
    assert issubclass(boxes.MarginBox, boxes.Box)
    assert callable(boxes.Box.content_box_x)
    assert AbsolutePlaceholder.__init__.__code__.co_varnames[1] == "box"
    assert weasyprint.__version__.startswith("70.")
    assert fitting.TOLERANCE_PX == 0.5
