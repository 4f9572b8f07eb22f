"""wrong-value and empty-door: a button or a door that would lead a reader nowhere.

Fails: `script: rg-samtalen` in a programme whose menu does not list it · a door of the handbook
without `also:`, and no programme has pages behind it.
Passes: a programme's own script and form; a door that at least one page lies behind.
"""

from collections.abc import Iterator

from dreiebok.model.handbook import Book, Handbook, Programme
from dreiebok.problems import Code, Problem


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each button and each door that leads nowhere."""
    programmes = [record for record in handbook.records if isinstance(record, Programme)]
    used = {behind.door for programme in programmes for behind in programme.doors}
    for programme in programmes:
        listed = {str(page) for menu in programme.menu for page in menu.pages}
        for name in (programme.script, programme.form):
            # What is nowhere at all is told by the check of references.
            if name is not None and str(name) not in listed and name in handbook.elements:
                yield Problem(
                    Code.WRONG_VALUE,
                    f"“{name}” stands in no menu of the programme “{programme.id}”",
                    name.at,
                    "Name one of the programme's own pages, or list it in its menu.",
                )
    for record in handbook.records:
        for door in record.doors if isinstance(record, Book) else ():
            if not door.also and door.id not in used:
                yield Problem(
                    Code.EMPTY_DOOR,
                    f"nothing lies behind the door “{door.id}”",
                    door.id.at,
                    f"Add `- {{door: {door.id}, pages: […]}}` to `doors:` of a programme, "
                    "or `also:` here; or take the door out.",
                )
