"""Words that agree with a noun: articles, possessives and adjectives before and after it.

Norwegian (nb, nn) by closed lists and by endings that tell an adjective. What the lists cannot tell
is handed back as a word that somebody should look at, never guessed.
"""

import re
from dataclasses import dataclass

from dreiebok.model.terms import Gender

INDEFINITE, DEFINITE = 0, 1
"""Places of the singular in the list of forms of a Norwegian noun."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Words to be put in the place of others: from `start` to `end` of the text."""

    start: int
    end: int
    new: str


def _rows(lines: str) -> dict[str, tuple[str, str, str]]:
    """Read rows of masculine, feminine and neuter, by each of the three forms."""
    found: dict[str, tuple[str, str, str]] = {}
    for line in lines.split(";"):
        m, f, n = (form.strip().replace("_", " ") for form in line.split(","))
        for form in (m, f, n):
            found.setdefault(form, (m, f, n))
    return found


def word_set(line: str) -> frozenset[str]:
    """Return the words of a line."""
    return frozenset(line.split())


ARTICLES = {
    "nb": _rows(
        "en,ei,et; én,én,ett; hver,hver,hvert; ingen,inga,ikke_noe; hvilken,hvilken,hvilket;"
        # «Si» before a noun is the verb rather.
        "min,mi,mitt; din,di,ditt; sin,sin,sitt; vår,vår,vårt; enhver,enhver,ethvert"
    ),
    "nn": _rows(
        "ein,ei,eit; éin,éi,eitt; kvar,kvar,kvart; ingen,inga,ikkje_noko; nokon,noka,noko;"
        "min,mi,mitt; din,di,ditt; sin,si,sitt; vår,vår,vårt"
    ),
}
DEMONSTRATIVES = {
    "nb": _rows("den,den,det; denne,denne,dette"),
    "nn": _rows("den,den,det; denne,denne,dette"),
}
_POSSESSIVES = _rows("min,mi,mitt; din,di,ditt; vår,vår,vårt")
_REFLEXIVE = _rows("sin,si,sitt")
_NO_NOUN_NEXT = re.compile(
    r"[*_»”)]*(?:[.,;:!?–]|$|\s+(?:og|eller|men|som|så|når|da|då|for|med|til|i|på|om|fra|frå|ved|av|"
    r"etter|før|der|uten|utan|hos)\b)"
)
_COMMON = (
    "ny,ny,nytt; stor,stor,stort; god,god,godt; trygg,trygg,trygt; hel,hel,helt; halv,halv,halvt;"
    "lang,lang,langt; ung,ung,ungt; sterk,sterk,sterkt; svak,svak,svakt; rask,rask,raskt;"
    "fin,fin,fint; ren,ren,rent; høy,høy,høyt; lav,lav,lavt; låg,låg,lågt; dyp,dyp,dypt;"
    "djup,djup,djupt; fri,fri,fritt; brei,brei,breitt; bred,bred,bredt; hard,hard,hardt;"
    "myk,myk,mykt; mjuk,mjuk,mjukt; varm,varm,varmt; kald,kald,kaldt; tom,tom,tomt; lik,lik,likt;"
    "ulik,ulik,ulikt; slik,slik,slikt; enkel,enkel,enkelt; grei,grei,greit; klok,klok,klokt;"
    "dårlig,dårlig,dårlig; travel,travel,travelt; erfaren,erfaren,erfarent;"
    "einskild,einskild,einskilt; seig,seig,seigt"
)
ADJECTIVES = {
    "nb": _rows(
        f"{_COMMON}; egen,egen,eget; liten,lita,lite; annen,anna,annet; åpen,åpen,åpent;"
        "gammel,gammel,gammelt; sånn,sånn,sånt; sikker,sikker,sikkert; vakker,vakker,vakkert"
    ),
    "nn": _rows(
        f"{_COMMON}; eigen,eiga,eige; liten,lita,lite; annan,anna,anna; open,open,ope;"
        "gammal,gammal,gammalt; sikker,sikker,sikkert; vaksen,vaksen,vakse"
    ),
}
SAME_IN_ALL = re.compile(
    r"(?!.*tjeneste).{2,}(?:ende|ande|ig|leg|sk|et|ert|a|este|ast|ste|dre|are)|"
    r"fast|kort|felles|lett|tett|rett|"
    r"bestemt|kjent|svært|veldig|ganske|meir|mer|mest|helt|heilt|annerledes|annleis"
)
"""Adjectives that are alike in all genders, and adverbs before adjectives."""
_REGULAR = re.compile(r"(.{2,})((?:som|bar|løs|laus|full|iv|al)t?|ell|elt)")
_REGULAR_ENDINGS = {"ell": "ell", "elt": "ell"}
_WEAK = re.compile(r".+e")
"""An adjective after den, det, denne, dette ends in e in all genders."""
_BEFORE = re.compile(r"([^\W\d_]+)[*_]{0,3}\s+[*_\[«“‘(]{0,3}$")
_COMMA = re.compile(r"([^\W\d_]+)[*_]{0,3},\s+$")
WORD_AFTER = re.compile(r"[*_»”]{0,3}\s+([^\W\d_]+)")
_PREDICATE = re.compile(
    r"[*_»”]{0,3}(?:\s+(?:min|mi|mitt|din|di|ditt|vår|vårt))?"
    r"\s+(?:er|var|blir|ble|vart|vert)\s+([^\W\d_]+)"
    r"(?=[.,;:!?]|$|\s+(?:og|for|når|hvis|dersom|nok|fordi)\b)"
)
_PARTICIPLE = re.compile(
    r"[*_»”]{0,3}\s+(?:er|var|blir|vart)\s+((?!glad|redd)[^\W\d_]{3,}(?:d|en))\b"
)
"""In nynorsk it agrees with its noun: gruppa er lagd, laget er lagt."""


def agree(
    text: str, start: int, end: int, slot: int, base: Gender, own: Gender, locale: str, last: str
) -> tuple[list[Edit], list[str]]:
    """Return the edits round a Norwegian noun whose gender changes, and the words left in doubt.

    The noun stands from `start` to `end`, in the singular that `slot` says; `last` is the form
    that takes its place. Bokmål lets feminine nouns take masculine words before them, as our
    texts do, and feminine possessives after a definite form in a.
    """
    if slot not in {INDEFINITE, DEFINITE} or base is own:
        return [], []
    before = Gender.M if locale == "nb" and own is Gender.F else own
    edits, doubt = _before(text, start, slot, base, before, locale)
    found = WORD_AFTER.match(text, end)
    # A capital begins something else: “… gruppa. Din …”, a name, a heading.
    if slot == DEFINITE and found and (found[1].islower() or text[start:end].isupper()):
        word = found[1].lower()
        after = Gender.F if own is Gender.F and last.endswith("a") else before
        if word in _POSSESSIVES and _agrees(word, _POSSESSIVES[word], base, locale):
            edits.append(_edit(found, _POSSESSIVES[word], after))
        elif word in _REFLEXIVE:
            # It agrees with this noun («episoden sin.»), or with the next one («gruppa si bok»),
            # as it does for the most part in nynorsk.
            if _NO_NOUN_NEXT.match(text, found.end()):
                if _agrees(word, _REFLEXIVE[word], base, locale):
                    edits.append(_edit(found, _REFLEXIVE[word], after))
            elif locale == "nb":
                doubt.append(found[1])
    found = _PREDICATE.match(text, end)
    if found and found[1].lower() in ADJECTIVES[locale]:
        row = ADJECTIVES[locale][found[1].lower()]
        if _agrees(found[1].lower(), row, base, locale):
            edits.append(_edit(found, row, own if locale == "nn" else before))
    if locale == "nn" and (participle := _PARTICIPLE.match(text, end)):
        doubt.append(participle[1])
    doubt += _pronoun(text, end, base, own, locale)
    return [edit for edit in edits if text[edit.start : edit.end] != edit.new], doubt


def _pronoun(text: str, end: int, base: Gender, own: Gender, locale: str) -> list[str]:
    """Return the pronoun that begins the next sentence, or a part of this one, if it may change.

    Whether it means this noun nobody can tell by a list.
    """
    if locale == "nb" and Gender.N not in {base, own}:
        return []
    words = {
        "nb": {Gender.M: "den", Gender.F: "den", Gender.N: "det"},
        "nn": {Gender.M: "den|han", Gender.F: "den|ho", Gender.N: "det"},
    }[locale][base]
    found = re.match(rf"[^.!?]*(?:[.!?]\s+|,\s+(?:og|men|så|for)\s+)({words})\s", text[end:], re.I)
    return [found[1]] if found else []


def _before(
    text: str, start: int, slot: int, base: Gender, own: Gender, locale: str
) -> tuple[list[Edit], list[str]]:
    """Walk back over adjectives to the article; what follows an unknown word is not touched."""
    tables = ARTICLES[locale] if slot == INDEFINITE else DEMONSTRATIVES[locale]
    edits: list[Edit] = []
    adjectives = False
    for _ in range(6):
        # Between adjectives there may be a comma: en ny, god gruppe.
        found = word_before(text, start) or (_COMMA.search(text[:start]) if adjectives else None)
        if not found:
            return edits, []
        word = found[1].lower()
        start = found.start(1)
        if adjectives and word in {"og", "eller", "men"}:
            continue
        if word in tables:
            if _agrees(word, tables[word], base, locale):
                edits.append(_edit(found, tables[word], own))
            return edits, []
        if slot == DEFINITE:
            if not _WEAK.fullmatch(word):
                return edits, []
            continue
        row = ADJECTIVES[locale].get(word) or _regular(word)
        if row:
            if not _agrees(word, row, base, locale):
                return edits, []
            adjectives = True
            edits.append(_edit(found, row, own))
        elif SAME_IN_ALL.fullmatch(word):
            adjectives = True
        else:
            article = word_before(text, start)
            known = article and tables.get(article[1].lower())
            if article and known and _agrees(article[1].lower(), known, base, locale):
                return edits, [f"{article[1]} {found[1]}"]
            return edits, []
    return edits, []


def word_before(text: str, start: int) -> re.Match[str] | None:
    """Find the word before a place, over spaces and marks; punctuation stands in the way."""
    # The match knows its place in the whole text; the window keeps long texts fast.
    return _BEFORE.search(text[:start], max(0, start - 60))


def _agrees(word: str, row: tuple[str, str, str], base: Gender, locale: str) -> bool:
    genders = [Gender.M, Gender.F, Gender.N]
    fits = {base, Gender.M} if locale == "nb" and base is Gender.F else {base}
    return any(row[genders.index(gender)] == word for gender in fits)


def _regular(word: str) -> tuple[str, str, str] | None:
    """Return the row of an adjective whose ending tells how it is inflected: sosial, sosialt."""
    found = _REGULAR.fullmatch(word)
    if not found:
        return None
    stem, ending = found.groups()
    common = stem + _REGULAR_ENDINGS.get(ending, ending.removesuffix("t"))
    return (
        common,
        common,
        common.removesuffix("l") + "t" if ending in _REGULAR_ENDINGS else common + "t",
    )


def _edit(found: re.Match[str], row: tuple[str, str, str], own: Gender) -> Edit:
    new = row[[Gender.M, Gender.F, Gender.N].index(own)]
    old = found[1]
    if old.isupper() and len(old) > 1:
        new = new.upper()
    elif old[0].isupper():
        new = new[0].upper() + new[1:]
    return Edit(found.start(1), found.end(1), new)
