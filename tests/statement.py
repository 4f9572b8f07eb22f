"""The evidence of a look at finished sites, as Markdown: docs/accessibility.md."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

from tests.criteria import CRITERIA, Criterion

_PAGE = Path(__file__).parent / "data" / "accessibility.md"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a look at sites gave.

    `pages`: by language how many were looked at, and how many there are; `rules`: the criteria of
    each rule of axe; `found`: where, by what.
    """

    day: date
    chromium: str
    axe: str
    pages: dict[str, tuple[int, int]]
    states: int
    rules: dict[str, tuple[str, ...]]
    found: dict[str, list[str]]


def evidence_text(evidence: Evidence) -> str:
    """Return the page of evidence."""
    pages = ", ".join(f"{name} {n} of {all_}" for name, (n, all_) in sorted(evidence.pages.items()))
    tools = f"axe-core {evidence.axe.lstrip('v')}, Chromium {evidence.chromium} through Playwright"
    facts = {
        "When": evidence.day.isoformat(),
        "Tools": tools,
        "Pages": f"{sum(n for n, _ in evidence.pages.values())}: {pages}",
        "States of pages": str(evidence.states),
    }
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        facts="".join(f"| {name} | {value} |\n" for name, value in facts.items()),
        found="\n".join(_found(evidence.found)),
        table="".join(f"{_row(criterion, evidence)}\n" for criterion in CRITERIA),
    )


def _found(found: dict[str, list[str]]) -> list[str]:
    unsure = [what for what in sorted(found) if _is_unsure(what)]
    lines = [
        f"- **{what}**: {len(found[what])} times, first `{found[what][0].replace('`', chr(39))}`"
        for what in sorted(found)
        if what not in unsure
    ] or ["Nothing."]
    if unsure:
        lines += [
            "",
            "Where axe-core could not tell, for instance of colours under what is above them:",
            "",
        ]
        lines += [
            f"- {what.removeprefix('unsure: ')}: {len(found[what])} elements" for what in unsure
        ]
    return lines


def _is_unsure(what: str) -> bool:
    return what.startswith("unsure")


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
    how += (
        ["tests: " + ", ".join(f"`{name}`" for name in criterion.tests)] if criterion.tests else []
    )
    how += [f"by eye: {criterion.eye}"] if criterion.eye else []
    how += [f"in the source: {criterion.source}"] if criterion.source else []
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
