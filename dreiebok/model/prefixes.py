"""The prefix of a programme: what belongs to it has an id that begins with `mg-`, say.

The rule stands here alone. Only the programme itself is called as it likes, and what begins with no
programme's prefix is common to all.
"""

from collections.abc import Iterable

from dreiebok.model.base import Record
from dreiebok.model.forms import Phase
from dreiebok.model.handbook import Programme


def has_prefix(name: str, prefix: str) -> bool:
    """Tell whether an id begins with a programme's prefix.

    >>> has_prefix("mg-steg-5", "mg"), has_prefix("mgruppe", "mg")
    (True, False)
    """
    return name.startswith(f"{prefix}-")


def owner_of(name: str, programmes: Iterable[Programme]) -> Programme | None:
    """Return the first programme that an id is of: its own, or one with its prefix."""
    return next((p for p in programmes if name == p.id or has_prefix(name, p.prefix)), None)


def slug(about: Record | Phase, programme: Programme) -> str:
    """Return how a file about something is called: its id without the programme's prefix."""
    return str(about.id).removeprefix(f"{programme.prefix}-")
