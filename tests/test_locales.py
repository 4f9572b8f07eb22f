"""What a locale looks like: numbers, times, lists, the alphabet, forms that go with a number."""

import json
import subprocess

import pytest

from dreiebok.editions.catalogs import Entry, make_catalog
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import (
    direction_of,
    format_bytes,
    format_clock,
    format_minutes,
    format_share,
    list_separators,
    plurals_of,
    sort_key,
)
from dreiebok.editions.making import make_edition
from dreiebok.editions.messages import COMMON, INTERFACE
from tests.projects import book_edition

WORDS = {
    "nb": "aksept anke zebra ærlig øve åpen Åse arbeid Ørret ære ål svar é-post evne Evne",
    "nn": "arbeid zebra ærleg øve åpen vere Åse",
    "da": "arbejde zebra ærlig øve åben ål svar",
    "sv": "arbete zebra ärlig öva åtgärd ål svar",
    "de": "Übung Ende ändern arbeiten Öl offen Zeit über Straße Strand ärgern",
    "pl": "ćwiczyć cel czas żart źle zero ława las ósmy opis śmiech sen ąą aż ęę echo ńń noc",
    "uk": "їжа ідея ґрунт гра єдність ера йога ймовірність яблуко ь щастя шлях іній їх",
    "en": "résumé resume zebra café cart cafe Apple apple naïve",
    "ar": "مجموعة تأمل أسئلة إدارة بطاقة ثقة جلسة حوار خبرة دليل رحلة زميل سؤال شعور",
}


def listed(locale: str, *things: str) -> str:
    return "".join(
        before + thing
        for before, thing in zip(list_separators(len(things), locale), things, strict=True)
    ).replace("\N{NO-BREAK SPACE}", " ")


def test_lists_have_the_words_of_the_locale() -> None:
    assert listed("nb", "a", "b", "c") == "a, b og c"
    assert listed("en", "a", "b", "c") == "a, b and c"
    assert listed("pl", "a", "b", "c") == "a, b i c"
    assert listed("uk", "a", "b") == "a і b"
    assert listed("ar", "أ", "ب", "ج") == "أ وب وج"
    assert (listed("nb", "a"), listed("nb")) == ("a", "")
    # The word goes with what follows it.
    assert list_separators(2, "pl") == ("", " i\N{NO-BREAK SPACE}")


def test_times_sizes_and_shares_are_as_the_locale_writes_them() -> None:
    def plain(words: str) -> str:
        return words.replace("\N{NO-BREAK SPACE}", " ")

    assert [plain(format_minutes(90, name)) for name in ("nb", "uk", "ar")] == [
        "90 min", "90 хв", "90 د",
    ]  # fmt: skip
    assert [plain(format_bytes(1_234_567, name)) for name in ("nb", "en", "uk")] == [
        "1,2 MB", "1.2 MB", "1,2 МБ",
    ]  # fmt: skip
    assert [plain(format_share(97, name)) for name in ("nb", "en")] == ["97 %", "97%"]
    assert [format_clock(845, name) for name in ("nb", "en", "da", "ar")] == [
        "14.05", "14:05", "14.05", "14:05",
    ]  # fmt: skip
    assert [direction_of(name) for name in ("nb", "ar", "qps")] == ["ltr", "rtl", "ltr"]


@pytest.mark.parametrize("locale", WORDS)
def test_words_stand_in_the_order_of_icu(locale: str) -> None:
    words = WORDS[locale].split()
    program = "const [l, w] = JSON.parse(process.argv[1]);"
    program += "console.log(JSON.stringify(w.sort(new Intl.Collator(l).compare)))"
    done = subprocess.run(
        ["node", "-e", program, json.dumps([locale, words])],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert sorted(words, key=lambda word: sort_key(word, locale)) == json.loads(done.stdout)


def counted(locale: str, *forms: str) -> Edition:
    """Return a small edition whose interface has these forms for pages."""
    entry = Entry(INTERFACE, "{n} side", forms[0], plural="{n} sider", forms=forms)
    catalogs = {COMMON: make_catalog(locale, COMMON, [entry])}
    return make_edition(book_edition("minimal").handbook, locale, catalogs=catalogs)


def pages(edition: Edition, number: int) -> str:
    return edition.ngettext("{n} side", "{n} sider", number)


def test_a_number_chooses_its_form() -> None:
    polish = counted("pl", "{n} strona", "{n} strony", "{n} stron")
    assert [pages(polish, n) for n in (1, 3, 5, 22, 112)] == [
        "1 strona", "3 strony", "5 stron", "22 strony", "112 stron",
    ]  # fmt: skip
    arabic = counted("ar", "٠", "صفحة واحدة", "صفحتان", "{n} صفحات", "{n} صفحة", "{n} ص")
    found = [pages(arabic, n) for n in (1, 2, 5)]
    assert found == ["صفحة واحدة", "صفحتان", "5 صفحات"]
    assert plurals_of("ar").count == 6


def test_without_all_forms_the_source_stands() -> None:
    assert pages(counted("pl", "{n} strona", "", ""), 5) == "5 sider"
    assert pages(book_edition("minimal"), 1) == "1 side"
    assert pages(book_edition("minimal"), 1500) == "1\N{NO-BREAK SPACE}500 sider"
