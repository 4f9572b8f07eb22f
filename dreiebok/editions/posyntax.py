"""The bytes of a PO file before a parser sees them: encoding, size, and lines in their order.

What gettext's own tools refuse is refused here too, at its line, since a lenient parser would give
a text the translation of another (GNU gettext manual, “The Format of PO Files”).
"""

import re
from collections.abc import Iterator

from dreiebok.problems import Code, Location, Problem, SourceError

MAX_BYTES = 5_000_000
"""The largest catalog of the handbook has half a megabyte."""
_AFTER = {
    "msgctxt": ("", "msgstr", "msgstr[]"),
    "msgid": ("", "msgctxt", "msgstr", "msgstr[]"),
    "msgid_plural": ("msgid",),
    "msgstr": ("msgid",),
    "msgstr[]": ("msgid_plural", "msgstr[]"),
}
"""Which line may stand before each; “” is the beginning of the file, [] the number of a form."""
_OPEN = frozenset({"msgctxt", "msgid", "msgid_plural"})
"""What a message cannot end with."""
_FORM = re.compile(r"(?<=msgstr)\[(\d+)\]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CHARSET = re.compile(r'^"Content-Type:.*charset=([\w.-]+)', re.MULTILINE | re.IGNORECASE)
_EDITOR = "Open it in a PO editor such as Poedit, which finds and mends such mistakes."


def decode_po(data: bytes, name: str) -> str:
    """Return the text of a PO file; raises SourceError with every line that cannot be.

    A byte order mark and the line ends of Windows are taken as they come: Notepad writes both.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(
            bad_catalog(
                f"it is larger than {MAX_BYTES // 1_000_000} MB",
                Location(name),
                "A catalog holds texts only; take out what has been pasted into it.",
            )
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        what = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        raise SourceError(
            bad_catalog(what, Location(name, line), "Save the file with the encoding UTF-8.")
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if problems := tuple(_problems(text, name)):
        raise SourceError(*problems)
    return text


def bad_catalog(message: str, at: Location, hint: str = _EDITOR) -> Problem:
    """Return the problem of a catalog that cannot be read."""
    return Problem(Code.BAD_CATALOG, f"the catalog cannot be read: {message}", at, hint)


def _problems(text: str, name: str) -> Iterator[Problem]:
    found = _CHARSET.search(text)
    if found and found[1].upper() not in {"UTF-8", "UTF8", "CHARSET"}:
        where = Location(name, text.count("\n", 0, found.start()) + 1)
        what = f"its header says that it is written in {found[1]}"
        yield bad_catalog(what, where, "Save it as UTF-8: charset=UTF-8.")
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if sign := _CONTROL.search(line):
            what = f"a character U+{ord(sign[0]):04X}, which no text can hold"
            yield bad_catalog(what, Location(name, number))
    # What follows the first line out of order would only repeat that something is.
    if (disorder := _disorder(lines)) is not None:
        number, what = disorder
        yield bad_catalog(what, Location(name, number))


def _disorder(lines: list[str]) -> tuple[int, str] | None:
    """Return the first line that is no string, or stands where it cannot, and what is wrong."""
    before, was_obsolete, number, forms = "", False, 0, 0
    for number, line in enumerate(lines, 1):
        words = line.strip()
        obsolete = words.startswith("#~")
        words = words.removeprefix("#~").strip()
        if not words or words.startswith(("#", "|")):
            continue
        keyword = words.partition('"')[0].strip()
        if not _STRING.fullmatch(words.removeprefix(keyword).strip()):
            return number, "a quotation mark is missing"
        form = _FORM.search(keyword)
        keyword = _FORM.sub("[]", keyword)
        if obsolete != was_obsolete and before in _OPEN:
            return (
                number,
                f"the message above has no {'msgid' if before == 'msgctxt' else 'msgstr'}",
            )
        if keyword and keyword not in _AFTER:
            return number, f"“{keyword}” is no keyword"
        if before not in _AFTER.get(keyword, tuple(_AFTER)):
            return number, f"{keyword or 'a text'} after {before or 'nothing'}"
        forms = forms + 1 if keyword == "msgstr[]" else forms * (not keyword)
        if form and int(form[1]) != forms - 1:
            return number, f"form {form[1]} stands where form {forms - 1} should"
        before, was_obsolete = keyword or before, obsolete
    if before in _OPEN:
        return number, "the last message has no msgstr"
    return None
