"""What earlier builds have left in the way: looked after before the next one begins."""

from dreiebok.building.assets import ASSETS
from dreiebok.building.cache import Cache
from dreiebok.building.options import Options
from dreiebok.building.publishing import bring_back
from dreiebok.building.writing import clear_folder, remove

DRAFT = "draft.pickle"
"""Where project and plan wait in the work folder while what they lack is rendered."""
RENDERED = "rendered"
"""The folder in the work folder in which engines write; a killed build leaves it for the next."""


def clear_up(options: Options) -> None:
    """Bring an old site back that was on its way out, and remove what is half-written.

    Call it where this process holds the work folder.
    """
    bring_back(options.output)
    clear_folder(options.work)
    Cache(options.cache).clear()
    for name in (ASSETS, DRAFT, RENDERED):
        remove(options.work / name)
