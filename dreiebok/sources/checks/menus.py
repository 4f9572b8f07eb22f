"""not-in-menu and not-shown: something is written that no reader could find.

Fails: a chapter that no menu lists · a figure or table that no page shows.
Passes: each record with a page stands in its programme's menu, or in the handbook's `pages`.
"""

from collections.abc import Iterator

from dreiebok.model.handbook import PAGE_KINDS, Book, Handbook, Programme
from dreiebok.model.walking import kind_of, references
from dreiebok.problems import Code, Problem


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each record that nothing leads to."""
    listed: set[str] = set()
    shown: set[str] = set()
    for record in handbook.records:
        if isinstance(record, Programme):
            listed.update(page for menu in record.menu for page in menu.pages)
        elif isinstance(record, Book):
            listed.update(record.pages)
        shown.update(ref for ref in references(record) if ref != record.id)
    for record in handbook.records:
        kind = kind_of(record)
        if kind in PAGE_KINDS and record.id not in listed:
            yield Problem(
                Code.NOT_IN_MENU,
                f"no menu lists the {kind} “{record.id}”",
                record.id.at,
                "Add its id to `pages:` of a menu in its programme.yml, "
                "or to `pages:` in content/handbook.yml.",
            )
        if kind in {"figure", "table"} and record.id not in shown:
            yield Problem(
                Code.NOT_SHOWN,
                f"no page shows the {kind} “{record.id}”",
                record.id.at,
                f"Add a block `- {kind}: {record.id}` where readers need it.",
            )
