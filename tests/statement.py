"""The evidence of a look at finished sites, as Markdown: docs/accessibility.md."""

from dataclasses import dataclass
from datetime import date

from tests.criteria import CRITERIA, Criterion

_HEAD = """# Accessibility: the evidence

What was checked, how, and what came of it: material for the accessibility statement
(tilgjengelighetserklæring) that public bodies in Norway publish at uustatus.no. `make accessibility` writes this page; edit
`tests/criteria.py` and `tests/statement.py`, not the page. It holds for the handbook as it is here. An organisation with its own colours,
logo, texts or templates runs it on its own site: `python -m tests.accessibility SITE --evidence FILE`, in a clone.

## What was looked at

| | |
|---|---|
"""
_SETTINGS = """
Every page was opened from the disk, in each of its states: as it opens; unfolded, where something folds; each form open, then
filled in with mistakes, told of them, and asked whether to clear all; meeting mode before it begins, at every step
with two episodes, and at its end; on the first page of a language the menus of languages and pages, and the search
before anything is typed. The side menu, which is the same on all pages, was looked at on the first pages of languages and
programmes, and taken out of the others. In each state:

- axe-core, its rules for WCAG 2.0 to 2.2, A and AA, and its best practice: all of them at 1280 px in
  light, those about colours and targets at 320 px in dark;
- scripts at 320 × 256 px (1280 × 1024 at 400 %): sideways scroll, targets, headings; in light and dark: contrast of
  words in figures and of the edges of fields; at 1280 and 390 px with the spacing of WCAG 1.4.12: what is cut or too wide.

What a page cannot tell alone has tests, which run at every change (`make test`): the keyboard's way through every kind of page,
with the focus measured in pictures, forced colours, reduced motion. They are named in the table; they look at one page of each kind.

Not looked at: other browsers than Chromium; screen readers, voice control and other aids; people who use them. Nobody
with a disability has tried the website. The PDFs are a matter of their own: tests check them against PDF/UA-1 and
PDF/A-2a by machine, not by a person with a reader.
"""
_STATEMENT = """
## For the statement

Public bodies fill in the form at [uustatus.no](https://uustatus.no/) and link to the finished statement with `accessibility:`
in `organisation.yml`. The law in Norway asks for WCAG 2.1, A and AA, with a few exceptions; WCAG 2.2 contains it but for 4.1.1.
What the form asks changes; the guidance at [uutilsynet.no](https://www.uutilsynet.no/) holds, not this page.

| The form asks for | Who knows |
|---|---|
| which criteria are met | the table above, for what is as delivered; “not checked” is not “met” |
| what is not, and what that means to people | “What was found” above, and whatever you find in your own texts, colours and templates |
| how it was tested, and when | “What was looked at” above; your own tests beside it |
| the body's name, the address of the site, who is responsible | only you |
| how people tell you of barriers, and how soon you answer | only you |
| why something is left as it is (disproportionate burden), or is exempt | only you; we know of no exempt content |
| what is yours: logo, pictures, episodes, forms, linked documents | only you |
| a new look every year, and after large changes | you; run `make accessibility` again and read the difference |
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a look at sites gave: `pages` by language, criteria by axe's rules, what was found by what."""

    day: date
    chromium: str
    axe: str
    pages: dict[str, int]
    states: int
    rules: dict[str, tuple[str, ...]]
    found: dict[str, list[str]]


def evidence_text(evidence: Evidence) -> str:
    """Return the page of evidence."""
    pages = ", ".join(f"{name} {count}" for name, count in sorted(evidence.pages.items()))
    facts = (
        ("When", evidence.day.isoformat()),
        ("Tools", f"axe-core {evidence.axe}, Chromium {evidence.chromium} through Playwright"),
        ("Pages", f"{sum(evidence.pages.values())} ({pages})"),
        ("States", str(evidence.states)),
    )
    rows = "".join(f"| {name} | {value} |\n" for name, value in facts)
    return _HEAD + rows + _SETTINGS + _found(evidence) + _table(evidence) + _STATEMENT


def _found(evidence: Evidence) -> str:
    lines = ["\n## What was found\n"]
    wrong = {what: all_ for what, all_ in evidence.found.items() if not _is_unsure(what)}
    unsure = {what: all_ for what, all_ in evidence.found.items() if _is_unsure(what)}
    if not wrong:
        lines.append("Nothing.\n")
    for what, all_ in sorted(wrong.items()):
        lines.append(f"- **{what}**: {len(all_)} times, first `{_code(all_[0])}`")
    if unsure:
        lines.append(
            "\nWhere axe-core could not tell, for instance of the colours under what lies over the page:\n"
        )
        for what, all_ in sorted(unsure.items()):
            lines.append(f"- {what.removeprefix('unsure: ')}: {len(all_)} elements")
    return "\n".join(lines) + "\n"


def _is_unsure(what: str) -> bool:
    return what.startswith("unsure")


def _code(example: str) -> str:
    return example.replace("`", "'")


def _table(evidence: Evidence) -> str:
    lines = [
        "\n## Result for each criterion\n",
        "Automatic is axe-core, with the number of its rules; script and tests are ours; by eye is a sample of pictures.\n",
        "| Criterion | Level | Checked | Result | Not checked |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(criterion, evidence) for criterion in CRITERIA]
    return "\n".join(lines) + "\n"


def _row(criterion: Criterion, evidence: Evidence) -> str:
    rules = [rule for rule, numbers in evidence.rules.items() if criterion.number in numbers]
    names = [f"axe: {rule}" for rule in rules]
    wrong = sum(
        len(all_)
        for what, all_ in evidence.found.items()
        if what in names or f"({criterion.number})" in what
    )
    how = [f"automatic: {len(rules)}"] if rules else []
    how += [f"script: {criterion.script}"] if criterion.script else []
    how += ["tests: " + ", ".join(f"`{name}`" for name in criterion.tests)] if criterion.tests else []
    how += [f"by eye: {criterion.eye}"] if criterion.eye else []
    if wrong:
        result = f"**{wrong} found**"
    elif criterion.absent:
        result = f"does not apply: {criterion.absent}"
    else:
        result = "nothing found" if how else "**not checked**"
    return (
        f"| {criterion.number} {criterion.name} | {criterion.level} | {'; '.join(how)} | "
        f"{result} | {criterion.left} |"
    )
