"""What readers of a translation are told: how far it has come, and which text is not in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from dreiebok.building.options import Selection
from dreiebok.building.plan import Plan, make_plan
from dreiebok.building.reading import read_project
from dreiebok.building.translating import status
from dreiebok.cli import main
from dreiebok.editions.progress import Progress
from dreiebok.press.documents import print_documents
from dreiebok.press.weasyprint_ import press
from tests.pressing import OPEN_PROFILE, TEMPLATES
from tests.projects import copy_book, markdown_of, translated

LANGUAGES = Selection(languages=("nb", "en"), prints=False)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of which one text is translated, and one has changed since."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("book"))
    assert main(["translate", "add", "en", "--source", str(folder), "--quiet"]) == 0
    po, script = folder / "content/locale/en/prove.po", folder / "content/manus.yml"
    text, source = po.read_text("utf-8"), script.read_text("utf-8")
    purpose = re.search(r"purpose: (.+)", source)
    assert purpose
    for words, said in (("Prøvegruppe", "Trial group"), (purpose[1], "See where all are.")):
        text = text.replace(f'msgid "{words}"\nmsgstr ""', f'msgid "{words}"\nmsgstr "{said}"')
    po.write_text(text, "utf-8")
    script.write_text(source.replace(purpose[1], f"{purpose[1].rstrip('.')} nå."), "utf-8")
    return folder


@pytest.fixture(scope="module")
def plan(book: Path) -> Plan:
    found, problems = make_plan(read_project(book), LANGUAGES)
    assert problems == ()
    return found


def test_the_page_has_the_numbers_of_the_terminal(book: Path, plan: Plan) -> None:
    told = status(read_project(book))
    assert [(one.domain, one.translated, one.fuzzy) for one in told] == [
        ("common", 0, 0), ("prove", 1, 1),
    ]  # fmt: skip
    assert all(edition.progress == told for edition in plan.editions)
    for site in plan.sites:
        page = markdown_of(site)["status.md"]
        for one in told:
            cells = (str(one.total), f"{one.translated} ({one.per_cent}", str(one.missing))
            assert all(f">{cell}" in page for cell in cells)
        assert '<th role="rowheader" scope="row">' in page
        assert b"status.md" in site.tree["mkdocs.yml"]


def test_the_notice_above_a_draft_leads_to_the_page(plan: Plan) -> None:
    nb, en = (site.tree["mkdocs.yml"].decode() for site in plan.sites)
    assert "path: status.html" in en
    assert "notice" not in nb


def test_a_book_in_its_own_language_alone_has_no_such_page(book: Path) -> None:
    found, _ = make_plan(read_project(book), Selection(prints=False))
    assert "status.md" not in {page.path for page in found.sites[0].pages}


def test_a_stale_text_stands_in_the_source_language_and_the_footer_says_so(plan: Plan) -> None:
    english = plan.editions[1]
    assert "1 tekst er eldre enn kilden" in english.imprint
    pages = markdown_of(plan.sites[1])
    assert '<span lang="nb" dir="ltr">' in pages["prove/manus.md"]
    assert re.search(r'<span lang="nb" dir="ltr">[^<]+ nå\\?\.</span>', pages["prove/manus.md"])
    assert "Trial group" in pages["prove/index.md"]
    assert "See where all are." not in "".join(pages.values())
    config = plan.sites[1].tree["mkdocs.yml"].decode()
    assert "1 tekst er eldre enn kilden" in " ".join(config.split())


@OPEN_PROFILE
def test_a_print_tags_what_is_not_translated_and_is_marked_as_a_draft(
    book: Path, tmp_path: Path
) -> None:
    documents, _ = print_documents(translated(book, "en"), read_project(book).templates)
    of_kind = {document.kind: document for document in documents if document.html}
    for kind in ("script", "cards", "booklet", "form", "poster", "handbook"):
        assert "utkast" in of_kind[kind].html, kind
    path = tmp_path / "x.pdf"
    path.write_bytes(press(of_kind["script"], TEMPLATES).data)
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == "en"
        languages = {str(node.Lang) for node in nodes(pdf.Root.StructTreeRoot) if "/Lang" in node}
    assert "nb" in languages


def nodes(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield the elements of a structure tree."""
    kids: object = node.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from nodes(kid)


def test_a_share_is_never_rounded_up_to_all() -> None:
    assert Progress("nn", "prove", 1000, 999, 0, reviewed=False).per_cent == 99
