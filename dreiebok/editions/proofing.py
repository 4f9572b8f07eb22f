"""What is wrong with a translation as a text: marks, links, placeholders, spaces, length.

Words are for people to judge; these are slips that make a page look broken.
"""

import re
from collections.abc import Iterator

from dreiebok.editions.catalogs import Catalog, Entry
from dreiebok.editions.messages import Message
from dreiebok.editions.plurals import Plurals
from dreiebok.inline import links
from dreiebok.problems import Code, Location, Problem, Severity

_PLACEHOLDER = re.compile(r"\{[a-z]+\}|%\([a-z]+\)s")
_MARK = re.compile(r"\*\*|\*|`")
MORE = 1.3
"""Where room is short, a translation may be so much longer than its source all the same."""


def proofread(catalog: Catalog, messages: tuple[Message, ...]) -> Iterator[Problem]:
    """Yield a warning, at its line in the PO file, for each slip in a translation that is used."""
    for message in messages:
        entry = catalog.find(message.context, message.text)
        if entry is None or not entry.translation or entry.fuzzy:
            continue
        at = Location(catalog.name, max(entry.line, 1))
        slips = _plural_slips(entry, catalog.plurals) if entry.plural else ()
        for slip, hint in slips or _slips(entry, message.limit):
            text = f"{slip}: “{entry.translation[:60]}”"
            yield Problem(Code.BAD_TRANSLATION, text, at, hint, Severity.WARNING)


def _plural_slips(entry: Entry, plurals: Plurals) -> Iterator[tuple[str, str]]:
    """Yield the slips in the forms that go with numbers.

    A form that is for one number alone, such as one or two, may say it in words.
    """
    if not all(entry.forms) or len(entry.forms) != plurals.count:
        yield "a plural form is missing", f"The language has {plurals.count}: fill them all in."
        return
    wanted = set(_PLACEHOLDER.findall(entry.plural))
    numbers = [plurals.form(number) for number in range(200)]
    for form, words in enumerate(entry.forms):
        found = set(_PLACEHOLDER.findall(words))
        needed = wanted if numbers.count(form) > 1 else wanted - {"{n}"}
        if not needed <= found <= wanted:
            names = " ".join(sorted(wanted))
            yield f"placeholders differ in form {form}", f"Keep {names} as in the source."


def _slips(entry: Entry, limit: int | None) -> Iterator[tuple[str, str]]:
    source, target = entry.text, entry.translation
    wanted, found = (sorted(_PLACEHOLDER.findall(text)) for text in (source, target))
    if wanted != found:
        yield "placeholders differ", f"Keep {' '.join(wanted) or 'none'} as in the source."
    if sorted(links(source)) != sorted(links(target)):
        yield "links differ", "Keep the part in brackets after the words: ](#id)."
    # A language may put the stress elsewhere, but marks come in pairs.
    if any(target.count(mark) % 2 != source.count(mark) % 2 for mark in set(_MARK.findall(target))):
        yield "a mark is not closed", "Marks such as *…* and **…** come in pairs."
    if (source[:1].isspace(), source[-1:].isspace()) != (
        target[:1].isspace(),
        target[-1:].isspace(),
    ):
        yield "space at the beginning or end differs", "Keep it as in the source."
    if "\n" in target and "\n" not in source:
        yield "a line break that the source lacks", "Write it on one line."
    if limit and len(target) > max(limit, len(source) * MORE):
        yield f"{len(target)} characters, and there is room for {limit}", "Write it shorter."
