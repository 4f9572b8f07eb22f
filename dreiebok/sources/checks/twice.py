"""listed-twice: the same id stands twice in one list, a page in two menus, or a door twice.

Fails: `used_in: [mg-steg-3, mg-steg-3]` · a script that two menu groups show · two entries of a
programme for the same door.
Passes: the same id in two different lists, such as a page behind two doors.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from dreiebok.model.base import Id, Node
from dreiebok.model.handbook import Book, Handbook, Programme
from dreiebok.model.walking import walk
from dreiebok.problems import Code, Problem


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for the second and each later mention."""
    pages: list[Id] = []
    for record in handbook.records:
        if isinstance(record, Programme):
            pages.extend(page for menu in record.menu for page in menu.pages)
            yield from _repeated(behind.door for behind in record.doors)
            yield from _check_each(record.doors)
        elif isinstance(record, Book):
            pages.extend(record.pages)
            yield from _check_each(record.doors)
        else:
            yield from _check_each(walk(record))
    yield from _repeated(pages)


def _check_each(parts: Iterable[object]) -> Iterator[Problem]:
    for part in parts:
        if isinstance(part, Node):
            yield from _check_lists(part)


def _check_lists(node: Node) -> Iterator[Problem]:
    for _, value in node:
        if isinstance(value, tuple) and len(value) > 1:
            yield from _repeated(item for item in value if isinstance(item, Id))


def _repeated(ids: Iterable[Id]) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for name in ids:
        seen[name] += 1
        if seen[name] > 1:
            yield Problem(
                Code.LISTED_TWICE,
                f"“{name}” is listed twice",
                name.at,
                "Take one of the two out.",
            )
