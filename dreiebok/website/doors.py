"""Doors: by what they have come to do, readers are led to the pages that they need.

The handbook says which doors there are, each programme what it has behind them. Nothing here
writes a page. What an edition does not show, lies behind no door; a door with nothing is closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dreiebok.editions.edition import Edition
from dreiebok.model.base import Record, Text
from dreiebok.model.forms import Form, Survey
from dreiebok.model.handbook import Door, Programme
from dreiebok.model.scripts import Script


@dataclass(frozen=True, slots=True)
class Doorway:
    """A door as a programme has it: its words there, and the programme's pages behind it."""

    door: Door
    programme: Programme
    title: Text
    pages: tuple[Record, ...]

    @property
    def anchor(self) -> str:
        """Its anchor on the programme's page."""
        return f"{self.programme.id}-{self.door.id}"


def open_doors(edition: Edition) -> tuple[Door, ...]:
    """Return the handbook's doors that lead to a page of the edition, in its order."""
    used = {way.door.id for programme in edition.programmes for way in doorways(edition, programme)}
    return tuple(d for d in edition.book.doors if d.id in used or also(edition, d))


def doorways(edition: Edition, programme: Programme) -> tuple[Doorway, ...]:
    """Return what a programme has behind the doors, in the handbook's order."""
    found = []
    for door in edition.book.doors:
        for behind in programme.doors:
            pages = _shown(edition, behind.pages) if behind.door == door.id else ()
            if pages:
                found.append(Doorway(door, programme, behind.title or door.title, pages))
    return tuple(found)


def also(edition: Edition, door: Door) -> tuple[Record, ...]:
    """Return the pages of the edition that everybody needs behind a door."""
    return _shown(edition, door.also)


def main_script(edition: Edition, programme: Programme) -> Script | None:
    """Return the script of a programme's meetings: the one it names, or its only one."""
    scripts = edition.scripts_of(programme)
    named = [script for script in scripts if script.id == programme.script]
    return next(iter(named or (scripts if len(scripts) == 1 else ())), None)


def main_form(edition: Edition, programme: Programme) -> Form | Survey | None:
    """Return the form of a programme's meetings: the one it names, or its only one."""
    forms = edition.forms_of(programme)
    named = [form for form in forms if form.id == programme.form]
    return next(iter(named or (forms if len(forms) == 1 else ())), None)


def _shown(edition: Edition, names: Iterable[str]) -> tuple[Record, ...]:
    """Return those records that have a page in the edition."""
    pages = (*edition.common_pages(), *(r for p in edition.programmes for r in edition.pages_of(p)))
    shown = {record.id for record in pages}
    return tuple(edition.record(name) for name in names if name in shown)
