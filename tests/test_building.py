"""The build: a true manifest, the same bytes everywhere, old or new and never half."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import jsonschema
import pytest

from dreiebok.building.archives import pack, unpack
from dreiebok.building.cache import Cache
from dreiebok.building.downloads import describe_pdf, fill_downloads
from dreiebok.building.schemas import schema_files
from dreiebok.editions.edition import Edition
from dreiebok.model.forms import Survey
from tests.projects import ROOT, book_edition, build, copy_book, copy_project, start, tree

STEP = "content/manus.yml"
KILLED = """
import os, signal, sys
from dreiebok.building import build as stage
from dreiebok.building import collecting
from dreiebok.cli import main

write_new, publish = collecting.write_new, stage.publish
written = []

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def write_half(folder, name, data):
    write_new(folder, name, data)
    written.append(name)
    if len(written) == 30:
        kill()

def publish_and_be_killed(new, output):
    publish(new, output)
    kill()

if __name__ == "__main__":
    moment = sys.argv[1]
    if moment == "while the new site is written":
        collecting.write_new = write_half
    elif moment == "before it is put in place":
        stage.publish = kill
    elif moment == "before the old one is removed":
        stage.publish = publish_and_be_killed
    main(["build", "--quiet", "--only", "website"])
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built copy of the tiny book that tests must leave as it is."""
    project = copy_book("minimal", tmp_path_factory.mktemp("book"))
    assert build(project, "--quiet") == 0
    return project


@pytest.fixture
def own_book(book: Path, tmp_path: Path) -> Path:
    """A built copy that a test may spoil; its cache is warm."""
    project = tmp_path / "book"
    shutil.copytree(book, project)
    return project


def rendered(text: str) -> int:
    """Return how many artefacts a build says that it rendered anew."""
    found = re.search(r"\((\d+) rendered anew\)", text)
    assert found, text
    return int(found[1])


def test_manifest_keeps_its_schema_and_tells_the_truth(site: Path) -> None:
    manifest = json.loads((site / "manifest.json").read_bytes())
    jsonschema.validate(manifest, json.loads((ROOT / "schemas/manifest.json").read_bytes()))
    import hashlib

    for artefact in manifest["artefacts"]:
        data = (site / artefact["path"]).read_bytes()
        assert artefact["bytes"] == len(data)
        assert artefact["sha256"] == hashlib.sha256(data).hexdigest()


def test_manifest_lists_every_page_and_pdf(site: Path) -> None:
    manifest = json.loads((site / "manifest.json").read_bytes())
    listed = {artefact["path"] for artefact in manifest["artefacts"]}
    files = {
        p.relative_to(site).as_posix() for p in site.rglob("*") if p.suffix in {".html", ".pdf"}
    }
    assert files - listed == {"index.html", "404.html", "nb/404.html"}


LOG_FORM = "nb/print/mestringsgruppe/loggskjema.pdf"
ELEMENTS = {
    "lederguide": 79,
    "mestringsgruppe": 113,
    "refleksjonsgruppe": 154,
    "refleksjonsprogram": 153,
    "veiledningsgruppe": 125,
}
"""How many elements each programme must have; tests/data/ids/ names them."""


def test_the_elements_of_the_facts_are_all_listed() -> None:
    listed = {p.stem: p.read_text().split() for p in (ROOT / "tests/data/ids").glob("*.txt")}
    assert {name: len(set(ids)) for name, ids in listed.items()} == ELEMENTS
    assert sum(ELEMENTS.values()) == 624


@pytest.mark.parametrize("programme", ELEMENTS)
def test_every_element_of_the_facts_is_in_the_manifest_and_an_anchor(
    programme: str, site: Path
) -> None:
    wanted = (ROOT / f"tests/data/ids/{programme}.txt").read_text().split()
    manifest = json.loads((site / "manifest.json").read_bytes())
    pages = [a for a in manifest["artefacts"] if a["kind"] == "page"]
    found = Counter(name for page in pages for name in page["elements"])
    assert {name: found[name] for name in wanted if found[name] != 1} == {}
    anchors = Counter(
        name
        for page in pages
        for name in re.findall(r'\sid="?([^"\s>]+)', (site / page["path"]).read_text("utf-8"))
    )
    assert {name: anchors[name] for name in wanted if anchors[name] != 1} == {}


def test_every_form_and_survey_has_a_page_and_a_fillable_pdf(site: Path, edition: Edition) -> None:
    artefacts = json.loads((site / "manifest.json").read_bytes())["artefacts"]
    pages = {a.get("id") for a in artefacts if a["kind"] == "page"}
    fillable = {a.get("id") for a in artefacts if a["path"].endswith(".pdf") and a["fields"]}
    forms = [form for p in edition.programmes for form in edition.forms_of(p)]
    assert len(forms) > 30
    for form in forms:
        assert str(form.id) in pages
        phases = form.phases if isinstance(form, Survey) else ()
        assert {str(phase.id) for phase in phases} or {str(form.id)} <= fillable, form.id


def test_forms_in_the_manifest_have_fields_and_conformance(site: Path) -> None:
    manifest = json.loads((site / "manifest.json").read_bytes())
    (form,) = [a for a in manifest["artefacts"] if a["path"] == LOG_FORM]
    assert form["trim_mm"] == [210.0, 297.0]
    assert form["conformance"] == ["PDF/A-2a", "PDF/UA-1"]
    assert [field["name"] for field in form["fields"]][:2] == [
        "mg-logg-1a-nar-hvor",
        "mg-logg-1b-hvem",
    ]
    assert all(field["tooltip"] for field in form["fields"])
    sheets = [a for a in manifest["artefacts"] if a["path"].endswith("-4up.pdf")]
    assert sheets
    assert all(sheet["conformance"] == [] for sheet in sheets)


def test_committed_schemas_are_in_step() -> None:
    on_disk = {path.name: path.read_bytes() for path in (ROOT / "schemas").glob("*.json")}
    assert on_disk == schema_files(), "run `make schemas`"


def test_warm_cache_gives_the_same_bytes_as_a_cold_one(own_book: Path) -> None:
    before = tree(own_book / "site")
    shutil.rmtree(own_book / "site")
    (own_book / "build" / "state.json").unlink()
    assert build(own_book, "--quiet") == 0
    assert tree(own_book / "site") == before


def test_not_even_source_date_epoch_gets_in(
    own_book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(own_book / "site")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert build(own_book, "--quiet") == 0
    after = tree(own_book / "site")
    assert after.keys() == before.keys()
    assert after == before


def test_a_new_date_gives_the_same_bytes_from_a_warm_cache_as_from_a_cold_one(
    own_book: Path,
) -> None:
    source = own_book / "content" / "handbook.yml"
    source.write_text(source.read_text().replace("2026-01-02", "2026-03-04"))
    assert build(own_book, "--quiet") == 0
    warm = tree(own_book / "site")
    shutil.rmtree(own_book / "build")
    assert build(own_book, "--quiet") == 0
    assert tree(own_book / "site") == warm


def test_nothing_changed_means_nothing_rendered_and_no_renderer_imported(own_book: Path) -> None:
    script = (
        "import sys; from dreiebok.cli import main; code = main(['build']); "
        "heavy = {'weasyprint', 'mkdocs', 'pydantic', 'yaml', 'jinja2'} & set(sys.modules); "
        "assert not heavy, heavy; sys.exit(code)"
    )
    # The state knows the output by its path, so the first build here makes it this folder's own.
    assert build(own_book, "--quiet", output=own_book / "site") == 0
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=own_book,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert "nothing has changed" in found.stdout


def test_a_page_that_someone_deleted_is_made_again(own_book: Path) -> None:
    assert build(own_book, "--quiet") == 0
    page = own_book / "site" / "nb" / "index.html"
    data = page.read_bytes()
    page.unlink()
    assert build(own_book, "--quiet") == 0
    assert page.read_bytes() == data


def test_one_sentence_renders_only_what_shows_it(
    own_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = own_book / STEP
    source.write_text(source.read_text().replace("Vi gjør noe.", "Vi gjør noe annet."))
    assert build(own_book) == 0
    # The site, overview and poster, six decks and sheets of the script's cards, the booklet and its
    # sheets, the kit and the handbook; neither the form nor the cards with rules.
    assert rendered(capsys.readouterr().out) == 13
    form = own_book / "forms" / "skjema.yml"
    form.write_text(form.read_text().replace("Når var det?", "Når skjedde det?"))
    assert build(own_book) == 0
    # The site, the form, the handbook that shows it and the kit that holds it.
    assert rendered(capsys.readouterr().out) == 4


def test_a_problem_writes_nothing(own_book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(own_book / "site")
    source = own_book / STEP
    source.write_text(source.read_text().replace("pr-steg-2: 20", "pr-steg-2: 21"))
    assert build(own_book) == 1
    errors = capsys.readouterr().err
    assert "content/manus.yml:6:" in errors
    assert "[minutes-do-not-add-up]" in errors
    assert tree(own_book / "site") == before


def test_text_that_overflows_a_card_writes_nothing_and_is_named(
    own_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(own_book / "site")
    source = own_book / STEP
    source.write_text(source.read_text().replace("[Gjør det.]", f"[{'Gjør det igjen. ' * 200}]"))
    assert build(own_book) == 1
    errors = capsys.readouterr().err
    assert re.search(r"content/manus.yml:16:\d+: error: .*pr-steg-2.*\[text-overflows\]", errors)
    assert tree(own_book / "site") == before


def test_a_damaged_cache_entry_is_rendered_again(own_book: Path) -> None:
    before = tree(own_book / "site")
    for path in (own_book / "build" / "cache").glob("*.bin"):
        # What is noted of a site has facts alone.
        data = bytearray(path.read_bytes() or b"?")
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    (own_book / "build" / "state.json").unlink()
    shutil.rmtree(own_book / "site")
    assert build(own_book, "--quiet") == 0
    assert tree(own_book / "site") == before


@pytest.mark.parametrize("moment", [0.4, 1.2, 2.0])
def test_a_killed_build_leaves_one_whole_site(own_book: Path, moment: float) -> None:
    before = tree(own_book / "site")
    shutil.rmtree(own_book / "build")
    source = own_book / STEP
    source.write_text(source.read_text().replace("Vi gjør noe.", "Vi gjør noe annet."))
    process = start(own_book, "build", "--quiet")
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    # The workers share the pipes: they too have ended when these close.
    process.communicate(timeout=60)
    after = tree(own_book / "site")
    assert build(own_book, "--quiet") == 0
    new = tree(own_book / "site")
    assert b"noe annet" in new["nb/prove/manus.html"]
    # On a quick machine the new one stands when the kill comes.
    assert after in ([before, new] if process.returncode else [new])
    assert [path.name for path in own_book.iterdir() if ".new-" in path.name] == []


@pytest.mark.parametrize(
    ("moment", "is_new"),
    [
        ("while the new site is written", False),
        ("before it is put in place", False),
        ("before the old one is removed", True),
    ],
)
def test_a_build_killed_while_publishing_leaves_one_whole_site(
    own_book: Path, tmp_path: Path, moment: str, is_new: bool
) -> None:
    assert build(own_book, "--quiet", "--only", "website") == 0
    before = tree(own_book / "site")
    source = own_book / STEP
    source.write_text(source.read_text().replace("Vi gjør noe.", "Vi gjør noe annet."))
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    found = subprocess.run(
        [sys.executable, str(script), moment],
        cwd=own_book,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert found.returncode == -signal.SIGKILL, found.stderr
    after = tree(own_book / "site")
    assert build(own_book, "--quiet", "--only", "website") == 0
    new = tree(own_book / "site")
    assert new != before
    assert after == (new if is_new else before)
    assert [path.name for path in own_book.iterdir() if ".new-" in path.name] == []


def test_two_builds_at_once_both_finish(own_book: Path) -> None:
    before = tree(own_book / "site")
    shutil.rmtree(own_book / "build")
    shutil.rmtree(own_book / "site")
    both = [start(own_book, "build", "--quiet") for _ in range(2)]
    results = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], results
    assert tree(own_book / "site") == before


def test_sources_are_only_read(own_book: Path, tmp_path: Path) -> None:
    def look() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in own_book.rglob("*")}

    before = look()
    work = str(tmp_path / "work")
    process = start(
        tmp_path, "build", "--quiet", "--source", str(own_book), "--work", work,
        "--output", str(tmp_path / "out"),
    )  # fmt: skip
    assert process.communicate(timeout=120) == ("", "")
    assert look() == before
    assert tree(tmp_path / "out") == tree(own_book / "site")


def test_only_one_of_the_two(own_book: Path) -> None:
    output = own_book / "other"
    assert build(own_book, "--only", "website", output=output) == 0
    assert not list(output.rglob("*.pdf"))
    assert build(own_book, "--only", "print", output=output) == 0
    assert list(output.rglob("*.pdf"))
    assert not (output / "nb" / "index.html").exists()


def test_downloads_say_pages_and_size() -> None:
    page = b'<span class="db-download-facts" data-db-pdf="print/a.pdf">PDF</span>'
    minimal = book_edition("minimal")
    filled = fill_downloads(page, {"print/a.pdf": describe_pdf(1, 12_345, minimal)})
    assert ">PDF · 1 side · 12 kB<".encode() in filled
    assert describe_pdf(20, 1_234_567, minimal) == "PDF · 20 sider · 1,2 MB"
    assert fill_downloads(page, {}) == page


@pytest.mark.parametrize(
    "given", [b"data", lambda file: file.write(b"data")], ids=["bytes", "file"]
)
def test_cache_returns_what_it_was_given(
    tmp_path: Path, given: bytes | Callable[[BinaryIO], object]
) -> None:
    cache = Cache(tmp_path)
    cache.store("k", given, {"pages": 2})
    assert cache.load("k") == (b"data", {"pages": 2})
    assert cache.load("other") is None
    (tmp_path / "k.bin").write_bytes(b"dato")
    assert cache.load("k") is None
    cache.store("k", given, {"pages": 2})
    cache.sweep()
    assert cache.load("k") is None
    assert list(tmp_path.iterdir()) == []


def test_a_shared_cache_keeps_what_any_of_its_editions_needs(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        cache.store(f"{name}1", b"", {})
        cache.store("both", b"", {})
        cache.note(tmp_path / name, (f"{name}1", "both"))
    cache.store("none", b"", {})

    def kept() -> list[str]:
        cache.sweep()
        return [name for name in ("a1", "b1", "both", "none") if cache.load(name)]

    assert kept() == ["a1", "b1", "both"]
    cache.note(tmp_path / "a", ("both",))
    assert kept() == ["b1", "both"]
    (tmp_path / "b").rmdir()
    assert kept() == ["both"]


def test_archives_hold_files_without_a_time() -> None:
    files = {"b/c.txt": b"2", "a.txt": b"1"}
    first = pack(files)
    time.sleep(0.01)
    assert pack(dict(reversed(files.items()))) == first
    assert unpack(first) == files


def test_the_real_handbook_has_the_same_bytes_everywhere(tmp_path: Path, site: Path) -> None:
    project = copy_project(tmp_path / "en kopi")
    cache = project / "build" / "cache"
    # Pages, and every fourth PDF of all kinds, are made anew: the whole once more takes minutes.
    shutil.copytree(site.parent / "build" / "cache", cache)
    for facts in cache.glob("*.json"):
        if facts.name[0] in "0123" or "pages" not in json.loads(facts.read_bytes()):
            facts.unlink()
    process = start(project, "build", "--jobs", "2", "--language", "nb", PYTHONHASHSEED="4711")
    said, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, "")
    assert rendered(said) > 40
    assert tree(project / "site") == tree(site)
