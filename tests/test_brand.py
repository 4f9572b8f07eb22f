"""An organisation's brand: safe logos, legible colours, faces, and where all of it shows."""

import io
import re
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from dreiebok.building.options import Selection
from dreiebok.building.plan import Plan, make_plan
from dreiebok.building.reading import read_project
from dreiebok.cli import main
from dreiebok.editions.brand import make_brand
from dreiebok.editions.faces import check_face
from dreiebok.editions.logos import MAX_BYTES, MAX_SIDE, clean_picture
from dreiebok.model.colours import (
    DARK_BOX,
    LIGHT_BOX,
    contrast,
    legible,
    tints,
)
from dreiebok.model.organisations import Organisation
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Code, Problem, SourceError
from dreiebok.sources.parsing import SourceFile, parse_settings
from tests.pressing import OPEN_PROFILE, TEMPLATES, failures, open_pdf
from tests.projects import copy_book

BRANDS = Path(__file__).resolve().parent / "data" / "brands"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10">\n{}\n</svg>'
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06X}".format)


def settings(text: str) -> tuple[Organisation | None, tuple[Problem, ...]]:
    return parse_settings(Organisation, SourceFile("organisation.yml", text.encode()))


def svg_problems(inside: str) -> tuple[Problem, ...]:
    with pytest.raises(SourceError) as caught:
        clean_picture(SVG.format(inside).encode(), "logo.svg", "logo")
    return caught.value.problems


def branded(name: str, folder: Path, **wishes: Any) -> Plan:
    """Plan the tiny book for one of the organisations of the tests."""
    root = copy_book("minimal", folder)
    text = (BRANDS / name / "organisation.yml").read_text(encoding="utf-8")
    text = text.replace("programme: mestringsgruppe", "programme: prove")
    for path in (BRANDS / name).iterdir():
        (root / path.name).write_bytes(path.read_bytes())
    (root / "organisation.yml").write_text(text, encoding="utf-8")
    plan, problems = make_plan(read_project(root), Selection(**wishes))
    assert problems == ()
    return plan


@hypothesis.settings(deadline=None, max_examples=60)
@given(COLOURS)
def test_every_colour_has_a_legible_neighbour_on_light_and_on_dark(colour: str) -> None:
    for ground in (LIGHT_BOX, DARK_BOX):
        found = legible(colour, ground)
        assert contrast(found, ground) >= 4.5
        assert found == colour or contrast(colour, ground) < 4.5


@hypothesis.settings(deadline=None, max_examples=60)
@given(COLOURS)
def test_tints_of_all_colours_print_as_the_same_greys(colour: str) -> None:
    found = tints(colour)
    for tone, grey in ((found.soft, 2.05), (found.tint, 1.13)):
        assert contrast(tone, "#FFFFFF") == pytest.approx(grey, rel=0.16)
    assert contrast(found.tint, "#000000") > 15


@pytest.mark.parametrize(
    ("text", "code", "place", "found"),
    [
        ("colour: '#FFD100'", Code.LOW_CONTRAST, "2:9", "a contrast of 1.27 : 1"),
        ("colour: #FFD100", Code.WRONG_VALUE, "2:8", "begins a comment"),
        ("colour: gul", Code.WRONG_VALUE, "2:9", "“gul”, which is no colour"),
        ("colours: {primary: '#12345'}", Code.WRONG_VALUE, "2:20", "which is no colour"),
        ("short: <script>", Code.WRONG_VALUE, "2:8", "one line without < and >"),
        ("short: Et altfor langt kortnavn for et kort", Code.WRONG_VALUE, "2:8", "24 are the most"),
        ("logo: ../logo.svg", Code.WRONG_VALUE, "2:7", "leads out of the organisation's folder"),
        ("logo: /etc/logo.svg", Code.WRONG_VALUE, "2:7", "leads out"),
        ("logo: logo.gif", Code.WRONG_VALUE, "2:7", "must end in .svg"),
        ("font: Comic Sans", Code.WRONG_VALUE, "2:7", "neither a face that comes along"),
        ("font: {regular: a.ttf}", Code.WRONG_VALUE, "2:7", "belong together"),
        ("font: {titles: ../a.ttf}", Code.WRONG_VALUE, "2:7", "leads out"),
        ("contact: {email: post}", Code.WRONG_VALUE, "2:18", "is not an address of e-mail"),
        ("contact: {phone: ring meg}", Code.WRONG_VALUE, "2:18", "is not a telephone number"),
        ("accessibility: 'javascript:x'", Code.WRONG_VALUE, "2:16", "is not an address such as"),
        ("colour: '#000000'\ncolours: {primary: '#000000'}", Code.WRONG_VALUE, "1:1", "both given"),
    ],
)
def test_a_bad_value_is_told_at_its_line(text: str, code: Code, place: str, found: str) -> None:
    organisation, (problem,) = settings(f"name: A\n{text}\n")
    assert organisation is None
    assert problem.code == code
    assert str(problem.location) == f"organisation.yml:{place}"
    assert found in problem.message


def test_a_pale_colour_comes_with_one_that_can_be_read() -> None:
    _, (problem,) = settings("name: A\ncolour: '#FFD100'\n")
    nearest = re.search("#[0-9A-F]{6}", problem.hint)
    assert nearest
    organisation, problems = settings(f"name: A\ncolour: '{nearest[0]}'\n")
    assert organisation and not problems


def test_a_name_with_a_script_is_refused() -> None:
    assert settings("name: <script>alert(1)</script>\n")[1][0].location.line == 1


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<path d="M0 0" onload="alert(1)"/>', "a script: “onload”"),
        ("<foreignObject/>", "<foreignObject>"),
        ('<image href="https://a.example/x.png"/>', "<image>"),
        ('<use href="https://a.example/x.svg#a"/>', "outside itself"),
        ('<path fill="url(https://a.example/x)"/>', "outside itself"),
        ('<path fill="u\\72l(https://a.example/x)"/>', "outside itself"),
        ('<path style="fill: url(//a.example)"/>', "outside itself"),
        ('<path mask=\'image-set("#a" 1x, "https://a.example" 2x)\'/>', "outside itself"),
        ('<path mask=\'image-set("#a" 1x, var(--a, "//a.example") 2x)\'/>', "outside itself"),
        ("<path style='mask: -webkit-image-set(\"//a.example\" 1x)'/>", "outside itself"),
        ('<path fill="(url(https://a.example/x))"/>', "outside itself"),
        ("<style>@import url(x.css);</style>", "@import"),
        ("<style>.a { fill: url('http://a.example') }</style>", "outside itself"),
        ("<text>Navn</text>", "<text>"),
        ('<animate attributeName="href"/>', "<animate>"),
    ],
)
def test_what_could_do_harm_in_a_logo_is_told_at_its_line(inside: str, found: str) -> None:
    problem = svg_problems(inside)[0]
    assert problem.code == Code.BAD_IMAGE
    assert found in problem.message
    assert problem.location.line == 2


@pytest.mark.parametrize("deep", [mark * n + ")" * n for n in (41, 3000) for mark in ("a(", "(")])
@pytest.mark.parametrize(
    "inside",
    ['<path fill="{}"/>', '<path style="fill: {}"/>', "<style>.a {{ fill: {} }}</style>",
     "<style>{} {{ fill: red }}</style>"],
)  # fmt: skip
def test_a_value_that_is_nested_too_deeply_is_told_at_its_line(inside: str, deep: str) -> None:
    (problem,) = svg_problems(inside.format(deep))
    assert (problem.code, problem.location.line) == (Code.BAD_IMAGE, 2)
    assert "nested too deeply" in problem.message


def test_a_logo_that_would_unfold_without_end_is_refused() -> None:
    doubling = "".join(
        f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, 40)
    )
    assert "multiply" in svg_problems(f'<g id="g0"><path d="M0 0"/></g>{doubling}')[0].message
    assert svg_problems('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')
    bomb = '<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>' + SVG.format(
        "<title>&b;</title>"
    )
    with pytest.raises(SourceError, match="entities"):
        clean_picture(bomb.encode(), "logo.svg", "logo")
    with pytest.raises(SourceError, match="larger than"):
        clean_picture(b"x" * (MAX_BYTES + 1), "logo.svg", "logo")


def test_a_clean_logo_keeps_its_shapes_and_loses_an_editors_notes() -> None:
    data = SVG.replace("<svg ", '<svg xmlns:ink="http://ink.example" ink:version="1" ').format(
        "<metadata>secret</metadata><!-- secret --><ink:guide/><style>.a{fill:#005f73}</style>"
        '<linearGradient id="l"/><path class="a" d="M0 0h30v10z" fill="url(#l)" data-x="secret"/>'
    )
    picture = clean_picture(data.encode(), "logo.svg", "logo")
    root = etree.fromstring(picture.data)
    assert [etree.QName(element).localname for element in root] == [
        "style",
        "linearGradient",
        "path",
    ]
    assert root[0].text == ".a{fill:#005f73}"
    assert dict(root[2].attrib) == {"class": "a", "d": "M0 0h30v10z", "fill": "url(#l)"}
    assert b"secret" not in picture.data
    assert picture.ratio == 3


def test_pixels_are_drawn_anew_in_a_bounded_size() -> None:
    saved = io.BytesIO()
    notes = Image.Exif()
    notes[0x010E] = "secret"
    Image.new("RGB", (2400, 800), "red").save(saved, "JPEG", exif=notes)
    picture = clean_picture(saved.getvalue(), "logo.jpg", "logo")
    with Image.open(io.BytesIO(picture.data)) as opened:
        assert (opened.format, opened.size) == ("PNG", (MAX_SIDE, MAX_SIDE // 3))
    assert b"secret" not in picture.data
    for data in (b"<html>", saved.getvalue()[:200], b""):
        with pytest.raises(SourceError, match="not the picture"):
            clean_picture(data, "logo.png", "logo")


def font(change: str = "", value: int = 0) -> bytes:
    with TTFont(TEMPLATES / "fonts/NotoSans-Regular.ttf") as opened:
        if change == "fsType":
            opened["OS/2"].fsType = value
        if change == "without":
            for table in opened["cmap"].tables:
                table.cmap.pop(value, None)
        saved = io.BytesIO()
        opened.save(saved)
    return saved.getvalue()


def test_a_font_needs_the_letters_and_the_right_to_be_embedded() -> None:
    assert check_face(font(), "a.ttf", "regular", ("nb", "pl")).format == "truetype"
    for data, found in (
        (font("fsType", 0x0002), "does not let it be embedded"),
        (font("fsType", 0x0100), "does not let it be embedded"),
        (font("without", ord("ø")), "lacks ø"),
        (b"OTTO" + b"\0" * 60, "no font that can be read"),
        (b"", "no font that can be read"),
    ):
        with pytest.raises(SourceError, match=found):
            check_face(data, "a.ttf", "regular", ("nb",))


def test_a_file_that_is_not_there_is_told_where_it_is_named() -> None:
    organisation, _ = settings("name: A\nlogo: {light: logo.svg, dark: lgo-dark.svg}\n")
    assert organisation
    files = {"logo.svg": SVG.format("<path/>").encode(), "logo-dark.svg": b""}
    brand, (problem,) = make_brand(organisation, files, "", ("nb",))
    assert (problem.code, str(problem.location)) == (Code.MISSING_FILE, "organisation.yml:2:31")
    assert "Did you mean “logo-dark.svg”?" in problem.hint
    assert brand.logo and not brand.dark_logo


def test_a_bad_logo_stops_the_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copy_book("minimal", tmp_path)
    (root / "organisation.yml").write_text("name: A\nlogo: logo.svg\n", encoding="utf-8")
    (root / "logo.svg").write_text(SVG.format("<script>x</script>"), encoding="utf-8")
    out = tmp_path / "site"
    command = ["--source", str(root), "--output", str(out), "--work", str(tmp_path / "w")]
    assert main([*command, "--only", "website", "--quiet"]) == 1
    told = capsys.readouterr().err
    assert "logo.svg:2:1: error" in told
    assert "named at organisation.yml:2:7" in told
    assert not out.exists()
    with (root / "logo.svg").open("wb") as large:
        large.truncate(MAX_BYTES + 1)
    assert main(["check", "--source", str(root)]) == 1
    assert "larger than" in capsys.readouterr().err
    # 50 MB are never read into memory, let alone drawn.
    with (root / "logo.svg").open("wb") as large:
        large.truncate(50_000_000)
    assert not read_project(root).organisation_files
    assert main(["check", "--source", str(root)]) == 1
    assert (
        "logo.svg:1:1: error: the file has 50000000 bytes [file-limit]" in capsys.readouterr().err
    )


@pytest.mark.parametrize("place", ["clone", "folder", "elsewhere"])
def test_logo_and_fonts_lie_beside_the_settings_wherever_these_lie(
    place: str, tmp_path: Path
) -> None:
    base = copy_book("minimal", tmp_path / "base")
    home = base if place == "clone" else tmp_path / "own"
    for folder in ("fonts", "images"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / "images/logo.svg").write_text(SVG.format("<path/>"), encoding="utf-8")
    (home / "dark.svg").write_text(SVG.format("<path d='M0 0'/>"), encoding="utf-8")
    (home / "fonts/T.ttf").write_bytes((TEMPLATES / "fonts/NotoSans-Bold.ttf").read_bytes())
    (home / "organisation.yml").write_text(
        "name: A\nlogo: {light: images/logo.svg, dark: dark.svg}\nfont: {titles: fonts/T.ttf}\n",
        encoding="utf-8",
    )
    projects = {
        "clone": lambda: read_project(base),
        "folder": lambda: read_project(home, base=base),
        "elsewhere": lambda: read_project(base, home / "organisation.yml"),
    }
    project = projects[place]()
    assert set(project.organisation_files) == {"dark.svg", "fonts/T.ttf", "images/logo.svg"}
    # Only an organisation's own style sheets, in a folder over a base, may fetch them.
    assert ("fonts/T.ttf" in project.assets) is (place == "folder")
    plan, problems = make_plan(project, Selection())
    assert problems == ()
    shown = plan.editions[0].brand
    assert shown.logo and shown.dark_logo and set(shown.faces) == {"titles"}
    names = {f"docs/assets/brand/{name}" for name in shown.files}
    assert names <= set(plan.sites[0].tree)
    assert set(plan.prints[0].document.files) == {f"brand/{name}" for name in shown.files}
    # A slip in such a file is told with its name as the project sees it.
    (home / "images/logo.svg").write_text(SVG.format("<script>x</script>"), encoding="utf-8")
    (problem,) = make_plan(projects[place](), Selection())[1]
    told = home.as_posix() + "/" if place == "elsewhere" else ""
    assert problem.location.file == f"{told}images/logo.svg"


def test_the_site_has_name_logo_colours_and_contact(tmp_path: Path) -> None:
    (site,) = branded("fjellheim", tmp_path, prints=False).sites
    config, css = (
        site.tree["mkdocs.yml"].decode(),
        site.tree["docs/assets/stylesheets/programmes.css"],
    )
    assert "– Fjellheim\n" in config
    assert 'href="mailto:fagteam@fjellheim.example"' in config
    assert "Bygger på «" in config
    assert b"--db-accent: #005F73" in css
    # The pale second colour can be read on dark, so links have it there.
    assert re.search(rb'"slate"\] \{ --db-accent: #94D2BD', css)
    logos = [name for name in site.tree if name.startswith("docs/assets/brand/logo")]
    assert len(logos) == 2


def test_an_organisation_without_a_brand_leaves_the_handbook_as_it_looks(tmp_path: Path) -> None:
    root = copy_book("minimal", tmp_path)
    (plain,) = make_plan(read_project(root), Selection(prints=False))[0].sites
    (root / "organisation.yml").write_text("name: Fjellheim\n", encoding="utf-8")
    (named,) = make_plan(read_project(root), Selection(prints=False))[0].sites
    assert {n for n in plain.tree if plain.tree[n] != named.tree.get(n)} == {"mkdocs.yml"}


@OPEN_PROFILE
@pytest.mark.parametrize("name", ["fjellheim", "vakt"])
def test_prints_carry_the_brand_and_stay_accessible(name: str, tmp_path: Path) -> None:
    plan = branded(name, tmp_path, website=False)
    wanted = ("-cards.pdf", "-overview.pdf", "skjema.pdf", "handbook.pdf")
    for job in plan.prints:
        made = job.document
        if made.pieces or not made.path.endswith(wanted) or "topics" in made.path:
            continue
        assert f'src="brand/{plan.editions[0].brand.logo.name}"' in made.html  # type: ignore[union-attr]
        pressed = press(made, TEMPLATES)
        assert pressed.problems == (), made.path
        assert failures(pressed) == [], made.path


@OPEN_PROFILE
def test_own_fonts_are_what_a_print_is_set_in(tmp_path: Path) -> None:
    root = copy_book("minimal", tmp_path)
    (root / "fonts").mkdir()
    for weight in ("Regular", "Bold"):
        with TTFont(TEMPLATES / f"fonts/NotoSans-{weight}.ttf") as opened:
            for entry in opened["name"].names:
                if entry.nameID in {1, 4, 6, 16}:
                    entry.string = "Fjellskrift"
            opened.save(root / f"fonts/Own-{weight}.ttf")
    (root / "organisation.yml").write_text(
        "name: A\nfont: {regular: fonts/Own-Regular.ttf, bold: fonts/Own-Bold.ttf}\n",
        encoding="utf-8",
    )
    plan, problems = make_plan(read_project(root), Selection())
    assert problems == ()
    document = next(j.document for j in plan.prints if j.document.path.endswith("-overview.pdf"))
    pressed = press(document, TEMPLATES)
    assert pressed.problems == ()
    with open_pdf(pressed) as pdf:
        fonts = pdf.pages[0].Resources.Font
        assert any("Brand-Text" in str(found.BaseFont) for found in fonts.values()), [
            str(f.BaseFont) for f in fonts.values()
        ]
    css = plan.sites[0].tree["docs/assets/stylesheets/programmes.css"].decode()
    assert '--md-text-font: "Brand Text", "Noto Sans"' in css


def test_the_hint_in_the_search_field_changes_with_the_bar() -> None:
    sheet = (TEMPLATES / "site/assets/stylesheets/dreiebok.css").read_text(encoding="utf-8")
    # Computed where it stands: without its own line dark mode would keep the ink of light mode.
    names = re.findall(r"--md-primary-bg-color(?:--light)?: var\(--db-on-bar\)", sheet)
    assert len(names) == 4
