"""Records to a Handbook: one order, one index of elements, and the laws that span records."""

from collections.abc import Iterable
from dataclasses import replace

from dreiebok.model.base import Record
from dreiebok.model.handbook import Element, Handbook
from dreiebok.model.walking import kind_of, nodes_with_ids
from dreiebok.problems import Code, Problem, sort_problems
from dreiebok.sources.checks import CHECKS


def assemble(records: Iterable[Record]) -> tuple[Handbook, tuple[Problem, ...]]:
    """Return the handbook and the problems of ids that are defined twice.

    The order is that of the ids, whatever order the files came in: the same sources give the
    same bytes.
    """
    ordered = tuple(sorted(records, key=lambda record: (record.id, record.id.at)))
    elements: dict[str, Element] = {}
    problems: list[Problem] = []
    for record in ordered:
        for name, node in nodes_with_ids(record):
            if name in elements:
                problems.append(
                    Problem(
                        Code.DUPLICATE_ID,
                        f"the id “{name}” is defined twice",
                        name.at,
                        f"It is defined at {elements[name].id.at} too. "
                        "Every element needs an id of its own.",
                    )
                )
                continue
            elements[str(name)] = Element(name, kind_of(node), node, record)
    return Handbook(ordered, elements), tuple(problems)


def with_records(handbook: Handbook, records: Iterable[Record]) -> Handbook:
    """Return the handbook with its records rewritten, each under its old id."""
    rewritten, _ = assemble(records)
    return replace(rewritten, removed=handbook.removed, own_files=handbook.own_files)


def check_handbook(handbook: Handbook) -> tuple[Problem, ...]:
    """Return what every law of `sources/checks/` finds."""
    return sort_problems(problem for check in CHECKS for problem in check(handbook))
