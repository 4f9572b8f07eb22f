"""The laws that span records, one a file. Each takes a Handbook and yields Problems."""

from collections.abc import Callable, Iterator

from dreiebok.model.handbook import Handbook
from dreiebok.problems import Problem
from dreiebok.sources.checks import (
    doors,
    figures,
    links,
    menus,
    minutes,
    references,
    surveys,
    tables,
    terms,
    twice,
)

CHECKS: tuple[Callable[[Handbook], Iterator[Problem]], ...] = (
    references.check,
    surveys.check,
    links.check,
    twice.check,
    menus.check,
    doors.check,
    minutes.check,
    tables.check,
    figures.check,
    terms.check,
)
