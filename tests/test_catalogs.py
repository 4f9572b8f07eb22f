"""Catalogs: messages under names that never move, PO files that any tool reads, kind merges."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dreiebok.building import translating
from dreiebok.building.reading import read_project
from dreiebok.building.translating import all_messages
from dreiebok.cli import main
from dreiebok.editions.catalogs import (
    Catalog,
    Entry,
    make_catalog,
    read_catalog,
)
from dreiebok.editions.merging import merge
from dreiebok.editions.messages import COMMON, INTERFACE, Message
from dreiebok.editions.powriting import write_catalog
from dreiebok.editions.proofing import proofread
from dreiebok.problems import Code, Location, SourceError
from tests.projects import copy_book, tree

DAY = date(2026, 11, 21)
AT = (Location("content/a.yml", 3),)


def message(context: str, text: str) -> Message:
    return Message(context, text, "A note.", AT)


def written(catalog: Catalog, *messages: Message) -> bytes:
    return write_catalog(catalog, messages, "En bok", DAY)


def translated(*entries: tuple[str, str, str]) -> Catalog:
    return make_catalog("en", "prove", (Entry(*entry) for entry in entries))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return copy_book("minimal", tmp_path)


def test_a_catalog_reads_back_as_it_was_written() -> None:
    catalog = translated(("a/title", "Et «hus» av\ntre", "A ‘house’ of\nwood"), ("b", "To", ""))
    data = written(catalog, message("a/title", "Et «hus» av\ntre"), message("b", "To"))
    again = read_catalog(data, "en", "prove", "prove.po")
    assert [(e.context, e.text, e.translation) for e in again.entries] == [
        (e.context, e.text, e.translation) for e in catalog.entries
    ]
    assert written(again, message("a/title", "Et «hus» av\ntre"), message("b", "To")) == data
    assert b"#. A note.\n#: content/a.yml:3\nmsgctxt" in data


@pytest.mark.parametrize("blanks", [" " * 120, "\t" * 120, "\n" + " " * 120, " " * 120 + "\n\n"])
def test_blanks_at_the_end_of_a_long_line_are_kept(blanks: str) -> None:
    catalog = translated(("a/title", f"Hus{blanks}", f"House{blanks}"))
    again = read_catalog(written(catalog, message("a/title", f"Hus{blanks}")), "en", "p", "p.po")
    assert [(e.text, e.translation) for e in again.entries] == [(f"Hus{blanks}", f"House{blanks}")]


def test_a_changed_text_keeps_its_translation_as_fuzzy_with_the_text_it_was_made_for() -> None:
    old = translated(("a/purpose", "Vi løfter fram det som lyktes.", "We bring out what worked."))
    new = merge(old, [message("a/purpose", "Vi løfter fram alt det som lyktes.")])
    (entry,) = new.entries
    assert (entry.translation, entry.fuzzy) == ("We bring out what worked.", True)
    assert entry.previous == "Vi løfter fram det som lyktes."
    data = written(new, message("a/purpose", "Vi løfter fram alt det som lyktes."))
    assert b'#| msgid "Vi l\xc3\xb8fter fram det som lyktes."' in data
    # What it was made for stays when the text changes once more.
    again = merge(
        read_catalog(data, "en", "p", "p.po"), [message("a/purpose", "Vi løfter fram det.")]
    )
    assert again.entries[0].previous == "Vi løfter fram det som lyktes."
    # And where its own words come back, it is as it was.
    back = merge(again, [message("a/purpose", "Vi løfter fram det som lyktes.")])
    assert [(e.translation, e.fuzzy, e.previous) for e in back.entries] == [
        ("We bring out what worked.", False, "")
    ]


def test_a_translation_that_a_translator_doubts_is_doubtful_when_its_text_comes_back() -> None:
    first, second = message("a", "Vi løfter det fram."), message("a", "Vi løfter alt fram.")
    data = written(translated(("a", first.text, "We bring it out.")), first)
    data = data.replace(b'\nmsgctxt "a"', b'\n#, fuzzy\nmsgctxt "a"')
    doubted = read_catalog(data, "en", "p", "p.po")
    changed = read_catalog(written(merge(doubted, [second]), second), "en", "p", "p.po")
    assert [(entry.fuzzy, entry.previous) for entry in changed.entries] == [(True, "")]
    (entry,) = merge(changed, [first]).entries
    assert (entry.translation, entry.fuzzy) == ("We bring it out.", True)


def test_another_text_in_the_same_place_gets_no_help_from_the_old_one() -> None:
    old = translated(("a/title", "Status siden sist", "Since last time"))
    new = merge(old, [message("a/title", "Kaffe")])
    assert new.entries[0].translation == ""
    assert [entry.text for entry in new.obsolete] == ["Status siden sist"]


def test_what_no_text_needs_is_kept_and_comes_back() -> None:
    old = translated(("a", "Hei", "Hi"), ("b", "Takk", "Thanks"))
    shrunk = merge(old, [message("a", "Hei")])
    assert b'#~ msgid "Takk"' in written(shrunk, message("a", "Hei"))
    data = written(shrunk, message("a", "Hei"))
    back = merge(read_catalog(data, "en", "p", "p.po"), [message("a", "Hei"), message("b", "Takk")])
    assert [(e.text, e.translation, e.fuzzy) for e in back.entries] == [
        ("Hei", "Hi", False), ("Takk", "Thanks", False),
    ]  # fmt: skip
    assert back.obsolete == ()


@pytest.mark.parametrize("mark", ["#|", "#~|"])
def test_what_was_fuzzy_comes_back_fuzzy(mark: str) -> None:
    """Else readers would get the translation of another text, which may say the opposite."""
    words = f"Det går for fort, {'og det er så lenge siden, ' * 9}ja."
    old = translated(("a", words, "It is too fast."))
    today = words.replace("går", "går ikke")
    changed = merge(old, [message("a", today)])
    gone = merge(
        read_catalog(written(changed, message("a", today)), "en", "p", "p.po"),
        [message("a", "Kaffe")],
    )
    data = written(gone, message("a", "Kaffe"))
    assert b'\n#, fuzzy\n#| msgid ""\n#| "Det g' in data
    assert b"#~ msgctxt" in data
    data = data.replace(b"#|", mark.encode())
    again = read_catalog(data, "en", "p", "p.po")
    back = merge(again, [message("a", today)])
    (entry,) = back.entries
    assert (entry.translation, entry.fuzzy) == ("It is too fast.", True)
    assert entry.previous == words
    # Written once more, it is the same.
    assert written(again, message("a", "Kaffe")) == data.replace(mark.encode(), b"#|")


def test_comments_and_later_forms_of_what_is_gone_stay() -> None:
    entries = [
        Entry("a", "Hei", comment=("Spør Kari.",)),
        Entry("b", "{n} kort", plural="{n} kort!", forms=("", "{n} cards")),
    ]
    old = make_catalog("en", "p", entries)
    gone = read_catalog(
        written(merge(old, [message("c", "Kaffe")]), message("c", "Kaffe")), "en", "p", "p.po"
    )
    assert [(e.comment, e.forms) for e in gone.obsolete] == [
        (("Spør Kari.",), ()), ((), ("", "{n} cards")),
    ]  # fmt: skip


def test_what_translators_and_their_programs_put_into_a_file_stays() -> None:
    long = "En lang merknad om ordet, " * 6 + "slutt"
    text = f"""\
# Another title: en, prove
# Status: reviewed by a native speaker
# Copyright PROJECT, YEAR. Kari Nordmann, 2025.
#
# {long}
#
#   indented, and then the last
msgid ""
msgstr ""
"Project-Id-Version: Poedit 3\\n"
"Report-Msgid-Bugs-To: help@example.org\\n"
"Last-Translator: Kari Nordmann <kari@example.org>\\n"
"Language: en\\n"
"Language-Team: British <team@example.org>\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"X-Generator: Poedit 3.5\\n"
"X-Poedit-Bookmarks: 1,2,-1\\n"

# | a table
#   | of two
#
# {long}
#
msgctxt "a"
msgid "En"
msgstr "One"

# Gone,
#
# and
#
# kept.
#~ msgctxt "b"
#~ msgid "To"
#~ msgstr "Two"
"""
    known = read_catalog(text.encode(), "en", "prove", "prove.po")
    new = written(merge(known, [message("a", "En")]), message("a", "En")).decode()
    head, one, gone = new.rstrip().split("\n\n")
    assert (
        head.partition('msgid ""')[0]
        == f"""\
# En bok: en, prove
# Status: reviewed by a native speaker
# Copyright PROJECT, YEAR. Kari Nordmann, 2025.
#
# {long}
#
#   indented, and then the last
"""
    )
    assert [line for line in head.splitlines() if line.startswith(('"R', '"La', '"X'))] == [
        '"Report-Msgid-Bugs-To: help@example.org\\n"',
        '"Last-Translator: Kari Nordmann <kari@example.org>\\n"',
        '"Language: en\\n"',
        '"Language-Team: British <team@example.org>\\n"',
        '"X-Generator: Poedit 3.5\\n"',
        '"X-Poedit-Bookmarks: 1,2,-1\\n"',
    ]
    assert one.partition("#.")[0] == f"# | a table\n#   | of two\n#\n# {long}\n#\n"
    assert gone.partition("#~")[0] == "# Gone,\n#\n# and\n#\n# kept.\n"
    again = merge(read_catalog(new.encode(), "en", "prove", "prove.po"), [message("a", "En")])
    assert written(again, message("a", "En")).decode() == new


def test_a_header_that_says_nothing_holds_no_address_that_is_none() -> None:
    empty = read_catalog(b'msgid ""\nmsgstr ""\n', "en", "prove", "prove.po")
    for catalog in (empty, make_catalog("en", "prove", ())):
        head = written(merge(catalog, ())).decode()
        assert "@" not in head
        assert '"Last-Translator: –\\n"\n' in head


def test_a_text_that_moves_to_another_record_takes_its_translation_along() -> None:
    old = translated(("mg-a/title", "Hva var bra?", "What was good?"))
    (entry,) = merge(old, [message("mg-b/title", "Hva var bra?")]).entries
    assert (entry.translation, entry.fuzzy) == ("What was good?", False)


def test_the_same_word_in_two_places_may_have_two_translations() -> None:
    two = (("a/who", "Alle", "Everybody"), ("b/title", "Alle", "All"))
    new = merge(translated(*two), [message(context, text) for context, text, _ in two])
    assert [entry.translation for entry in new.entries] == ["Everybody", "All"]


def test_reordering_and_moving_records_changes_no_context(book: Path) -> None:
    def names() -> set[tuple[str, str]]:
        found = all_messages(read_project(book)).values()
        return {(m.context, m.text) for messages in found for m in messages}

    before = names()
    assert len(before) > 100
    assert not any(
        re.search(r"[./]\d+([./]|$)", context) for context, _ in before if "plans" not in context
    )
    (book / "content" / "inner").mkdir()
    (book / "content" / "manus.yml").rename(book / "content" / "inner" / "anna.yml")
    rules = book / "content" / "inner" / "anna.yml"
    rules.write_text(rules.read_text(encoding="utf-8") + "\n# The end.\n", encoding="utf-8")
    assert names() == before


def test_ids_names_and_addresses_are_not_for_translators(root: Path) -> None:
    messages = [m for found in all_messages(read_project(root)).values() for m in found]
    texts = {m.text for m in messages}
    assert not any(re.fullmatch(r"[a-z]{2}(-[a-z0-9]+)+(#\d+)?", text) for text in texts)
    assert not any(text.isdecimal() for text in texts)
    assert "2026.1" not in texts
    assert "Bandura, Albert" not in texts
    assert {"Skriv ut", "Pass på!", "{cards}, {sheets}"} <= texts


def test_add_update_and_status_on_a_book(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--source", str(book)]
    assert main(["translate", "add", "en", *command, "--quiet"]) == 0
    folder = book / "content" / "locale" / "en"
    assert sorted(path.name for path in folder.iterdir()) == ["common.po", "prove.po"]
    po = folder / "prove.po"
    text = po.read_text(encoding="utf-8")
    assert "Status: draft" in text
    one = 'msgctxt "pr-manus/title"\nmsgid "'
    start = text.index('msgstr ""', text.index(one))
    po.write_text(text[:start] + 'msgstr "The script"' + text[start + 9 :], encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main(["translate", "update", *command, "--quiet"]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert main(["translate", "status", *command]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert re.search(r"^en +prove +\d+ +1 +0 +\d+ +draft$", rows[-1])
    assert main(["translate", "add", "en", *command]) == 2
    assert main(["translate", "update", "sv", *command]) == 2


def test_other_tools_find_no_fault_in_the_catalogs(root: Path) -> None:
    found = sorted((root / "content" / "locale").rglob("*.po"))
    assert found
    for path in found:
        done = subprocess.run(
            ["msgfmt", "--check", "--output-file=/dev/null", str(path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), path


def test_the_catalogs_of_the_handbook_are_up_to_date(root: Path, tmp_path: Path) -> None:
    """Somebody changed a text or edited a msgid by hand: run `translate update`."""
    project = read_project(root)
    messages = all_messages(project)
    for name, data in project.catalogs.items():
        _, _, locale, file = name.split("/")
        domain = file.removesuffix(".po")
        catalog = read_catalog(data, locale, domain, name)
        assert {(e.context, e.text) for e in catalog.entries} == {
            (m.context, m.text) for m in messages[domain]
        }, name


@pytest.mark.parametrize(
    "damage", [b'msgid "a\nmsgstr ""\n', b"\xff\xfe", b'msgid "a"\nmsgid "b"\n']
)
def test_a_catalog_that_cannot_be_read_is_told_at_its_line(damage: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_catalog(b'msgid ""\nmsgstr ""\n\n' + damage, "en", "p", "content/locale/en/p.po")
    (problem,) = caught.value.problems
    assert problem.code is Code.BAD_CATALOG
    assert problem.location.file == "content/locale/en/p.po"


@pytest.mark.parametrize(
    ("source", "target", "slip"),
    [
        ("{n} sider", "pages", "placeholders differ"),
        ("Se [her](#mg-ide).", "See [here](#mg-idea).", "links differ"),
        ("Et *ord*.", "A *word.", "a mark is not closed"),
        (" og ", "and", "space at the beginning or end differs"),
        ("En linje", "One\nline", "a line break"),
        ("Kort", "x" * 60, "60 characters, and there is room for 40"),
    ],
)
def test_a_slip_in_a_translation_is_told_at_its_line(source: str, target: str, slip: str) -> None:
    messages = (Message("a/title", source, "", AT, 40),)
    data = write_catalog(translated(("a/title", source, target)), messages, "En bok", DAY)
    catalog = read_catalog(data, "en", "p", "content/locale/en/p.po")
    (problem,) = proofread(catalog, messages)
    assert slip in problem.message
    assert problem.code is Code.BAD_TRANSLATION
    line = data.decode().splitlines()[problem.location.line - 1]
    assert line.startswith(("msgctxt", "msgid"))


def test_what_is_fuzzy_or_right_is_no_slip() -> None:
    messages = (Message("a", "{n} *ord*", "", AT, 40), Message("b", "Hei {n}", "", AT))
    entries = (Entry("a", "{n} *ord*", "*{n}* words"), Entry("b", "Hei {n}", "Hi", fuzzy=True))
    assert list(proofread(make_catalog("en", "p", entries), messages)) == []


PAGES = Message(INTERFACE, "{n} side", "A note.", AT, plural="{n} sider")


def test_words_that_go_with_a_number_have_all_forms_of_the_language(tmp_path: Path) -> None:
    forms = ("{n} strona", "{n} strony", "{n} stron")
    entry = Entry(INTERFACE, "{n} side", forms[0], plural="{n} sider", forms=forms)
    data = written(make_catalog("pl", "common", [entry]), PAGES)
    assert b'msgid_plural "{n} sider"\nmsgstr[0] "{n} strona"\nmsgstr[1] "{n} strony"' in data
    assert b"nplurals=3" in data
    path = tmp_path / "common.po"
    path.write_bytes(data)
    checked = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", str(path)], check=False)
    assert checked.returncode == 0
    again = read_catalog(data, "pl", "common", "common.po")
    assert again.entries[0].forms == forms
    assert written(merge(again, [PAGES]), PAGES) == data


def test_a_text_that_becomes_countable_keeps_its_translation_as_a_help() -> None:
    old = make_catalog("pl", "common", [Entry(INTERFACE, "{n} side", "{n} stron")])
    (entry,) = merge(old, [PAGES]).entries
    assert (entry.forms, entry.fuzzy, entry.is_done) == (("{n} stron",) * 3, True, False)
    (entry,) = merge(
        make_catalog("pl", "common", [entry]), [message(INTERFACE, "{n} side")]
    ).entries
    assert (entry.translation, entry.forms, entry.fuzzy) == ("{n} stron", (), True)


@pytest.mark.parametrize("locale", ["en", "fkv"])  # CLDR does not know Kven.
def test_the_plural_forms_that_a_file_names_are_kept_with_its_translations(locale: str) -> None:
    data = written(make_catalog(locale, "common", [Entry(INTERFACE, "{n} side")]), PAGES)
    assert b"Plural-Forms: nplurals=2; plural=(n != 1);" in data
    other = re.sub(rb'"Plural-Forms: [^\\]+', b'"Plural-Forms: nplurals=2; plural=n>1;', data)
    found = read_catalog(other, locale, "common", "common.po")
    assert [found.plurals.form(n) for n in (0, 1, 2)] == [0, 0, 1]
    assert b"plural=n>1;" in written(found, PAGES)
    broken = other.replace(b"plural=n>1", b"plural=import os")
    with pytest.raises(SourceError) as caught:
        read_catalog(broken, locale, "common", "common.po")
    assert caught.value.problems[0].code is Code.BAD_CATALOG


@pytest.mark.parametrize(
    ("forms", "slip"),
    [
        (("strona", "{n} strony", "{n} stron"), ""),
        (("{n} strona", "strony", "{n} stron"), "placeholders differ in form 1"),
        (("{n} strona", "{n} {x} strony", "{n} stron"), "placeholders differ in form 1"),
        (("{n} strona", "{n} strony"), "a plural form is missing"),
    ],
)
def test_slips_in_plural_forms_are_told(forms: tuple[str, ...], slip: str) -> None:
    entry = Entry(INTERFACE, "{n} side", forms[0], plural="{n} sider", forms=forms)
    found = list(proofread(make_catalog("pl", "common", [entry]), (PAGES,)))
    assert [problem.message.partition(":")[0] for problem in found] == (
        [f"{slip} (plurals)"] if slip else []
    )


def test_counted_words_of_templates_and_program_are_found(root: Path) -> None:
    plurals = {m.text: m.plural for m in all_messages(read_project(root))[COMMON] if m.plural}
    assert plurals["{n} side"] == "{n} sider"  # In the program.
    assert plurals["{n} steg"] == "{n} steg"  # In a template.


def test_what_is_saved_during_an_update_stays(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["translate", "add", "nn", "--source", str(book)]) == 0
    path = book / "content/locale/nn/prove.po"
    mine = path.read_bytes().replace(b'msgstr ""\n\n', b'msgstr "Mi omsetjing"\n\n', 1)

    def merge_and_save(catalog: Catalog, messages: tuple[Message, ...]) -> Catalog:
        path.write_bytes(mine)
        return merge(catalog, messages)

    with monkeypatch.context() as patch:
        patch.setattr(translating, "merge", merge_and_save)
        assert main(["translate", "update", "--source", str(book)]) == 2
    assert "content/locale/nn/prove.po: saved by somebody" in capsys.readouterr().err
    assert path.read_bytes() == mine
    assert main(["translate", "update", "--source", str(book)]) == 0
    assert b"Mi omsetjing" in path.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="has other rights to files")
def test_a_catalog_stays_whose_it_was(book: Path) -> None:
    def translate(*words: str) -> None:
        assert main(["translate", *words, "--source", str(book), "--quiet"]) == 0

    file = book / "content/locale/en/prove.po"
    translate("add", "en")
    assert file.stat().st_mode & 0o777 == 0o644
    file.chmod(0o664)
    before = file.read_text("utf-8")
    changed = f'{before}\n\n#~ msgid "Borte"\n#~ msgstr "Gone"\n'
    file.write_text(changed, "utf-8")
    translate("update")
    assert "Gone" in file.read_text("utf-8") != changed
    assert file.stat().st_mode & 0o777 == 0o664
    translate("extract", "--output", str(book / "pot"))
    assert {path.stat().st_mode & 0o777 for path in (book / "pot").iterdir()} == {0o644}


def test_an_update_tells_all_that_is_wrong_and_writes_nothing(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for locale in ("en", "nn", "pl"):
        assert main(["translate", "add", locale, "--source", str(book)]) == 0
    for locale in ("nn", "pl"):
        with (book / f"content/locale/{locale}/prove.po").open("a", encoding="utf-8") as file:
            file.write("hva er dette\n")
    text = (book / "content/fallgruver.yml").read_text(encoding="utf-8")
    (book / "content/fallgruver.yml").write_text(
        text.replace("Det går for fort.", "Det går for sent."), encoding="utf-8"
    )
    before = tree(book / "content/locale")
    capsys.readouterr()
    assert main(["translate", "update", "--source", str(book)]) == 1
    told = capsys.readouterr().err
    assert "content/locale/nn/prove.po:" in told
    assert "content/locale/pl/prove.po:" in told
    assert main(["translate", "update", "en", "sx", "--source", str(book)]) == 2
    assert tree(book / "content/locale") == before
