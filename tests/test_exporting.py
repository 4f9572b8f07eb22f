"""An export builds with every engine, as a reader would run it, to the same articles."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dreiebok.building.downloads import fill_downloads
from dreiebok.cli import main
from dreiebok.model.engines import Engine
from tests.projects import ROOT, copy_book, tree

COMMANDS = {
    Engine.MKDOCS: ("build", "--strict"),
    Engine.PROPERDOCS: ("build", "--strict", "-f", "mkdocs.yml"),
    Engine.ZENSICAL: ("build", "--strict"),
}
"""What the README of an export says."""
SETTINGS = """\
name: Fjellheim kommune
colour: "#7a1f3d"
logo: logo.svg
contact: {email: post@fjellheim.example}
footer: Til bruk i *helse*.
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>\n'
BOTH = ("--language", "nb", "--language", "ar")
ARABIC = "content/locale/ar/common.po"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny book with an organisation's brand, in nb and ar."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("bok"))
    (folder / "organisation.yml").write_text(SETTINGS, encoding="utf-8")
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    (folder / ARABIC).parent.mkdir(parents=True)
    shutil.copy(ROOT / ARABIC, folder / ARABIC)
    return folder


def export(book: Path, folder: Path, *options: str) -> int:
    return main(["export", str(folder), "--source", str(book), *options])


@pytest.fixture(scope="module")
def exported(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ut") / "bok"
    assert export(book, folder, *BOTH) == 0
    every_kind = copy_book("every-kind", folder.parent / "felt")
    assert export(every_kind, folder.parent / "felt-ut") == 0
    shutil.move(folder.parent / "felt-ut" / "nb", folder.parent / "felt-nb")
    shutil.copytree(folder.parent / "felt-nb", folder / "felt")
    return folder


@pytest.fixture(scope="module")
def sites(exported: Path) -> dict[Engine, Path]:
    """Each engine's sites, below a folder of its own: built as a reader of the README would."""
    found = {}
    for engine, command in COMMANDS.items():
        home = found[engine] = exported.parent / engine.value
        shutil.copytree(exported, home)
        for name in ("nb", "ar", "felt"):
            done = subprocess.run(
                (sys.executable, "-m", engine.value, *command),
                cwd=home / name,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
    return found


@dataclass
class Article(HTMLParser):
    """What a reader finds in the article of a page: words, ids, headings, links, pictures."""

    words: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    depth: int = 0
    count: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.depth += tag == "article"
        self.count += tag == "article"
        # Zensical's theme lets “skip to content” lead into the article.
        if not self.depth or found.get("id") == "__skip":
            return
        if "id" in found:
            self.ids.append(found["id"])
            if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
                self.headings.append((tag, found["id"]))
        self.links += [found[name] for name in ("href", "src") if name in found]

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "article"

    def handle_data(self, data: str) -> None:
        self.words += data.split() if self.depth else []


def articles(folder: Path) -> dict[str, tuple[list[str], ...]]:
    """Return words, ids, headings and links of every page that the engine made, by its path."""
    found: dict[str, tuple[list[str], ...]] = {}
    for path in sorted(folder.rglob("*.html")):
        article = Article()
        article.feed(path.read_text(encoding="utf-8"))
        if article.count and path.name != "404.html":
            headings = [" ".join(heading) for heading in article.headings]
            found[path.relative_to(folder).as_posix()] = (
                article.words,
                article.ids,
                headings,
                article.links,
            )
    return found


@pytest.mark.parametrize("name", ["nb", "ar", "felt"])
@pytest.mark.parametrize("engine", [Engine.PROPERDOCS, Engine.ZENSICAL])
def test_every_engine_makes_the_same_articles(
    engine: Engine, name: str, sites: dict[Engine, Path]
) -> None:
    reference = articles(sites[Engine.MKDOCS] / name / "site")
    assert len(reference) > 5
    assert all(words for words, *_ in reference.values())
    pages = [facts for path, facts in reference.items() if not path.endswith(".meeting.html")]
    assert all(headings for _, _, headings, _ in pages)
    assert sum(len(links) for *_, links in pages) > 30
    assert articles(sites[engine] / name / "site") == reference


@pytest.mark.parametrize("engine", list(Engine))
def test_every_engine_takes_our_templates_around_the_pages(
    engine: Engine, sites: dict[Engine, Path]
) -> None:
    page = (sites[engine] / "ar/site/index.html").read_text(encoding="utf-8")
    assert '<html lang="ar"' in page
    assert '<body dir="rtl"' in page
    assert 'class="db-notice"' in page
    assert '<p class="db-foot-name">Fjellheim kommune</p>' in page
    assert '<span class="db-logo' in page
    assert 'href="assets/organisation.css"' in page.replace("./assets", "assets")
    assert 'data-md-component="search"' in page
    assert page.count('role="dialog"') == 1
    assert "../nb/index.html" in page


@pytest.mark.parametrize("engine", list(Engine))
def test_every_engine_copies_what_is_finished(engine: Engine, sites: dict[Engine, Path]) -> None:
    docs, made = sites[engine] / "nb/docs", sites[engine] / "nb/site"
    ours = {name: data for name, data in tree(docs).items() if not name.endswith(".md")}
    assert any(name.endswith(".meeting.html") for name in ours)
    assert {name for name in ours if tree(made).get(name) != ours[name]} == set()


@pytest.mark.parametrize("engine", list(Engine))
def test_downloads_are_described_in_the_pages_of_every_engine(
    engine: Engine, sites: dict[Engine, Path]
) -> None:
    source = (sites[engine] / "nb/docs/downloads.md").read_text(encoding="utf-8")
    paths = re.findall('data-db-pdf="([^"]+)"', source)
    assert len(paths) > 3
    made = (sites[engine] / "nb/site/downloads.html").read_bytes()
    page = fill_downloads(made, dict.fromkeys(paths, "PDF · 3 sider"))
    assert page.count(b">PDF \xc2\xb7 3 sider</span>") == len(paths)


def test_the_same_sources_give_the_same_export(book: Path, exported: Path, tmp_path: Path) -> None:
    assert export(book, tmp_path / "bok", *BOTH) == 0
    again = tree(tmp_path / "bok")
    first = {n: d for n, d in tree(exported).items() if not n.startswith("felt/")}
    assert again == first
    assert {name.split("/")[0] for name in again} == {"README.md", "export.json", "ar", "nb"}
    assert "site_dir: site\n" in again["nb/mkdocs.yml"].decode()
    for command in COMMANDS.values():
        assert " ".join(command) in again["README.md"].decode()


def test_an_export_replaces_an_export_with_what_engines_left_in_it(
    book: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "ut"
    folder.mkdir()
    assert export(book, folder, *BOTH) == 0
    (folder / "nb/site").mkdir()
    (folder / "site/nb").mkdir(parents=True)
    assert export(book, folder, "--language", "nb") == 0
    assert {path.name for path in folder.iterdir()} == {"README.md", "export.json", "nb"}
    assert not (folder / "nb/site").exists()


@pytest.mark.parametrize(
    "strange", ["notater.txt", "export.json"], ids=["a file of somebody's", "another program's"]
)
def test_a_folder_of_somebody_elses_is_refused(
    strange: str, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / strange).write_text('{"generator": "another", "languages": ["nb"]}')
    before = tree(tmp_path)
    assert export(book, tmp_path) == 2
    assert f"holds “{strange}”, which no export has made" in capsys.readouterr().err
    assert tree(tmp_path) == before
    assert export(book, tmp_path / strange) == 2
    assert "is a file" in capsys.readouterr().err
    assert export(book, book / "content/new") == 2
    assert "lies among the sources" in capsys.readouterr().err


def test_what_is_wrong_in_the_sources_is_told_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = copy_book("minimal", tmp_path / "bok")
    (book / "content/om.yml").write_text("kind: chapter\nid: om\ntittel: Om\n", encoding="utf-8")
    assert export(book, tmp_path / "ut") == 1
    said = capsys.readouterr().err
    assert "[unknown-key]" in said
    assert "nothing was written" in said
    assert not (tmp_path / "ut").exists()
    assert export(book, tmp_path / "ut", "--programme", "finnes-ikke") in {1, 2}
