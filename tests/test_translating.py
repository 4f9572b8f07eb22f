"""The catalogs' way through the years, by the commands that translators use, on a tiny book."""

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import material
import pytest

from dreiebok.building.build import build
from dreiebok.building.options import Options, Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import read_project
from dreiebok.building.translating import all_messages
from dreiebok.cli import main
from dreiebok.editions.catalogs import Entry, make_catalog, read_catalog
from dreiebok.editions.messages import Message
from dreiebok.editions.powriting import write_catalog
from dreiebok.problems import Code
from dreiebok.website.engines import MATERIAL_LANGUAGES, SiteSettings, flat_config
from tests.projects import copy_book, tree

DAY = date(2026, 11, 21)
LOCALES = ("en", "nn")


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that is translated into two languages; tests must leave it as it is."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("translated"))
    messages = all_messages(read_project(folder))
    for locale in LOCALES:
        for domain, found in messages.items():
            entries = (entry(message, locale) for message in found)
            path = folder / "content" / "locale" / locale / f"{domain}.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            catalog = make_catalog(locale, domain, entries)
            path.write_bytes(write_catalog(catalog, found, "En liten bok", DAY))
    return folder


@pytest.fixture
def book(translated: Path, tmp_path: Path) -> Path:
    """That book, to be changed."""
    return shutil.copytree(translated, tmp_path / "book")


def entry(message: Message, locale: str) -> Entry:
    """Return the translated entry of a message, with a form for one and a form for more."""
    texts = [message.text, message.plural] if message.plural else [message.text]
    words = tuple(translation(text, locale) for text in texts)
    forms = words if message.plural else ()
    return Entry(message.context, message.text, words[0], plural=message.plural, forms=forms)


def translation(text: str, locale: str) -> str:
    """Return a text's stand-in, which keeps what the checks ask for: en-Hei."""
    bare = text.lstrip()
    if locale == "en":
        bare = bare.replace("«", "‘").replace("»", "’")
    return f"{text[: len(text) - len(bare)]}{locale}-{bare}"


def run(book: Path, *words: str) -> int:
    return main(["translate", *words, "--source", str(book), "--quiet"])


def replace(folder: Path, old: str, new: str) -> None:
    """Replace words in every source of a book, where they must stand."""
    files = [f for f in folder.rglob("*.yml") if old in f.read_text(encoding="utf-8")]
    assert files, old
    for file in files:
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def numbers(book: Path, capsys: pytest.CaptureFixture[str]) -> dict[tuple[str, str], list[int]]:
    """Return translated, fuzzy and missing for every catalog, as `status` tells them."""
    capsys.readouterr()
    assert run(book, "status") == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    return {(row[0], row[1]): [int(number) for number in row[3:6]] for row in rows}


def test_what_moves_or_is_renamed_keeps_its_translation(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = numbers(book, capsys)
    inner = book / "content" / "inner"
    inner.mkdir()
    (book / "content" / "manus.yml").rename(inner / "dreiebok.yml")  # The file moves,
    replace(book, "Hils på alle., {id: pr-to-min", "{id: pr-to-min")  # a list is reordered,
    replace(book, "text: Bruk to minutter.}]", "text: Bruk to minutter.}, Hils på alle.]")
    replace(book, "pr-steg-2", "pr-steg-arbeid")  # and an id is renamed.
    assert run(book, "check") == 1  # Its messages have other contexts now.
    assert run(book, "update") == 0
    assert numbers(book, capsys) == before
    assert all(fuzzy == missing == 0 for _, fuzzy, missing in before.values())
    po = (book / "content" / "locale" / "en" / "prove.po").read_text(encoding="utf-8")
    assert "#~" not in po
    assert 'msgstr "en-Et avsnitt med en [lenke](#pr-steg-arbeid)' in po  # Links follow.
    moved = r'#: content/inner/dreiebok\.yml:\d+\nmsgctxt "pr-manus/pr-steg-arbeid/purpose"'
    assert re.search(moved, po)


def test_a_changed_sentence_is_fuzzy_in_every_language_and_alone(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = numbers(book, capsys)
    replace(book, "purpose: Vi gjør noe.", "purpose: Vi gjør noe nytt.")
    assert run(book, "update") == 0
    changed = {
        name: found for name, found in numbers(book, capsys).items() if found != before[name]
    }
    assert changed == {
        (locale, "prove"): [before[locale, "prove"][0] - 1, 1, 0] for locale in LOCALES
    }
    for locale in LOCALES:
        po = (book / "content" / "locale" / locale / "prove.po").read_text(encoding="utf-8")
        assert po.count("#, fuzzy") == 1
        assert (
            '#, fuzzy\n#| msgid "Vi gjør noe."\nmsgctxt "pr-manus/pr-steg-2/purpose"\n'
            f'msgid "Vi gjør noe nytt."\nmsgstr "{locale}-Vi gjør noe."\n'
        ) in po


def test_a_page_shows_the_new_source_and_how_many_texts_are_older(book: Path) -> None:
    def page(path: str = "docs/prove/manus.md") -> str:
        plan, problems = make_plan(read_project(book), Selection(languages=("en",), prints=False))
        assert problems == ()
        (site,) = plan.sites
        return site.tree[path].decode()

    def words(path: str) -> str:
        return " ".join(page(path).split())

    older = "en-1 tekst er eldre enn kilden"
    assert "en-Vi gjør noe." in page()
    assert older not in words("mkdocs.yml")
    replace(book, "purpose: Vi gjør noe.", "purpose: Vi gjør noe nytt.")
    assert run(book, "update") == 0
    assert re.search(r'<span lang="nb"[^>]*>Vi gjør noe nytt\.</span>', page())
    assert older in words("mkdocs.yml")
    # The translator looks at it, and the stamp is gone.
    po = book / "content" / "locale" / "en" / "prove.po"
    text = po.read_text(encoding="utf-8").replace('#, fuzzy\n#| msgid "Vi gjør noe."\n', "")
    po.write_text(text.replace("en-Vi gjør noe.", "We do something new."), encoding="utf-8")
    assert "We do something new." in page()
    assert older not in words("mkdocs.yml")


def test_an_edited_msgid_is_named_with_its_line_and_mended_by_update(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(book, "check") == 0
    po = book / "content" / "locale" / "nn" / "prove.po"
    good = po.read_text(encoding="utf-8")
    po.write_text(good.replace('msgid "Vi gjør noe."', 'msgid "Vi gjer noko."'), encoding="utf-8")
    line = po.read_text(encoding="utf-8").splitlines().index('msgid "Vi gjer noko."') + 1
    assert run(book, "check", "en") == 0
    assert run(book, "check", "nn") == 1
    told = capsys.readouterr().err
    assert f"content/locale/nn/prove.po:{line}:1: warning: no text in the sources is" in told
    assert "[outdated-message]" in told
    assert "the catalog lacks “Vi gjør noe.” (pr-manus/pr-steg-2/purpose) [missing" in told
    assert "2 warnings" in told
    assert run(book, "update") == 0
    assert 'msgid "Vi gjør noe."' in po.read_text(encoding="utf-8")


def test_a_damaged_catalog_and_a_missing_one_are_told_with_the_rest(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = book / "content" / "locale"
    (folder / "nn" / "common.po").unlink()
    (folder / "nn" / "gammelt.po").write_bytes((folder / "nn" / "prove.po").read_bytes())
    (folder / "en" / "prove.po").write_text('msgid "Hei\n', encoding="utf-8")
    (folder / "pt-BR").mkdir()
    (folder / "pt-BR" / "prove.po").write_bytes((folder / "nn" / "prove.po").read_bytes())
    assert run(book, "check") == 1
    told = re.findall(
        r"^(\S+?):\d+:1: \w+: .*\[([a-z-]+)\]$", capsys.readouterr().err, re.MULTILINE
    )
    assert told == [
        ("content/locale/en/prove.po", "bad-catalog"),
        ("content/locale/nn/common.po", "missing-message"),
        ("content/locale/nn/gammelt.po", "outdated-message"),
        ("content/locale/pt-BR/prove.po", "bad-catalog"),
    ]


@pytest.mark.parametrize(
    ("locale", "why"),
    [("../sv", "no language’s code"), ("", "no language’s code"), ("pt-BR", "no language’s code"),
     ("nb", "the language of the sources"), ("en", "already")],
)  # fmt: skip
def test_a_language_that_cannot_be_added_is_wrong_use(
    book: Path, capsys: pytest.CaptureFixture[str], locale: str, why: str
) -> None:
    before = tree(book)
    assert run(book, "add", locale) == 2
    assert why in capsys.readouterr().err
    assert tree(book) == before


def test_a_strict_build_stops_for_what_is_not_translated(book: Path) -> None:
    replace(book, "purpose: Vi gjør noe.", "purpose: Vi gjør noe nytt.")
    assert run(book, "update") == 0
    selection = Selection(languages=("nn",), prints=False)
    options = Options(book, book / "site", book / "build", selection, strict=True)
    with ThreadPoolExecutor(1) as pool:
        outcome = build(read_project(book), options, lambda *_: None, pool)
    assert outcome.failed
    (problem,) = outcome.problems
    assert problem.code is Code.MISSING_TRANSLATION
    assert problem.message == "0 of 74 texts have no translation, and 1 have one of an older text"
    assert not (book / "site").exists()


def test_weblates_description_fits_the_catalogs(root: Path) -> None:
    components = json.loads((root / "weblate.json").read_text(encoding="utf-8"))
    domains = sorted(path.stem for path in (root / "content" / "locale" / "en").glob("*.po"))
    assert sorted(component["slug"] for component in components) == domains
    for component in components:
        files = sorted(root.glob(component["filemask"]))
        assert len(files) == len(list((root / "content" / "locale").iterdir()))
        assert root / component["new_base"] in files
        assert component["source_language"] == "nb_NO"


def test_a_catalog_made_from_anothers_by_other_tools_is_taken_for_its_own_language(
    root: Path,
) -> None:
    # So Weblate begins a new language: the English file, its translations and header replaced.
    text = (root / "content" / "locale" / "en" / "common.po").read_text(encoding="utf-8")
    text = text.replace("Status: draft, not read", "Status: reviewed").replace(
        '"Language: en\\n"', '"Language: sv\\n"'
    )
    found = read_catalog(text.encode(), "sv", "common", "common.po")
    assert not found.reviewed
    assert len(found.entries) > 300


def test_the_theme_speaks_every_language_that_it_knows() -> None:
    folder = Path(material.__file__).parent / "templates" / "partials" / "languages"
    assert {path.stem for path in folder.glob("*.html")} == MATERIAL_LANGUAGES
    wanted = {
        "sv": "sv", "pt_BR": "pt-BR", "de_AT": "de", "kvn": "en",
        "zh_TW": "zh-TW", "zh_Hant": "zh-Hant", "zh_Hant_TW": "zh-Hant", "zh_Hans_CN": "zh",
    }  # fmt: skip
    found = {}
    for locale in wanted:
        settings = SiteSettings("Bok", "", locale, "ltr", "", ())
        config = flat_config(b"theme: {}", "mkdocs.yml", settings)
        found[locale] = re.findall(r"^  language: (.+)$", config, re.MULTILINE)
    assert found == {locale: [language] for locale, language in wanted.items()}
