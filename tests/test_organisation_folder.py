"""An organisation's folder over a base: reading, lock, upgrade, own templates, styles, catalogs."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreiebok.building.assets import assets_folder
from dreiebok.building.loading import load_handbook
from dreiebok.building.locking import accept_base, add_to_lock
from dreiebok.building.options import Selection
from dreiebok.building.plan import Plan, make_plan
from dreiebok.building.reading import MAX_FILE_BYTES, Project, read_project
from dreiebok.cli import main
from dreiebok.press.weasyprint_ import ORIGIN, AssetFetcher
from dreiebok.problems import Code, ExitCode, Problem, SourceError, WrongUse
from dreiebok.sources.locks import word_diff
from dreiebok.website.branding import brand_settings
from tests.projects import BOOKS, copy_book, markdown_of


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A tiny base edition."""
    return copy_book("minimal", tmp_path / "base")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A tiny organisation's folder."""
    return Path(shutil.copytree(BOOKS / "with-overlay", tmp_path / "own"))


def read(own: Path, base: Path) -> Project:
    return read_project(own, base=base)


def problems_of(own: Path, base: Path) -> tuple[Problem, ...]:
    return load_handbook(read(own, base))[1]


def plan_of(own: Path, base: Path, **wishes: tuple[str, ...]) -> Plan:
    plan, problems = make_plan(read(own, base), Selection(prints=False, **wishes))  # type: ignore[arg-type]
    assert problems == ()
    return plan


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edition_shows_the_base_with_what_is_the_organisations_own(
    own: Path, base: Path, accept: bool
) -> None:
    (site,) = plan_of(own, base).sites
    pages = markdown_of(site)
    assert "prove/fallgruver.md" not in pages
    expected = BOOKS / "with-overlay" / "expected"
    for path in ("prove/manus.md", "prove/episode.md", "prove/regler.md"):
        if accept:
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(pages[path], encoding="utf-8")
        assert pages[path] == (expected / path).read_text(encoding="utf-8")


def test_a_newer_base_is_told_of_what_was_overridden_and_of_nothing_else(
    own: Path, base: Path
) -> None:
    add_to_lock(read(own, base))
    assert problems_of(own, base) == ()
    change(base / "content/manus.yml", "Alle kommer til orde.", "Alle sier noe.")
    change(base / "content/regler.yml", "La andre snakke ut.", "La andre snakke.")
    change(base / "content/kapittel.yml", "Med alle slags blokker.", "Med blokker.")
    found = problems_of(own, base)
    assert [problem.code for problem in found] == [Code.OVERRIDE_OUTDATED] * 2
    first = found[0]
    assert str(first.location) == "organisation.yml:5:3"
    assert "then: Alle ‹kommer til orde.›" in first.hint
    assert "now:  Alle ‹sier noe.›" in first.hint
    add_to_lock(read(own, base))
    assert problems_of(own, base) == found, "a build accepts nothing by itself"
    assert accept_base(read(own, base), ("pr-steg-1",)) == ("pr-steg-1",)
    assert problems_of(own, base) == found[1:]
    assert accept_base(read(own, base), ()) == ("pr-regel-1",)
    assert problems_of(own, base) == ()


def test_the_lock_forgets_what_is_no_longer_overridden_when_asked(own: Path, base: Path) -> None:
    add_to_lock(read(own, base))
    lock = own / "organisation.lock"
    before = lock.read_bytes()
    assert add_to_lock(read(own, base)).lock == before
    change(own / "organisation.yml", "remove: [pr-fallgruver]\n", "")
    accept_base(read(own, base), ())
    names = [line for line in lock.read_text("utf-8").splitlines() if line[0].isalpha()]
    assert names == ["pr-regel-1:", "pr-steg-1:"]
    with pytest.raises(WrongUse, match="Did you mean “pr-steg-1”"):
        accept_base(read(own, base), ("pr-steg-11",))


def test_a_lock_that_was_edited_is_a_problem_at_its_line(own: Path, base: Path) -> None:
    add_to_lock(read(own, base))
    change(own / "organisation.lock", "Alle kommer til orde.", "Alle kommer.")
    (problem,) = problems_of(own, base)
    assert problem.code is Code.BAD_LOCK
    assert problem.location.file == "organisation.lock"
    (own / "organisation.lock").write_text("- [\n", encoding="utf-8")
    assert [p.code for p in problems_of(own, base)] == [Code.YAML_SYNTAX]


def in_a_folder(lock: Path) -> None:
    lock.mkdir()


def leading_out(lock: Path) -> None:
    (lock.parent.parent / "elsewhere.lock").write_text("ours", encoding="utf-8")
    lock.symlink_to(lock.parent.parent / "elsewhere.lock")


def leading_nowhere(lock: Path) -> None:
    lock.symlink_to("gone")


def unwritten(path: Path) -> tuple[int, int, int]:
    """Return what stays of a file, a folder or a link as long as it is only read."""
    found = path.lstat()
    return found.st_ino, found.st_mode, found.st_mtime_ns


@pytest.mark.parametrize("spoil", [in_a_folder, leading_out, leading_nowhere])
def test_a_lock_that_cannot_be_read_is_told_and_not_written_over(
    spoil: Callable[[Path], None], own: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = own / "organisation.lock"
    spoil(lock)
    before = unwritten(lock)
    (problem,) = problems_of(own, base)
    assert (problem.code, problem.location.file) == (Code.UNREADABLE, "organisation.lock")
    command = ["accept", "--source", str(own), "--base", str(base)]
    assert main(command) == ExitCode.PROBLEMS
    assert "organisation.lock:1:1: error: " in capsys.readouterr().err
    assert unwritten(lock) == before
    assert not lock.is_file() or lock.read_bytes() == b"ours"


def test_where_nothing_is_overridden_accept_writes_no_lock(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accept", "--source", str(base)]) == ExitCode.USAGE
    assert "in an organisation's folder" in capsys.readouterr().err
    assert not (base / "organisation.lock").exists()
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "organisation.yml").write_text("name: Alene\n", encoding="utf-8")
    assert main(["accept", "--source", str(alone), "--base", str(base)]) == 0
    assert [path.name for path in alone.iterdir()] == ["organisation.yml"]


@pytest.mark.parametrize(
    "name", ["content", "content/x", "content/locale/nn", "forms", "templates/site", "fonts"]
)
def test_a_folder_that_cannot_be_read_is_told(
    name: str, own: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = own / name
    closed.mkdir(parents=True, exist_ok=True)
    scandir = os.scandir

    def refuse(path: Any = ".") -> Any:
        if os.fspath(path) == str(closed):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (problem,) = read(own, base).problems
    assert (problem.code, problem.location.file) == (Code.UNREADABLE, name)
    assert problem.message == "the folder cannot be read: Permission denied"


def test_a_lock_that_is_changed_or_taken_away_is_a_change(own: Path, base: Path) -> None:
    add_to_lock(read(own, base))
    lock, seen = own / "organisation.lock", read(own, base).digest
    assert read(own, base).digest == seen
    change(lock, "Alle kommer til orde.", "Alle kommer.")
    assert read(own, base).digest != seen
    lock.unlink()
    assert read(own, base).digest != seen


def test_a_word_diff_shows_both_versions() -> None:
    old = "en to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten gammel slutt"
    assert word_diff(old, old.replace("gammel", "helt ny")) == (
        "… ni ti elleve tolv tretten fjorten ‹gammel› slutt",
        "… ni ti elleve tolv tretten fjorten ‹helt ny› slutt",
    )


def test_problems_of_the_base_are_told_with_its_name_and_line(
    own: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(base / "content/regler.yml", "title: Regler", "tittel: Regler")
    assert main(["check", "--source", str(own), "--base", str(base)]) == 1
    told = capsys.readouterr().err
    assert "base/content/regler.yml:4:1: error" in told
    assert "     4 | tittel: Regler" in told


def test_folders_that_make_no_edition_are_wrong_use(own: Path, base: Path) -> None:
    assert main(["check", "--source", str(own), "--base", str(own)]) == 2
    assert main(["check", "--source", str(base), "--base", str(base)]) == 2
    assert main(["check", "--organisation", str(base / "forms")]) == 2
    assert main(["check", "--source", str(base), "--organisation", str(own)]) == 0


def test_nothing_is_read_from_outside_and_nothing_that_is_too_large(own: Path, base: Path) -> None:
    (own / "images").mkdir()
    (own / "images/out.png").symlink_to("/etc/passwd")
    with (own / "images/big.png").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    project = read(own, base)
    assert [(p.code, p.location.file) for p in project.problems] == [
        (Code.FILE_LIMIT, "images/big.png"),
        (Code.UNREADABLE, "images/out.png"),
    ]
    assert not any(name.startswith("images/") for name in project.assets)


def test_own_templates_come_first_and_their_mistakes_are_told(own: Path, base: Path) -> None:
    folder = own / "templates/site"
    folder.mkdir(parents=True)
    template = folder / "chapter.md"
    # Without their anchors, links to the chapter and its sections would lead nowhere, and say so.
    theirs = (base / "templates/site/chapter.md").read_text(encoding="utf-8")
    template.write_text(f"{theirs}\nHos oss.\n", encoding="utf-8")
    (site,) = plan_of(own, base).sites
    assert b"Hos oss." in site.tree["docs/prove/kapittel.md"]
    template.write_text("\n{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}"
                        "{% endfor %}", encoding="utf-8")  # fmt: skip
    problems = make_plan(read(own, base), Selection(prints=False))[1]
    assert {(p.code, str(p.location)) for p in problems} == {
        (Code.TEMPLATE_ERROR, "templates/site/chapter.md:2:1")
    }


def test_own_styles_and_pictures_reach_site_and_print_and_nothing_else_does(
    own: Path, base: Path, tmp_path: Path
) -> None:
    for name in ("style.css", "print.css"):
        (own / name).write_text("p { background: url(images/a.svg) }", encoding="utf-8")
    (own / "images").mkdir()
    (own / "images/a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    (own / "secret.txt").write_text("x", encoding="utf-8")
    before = read(own, base).digest
    (site,) = plan_of(own, base).sites
    assert site.tree["docs/assets/organisation.css"].startswith(b"p {")
    assert "docs/assets/images/a.svg" in site.tree
    fetcher = AssetFetcher(assets_folder(read(own, base), tmp_path / "work"))
    assert fetcher.fetch(f"{ORIGIN}organisation.css").read().startswith(b"p {")
    fetcher.fetch(f"{ORIGIN}images/a.svg")
    fetcher.fetch(f"{ORIGIN}print/base.css")
    for name in ("secret.txt", "../own/secret.txt", "%2e%2e/secret.txt"):
        with pytest.raises(ValueError, match="not in the edition"):
            fetcher.fetch(f"{ORIGIN}{name}")
    (own / "images/a.svg").write_text("<svg/>", encoding="utf-8")
    assert read(own, base).digest != before


def test_own_texts_have_a_catalog_of_their_own(own: Path, base: Path) -> None:
    folder = ["--source", str(own), "--base", str(base)]
    assert main(["translate", "add", "nn", *folder]) == 0
    assert [p.name for p in own.rglob("*.po")] == ["organisation.po"]
    catalog = own / "content/locale/nn/organisation.po"
    assert "Alle kommer til orde." not in catalog.read_text(encoding="utf-8")
    change(
        catalog, 'msgid "Vi hilser på hverandre."\nmsgstr ""',
        'msgid "Vi hilser på hverandre."\nmsgstr "Vi helsar på kvarandre."',
    )  # fmt: skip
    (site,) = plan_of(own, base, languages=("nn",)).sites
    pages = markdown_of(site)
    assert "Vi helsar på kvarandre." in pages["prove/manus.md"]
    assert '<span lang="nb" dir="ltr">En episode fra Fjellheim</span>' in "".join(pages.values())


def test_catalogs_are_checked_where_they_are_the_organisations(
    own: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = ["--source", str(own), "--base", str(base)]
    change(own / "organisation.yml", "languages: [nb]", "languages: [nb, nn]")
    assert main(["translate", "add", "nn", "--source", str(base)]) == 0
    assert main(["translate", "add", "sv", "--source", str(base)]) == 0
    assert main(["translate", "check", *both]) == ExitCode.PROBLEMS
    err = capsys.readouterr().err
    # Nothing of the base, and nothing of a language that this organisation has not chosen.
    assert err.startswith(
        "content/locale/nn/organisation.po:1:1: warning: there is no such catalog"
    )
    assert err.endswith("\n0 errors, 1 warning\n")
    assert main(["translate", "add", "nn", *both]) == 0
    assert main(["translate", "check", *both]) == 0
    (own / "content/locale/nn").rename(own / "content/locale/nynorsk")
    assert main(["translate", "check", *both]) == ExitCode.PROBLEMS
    assert "“nynorsk” is no language’s code" in capsys.readouterr().err


def test_a_catalog_is_shown_with_its_own_line(
    own: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = ["--organisation", str(own), "--source", str(base)]
    assert main(["translate", "add", "nn", *both]) == 0
    catalog = own / "content/locale/nn/organisation.po"
    catalog.write_text(catalog.read_text(encoding="utf-8") + "here is no entry\n")
    capsys.readouterr()
    assert main(["translate", "update", *both]) == ExitCode.PROBLEMS
    assert " | here is no entry\n" in capsys.readouterr().err


def test_what_frames_every_page_is_translated_too(own: Path, base: Path) -> None:
    change(
        own / "organisation.yml", "languages: [nb]",
        "languages: [nb]\nfooter: Et sted å lære.\nprivacy: Vi lagrer ingenting.\n"
        "contact: {text: Spør Kari., email: kari@example.org}",
    )  # fmt: skip
    folder = ["--source", str(own), "--base", str(base)]
    assert main(["translate", "add", "nn", *folder]) == 0
    catalog = own / "content/locale/nn/organisation.po"
    assert 'msgctxt "organisation/contact.text"' in catalog.read_text(encoding="utf-8")
    change(catalog, 'msgid "Spør Kari."\nmsgstr ""', 'msgid "Spør Kari."\nmsgstr "Spør ho Kari."')
    (edition,) = plan_of(own, base, languages=("nn",)).editions
    shown = brand_settings(edition)
    assert shown["contact_html"].startswith("Spør ho Kari. · <a ")
    assert shown["footer_html"] == '<span lang="nb" dir="ltr">Et sted å lære.</span>'


def test_what_is_chosen_and_is_not_there_is_told(own: Path, base: Path) -> None:
    change(own / "organisation.yml", "languages: [nb]", "languages: [nb, xx]\nprogrammes: [prov]")
    problems = make_plan(read(own, base), Selection())[1]
    assert [(p.code, p.location.line) for p in problems] == [
        (Code.OVERRIDE_UNKNOWN, 3),
        (Code.OVERRIDE_UNKNOWN, 4),
    ]


def test_an_overlay_with_mistakes_accepts_nothing(own: Path, base: Path) -> None:
    change(own / "organisation.yml", "pr-steg-1:", "pr-steg-9:")
    with pytest.raises(SourceError):
        accept_base(read(own, base), ())
    assert not (own / "organisation.lock").exists()
