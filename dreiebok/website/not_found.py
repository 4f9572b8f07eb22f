"""The page for an address where nothing is: in every language, the way back to the front page.

Nobody knows which language a reader wanted who is lost, so the page says it in all of them. These
ways are no doors of the handbook (`doors.py`), though templates know them as `doors`.
"""

from dataclasses import dataclass

from dreiebok.editions.bcp47 import language_tag
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name

NOT_FOUND = "404.html"
"""What hosts show in place of a page that is not there."""


@dataclass(frozen=True, slots=True)
class WayHome:
    """A language's words on the page that stands for one that is not there."""

    locale: str
    lang: str
    direction: str
    name: str
    title: str
    home: str


def way_home(edition: Edition) -> WayHome:
    """Return what leads a reader who is lost to the home page of a language."""
    return WayHome(
        edition.locale,
        language_tag(edition.locale),
        edition.direction,
        native_name(edition.locale),
        edition.gettext("Siden finnes ikke"),
        edition.gettext("Til forsiden"),
    )
