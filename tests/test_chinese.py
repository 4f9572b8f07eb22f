"""Chinese as a test locale: no spaces between words, and a face that does not come along."""

import io
import shutil
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from dreiebok.building.options import Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import read_project
from dreiebok.press.values import PressedPdf
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Code
from dreiebok.sources.yaml_ import parse_yaml, to_python
from tests.pressing import OPEN_PROFILE, failures
from tests.projects import BOOKS, copy_book

pytestmark = OPEN_PROFILE

FACE = '\n@font-face { font-family: "Noto Sans SC"; src: url("../fonts/NotoSansSC-Subset.otf"); }\n'
"""What docs/translate.md tells people to add."""
NEVER_FIRST = "，。；：？！、）"
"""Signs that no line of Chinese begins with (W3C, Requirements for Chinese Text Layout, 3.1.3)."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny book with Chinese catalogs and no face for them."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("book"))
    catalogs = folder / "content" / "locale" / "zh"
    catalogs.mkdir(parents=True)
    for po in (BOOKS / "chinese").glob("*.po"):
        shutil.copy(po, catalogs)
    return folder


@pytest.fixture(scope="module")
def with_face(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same book with a face in templates/fonts."""
    folder = tmp_path_factory.mktemp("face") / "book"
    shutil.copytree(book, folder)
    shutil.copy(BOOKS / "chinese" / "NotoSansSC-Subset.otf", folder / "templates" / "fonts")
    styles = folder / "templates" / "print" / "fonts.css"
    styles.write_text(styles.read_text(encoding="utf-8") + FACE, encoding="utf-8")
    return folder


def pressed(folder: Path, name: str) -> PressedPdf:
    plan, problems = make_plan(read_project(folder), Selection(languages=("zh",)))
    assert problems == ()
    found = next(job.document for job in plan.prints if job.document.path.endswith(f"/{name}.pdf"))
    return press(found, folder / "templates")


def lines(pdf: PressedPdf, page: int) -> list[str]:
    text: str = pypdfium2.PdfDocument(pdf.data)[page].get_textpage().get_text_bounded()
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_without_a_face_every_print_says_which_characters_are_missing(book: Path) -> None:
    problems = pressed(book, "manus-cards").problems
    assert {problem.code for problem in problems} == {Code.MISSING_GLYPH}
    assert any("“欢” (U+6B22)" in problem.message for problem in problems)


def test_with_a_face_cards_fit_and_break_where_chinese_may(with_face: Path) -> None:
    pdf = pressed(with_face, "manus-cards")
    assert pdf.problems == ()
    assert failures(pdf) == []
    card = lines(pdf, 2)
    purpose = (
        "每个人都有发言的机会，大家认真倾听，不打断别人；"
        "说完以后，由下一位继续，直到所有人都说过一次为止。"
    )
    assert purpose in "".join(card)
    assert len([line for line in card if line in purpose]) >= 2
    assert [line for line in card if line[0] in NEVER_FIRST] == []


def test_a_form_has_its_questions_in_chinese(with_face: Path) -> None:
    pdf = pressed(with_face, "skjema")
    assert pdf.problems == ()
    assert failures(pdf) == []
    with pikepdf.open(io.BytesIO(pdf.data)) as opened:
        language = str(opened.Root.Lang)
    assert language == "zh"
    assert "发生了什么？" in {fact.tooltip for fact in pdf.fields}


def test_the_site_speaks_chinese_too(book: Path) -> None:
    plan, _ = make_plan(read_project(book), Selection(languages=("zh",), prints=False))
    config = to_python(parse_yaml(plan.sites[0].tree["mkdocs.yml"], "mkdocs.yml"))
    assert isinstance(config, dict)
    assert config["theme"]["language"] == "zh"
    assert "欢迎" in plan.sites[0].tree["docs/prove/manus.md"].decode()
