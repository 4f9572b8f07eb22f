"""What is wrong with a catalog: slips in its translations, terms astray, messages not of today.

Words are for people to judge. What a translator has looked at and found right is silenced by a
comment of the message: `# ok: numbers, terms`.
"""

import re
from collections.abc import Iterator, Sequence

from dreiebok.editions.catalogs import Catalog, Entry
from dreiebok.editions.messages import Message
from dreiebok.editions.plurals import Plurals
from dreiebok.editions.slips import CHECKS, PLACEHOLDER, Pair
from dreiebok.editions.terminology import check_wording, make_rules
from dreiebok.model.handbook import Glossary
from dreiebok.problems import Code, Location, Problem, Severity

PLURALS = "plurals"
"""The name of the check of forms that go with numbers."""
COUNTED = frozenset({"placeholders", "numbers"})
"""Checks of one text that this one does for all its forms."""
TERMS = "terms"
"""The name of the check of words that the glossary fixes."""
_OK = re.compile(r"\s*ok:(.*)", re.IGNORECASE)
_SHOWN = 60
"""So many characters of a text stand in a problem."""


def proofread(
    catalog: Catalog,
    messages: tuple[Message, ...],
    glossaries: Sequence[Glossary] = (),
    source_locale: str = "nb",
) -> Iterator[Problem]:
    """Yield a warning, at its line in the PO file, for each slip in a translation that is used."""
    for message in messages:
        entry = catalog.find(message.context, message.text)
        if entry is None or not entry.translation or entry.fuzzy:
            continue
        pair = Pair(entry.text, entry.translation, catalog.locale, source_locale, message.limit)
        silenced = _silenced(entry)
        if entry.plural and PLURALS not in silenced:
            for slip, hint in plural_slips(entry, catalog.plurals):
                yield _slip(catalog, entry, f"{slip} ({PLURALS})", hint)
        for name, check in CHECKS.items():
            # The forms of a language need not name the number as those of another do.
            if name not in silenced and not (entry.plural and name in COUNTED):
                for slip, hint in check(pair):
                    yield _slip(catalog, entry, f"{slip} ({name})", hint)
    for astray in check_wording(make_rules(glossaries, catalog), catalog, messages):
        if TERMS not in _silenced(astray.entry):
            rule = astray.rule
            what = f"the others call “{rule.term}” “{rule.translation}” ({TERMS})"
            hint = "Use the glossary’s word, or say in a comment of the message: ok: terms."
            yield _slip(catalog, astray.entry, what, hint)


def compare(catalog: Catalog, messages: Sequence[Message]) -> Iterator[Problem]:
    """Yield a warning for each message that is not in the sources, or not in the catalog.

    A msgid that was edited by hand is no text of the handbook any more: its translation would be
    lost without a word.
    """
    wanted = {(message.context, message.text) for message in messages}
    hint = "Run `translate update`. Never edit a msgid: the text is changed in its YAML file."
    for entry in catalog.entries:
        if (entry.context, entry.text) not in wanted:
            what = f"no text in the sources is “{_short(entry.text)}” ({entry.context})"
            at = Location(catalog.name, max(entry.line, 1))
            yield Problem(Code.OUTDATED_MESSAGE, what, at, hint, Severity.WARNING)
    missing = [m for m in messages if catalog.find(m.context, m.text) is None]
    if missing and catalog.name:
        first = f"“{_short(missing[0].text)}” ({missing[0].context})"
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        what = f"the catalog lacks {first}{more}"
        at = Location(catalog.name)
        yield Problem(Code.MISSING_MESSAGE, what, at, "Run `translate update`.", Severity.WARNING)


def _slip(catalog: Catalog, entry: Entry, what: str, hint: str) -> Problem:
    at = Location(catalog.name, max(entry.line, 1))
    text = f"{what}: “{_short(entry.translation)}”"
    return Problem(Code.BAD_TRANSLATION, text, at, hint, Severity.WARNING)


def _silenced(entry: Entry) -> set[str]:
    """Return the names of the checks that a translator has found to be wrong here."""
    found = (match[1] for line in entry.comment if (match := _OK.fullmatch(line)))
    return {name for names in found for name in re.split(r"[,\s]+", names.strip())}


def _short(text: str) -> str:
    text = text.replace("\n", "⏎")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def plural_slips(entry: Entry, plurals: Plurals) -> Iterator[tuple[str, str]]:
    """Yield the slips in the forms that go with numbers, and what to do.

    A form that is for one number alone, such as one or two, may say it in words.
    """
    if not all(entry.forms) or len(entry.forms) != plurals.count:
        yield "a plural form is missing", f"The language has {plurals.count}: fill them all in."
        return
    wanted = set(PLACEHOLDER.findall(entry.plural))
    numbers = [plurals.form(number) for number in range(200)]
    for form, words in enumerate(entry.forms):
        found = set(PLACEHOLDER.findall(words))
        needed = wanted if numbers.count(form) > 1 else wanted - {"{n}"}
        if not needed <= found <= wanted:
            names = " ".join(sorted(wanted))
            yield f"placeholders differ in form {form}", f"Keep {names} as in the source."
