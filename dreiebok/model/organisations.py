"""An organisation's settings: what `organisation.yml` says of its own edition."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from dreiebok.model.base import Id, Text, Verbatim
from dreiebok.model.brand import (
    ChosenColour,
    Colours,
    Contact,
    FontChoice,
    Link,
    LogoFiles,
    OneLine,
    ShortName,
)
from dreiebok.model.clock import parse_clock
from dreiebok.model.engines import Engine
from dreiebok.model.overlays import Overrides
from dreiebok.model.series import Series, time_of_day
from dreiebok.model.terms import OwnTerm

_SIZES_MM: dict[str, dict[str, tuple[float, float]]] = {
    "a4": {"a3": (297, 420), "a4": (210, 297), "a5": (148, 210), "a6": (105, 148)},
    "letter": {"a3": (279.4, 431.8), "a4": (215.9, 279.4), "a5": (139.7, 215.9), "a6": (105, 148)},
}
"""ISO 216, and ANSI/ASME Y14.1: Tabloid, Letter, and half a Letter. Cards are A6 on either."""


class Paper(StrEnum):
    """The paper in the printer; documents are designed for a sheet of the A series."""

    A4 = "a4"
    LETTER = "letter"

    def size_mm(self, sheet: str) -> tuple[float, float]:
        """Return width and height of what stands for a sheet: a3 … a6, or a4-landscape."""
        short, long = _SIZES_MM[self.value][sheet[:2]]
        return (long, short) if sheet.endswith("-landscape") else (short, long)


def _address(words: Text) -> Text:
    # The fragment is ours: it names the element that a code on paper leads to.
    if not re.fullmatch(r"https?://[^\s/?#\"<>\\]+(/[^\s?#\"<>\\]*)?", words):
        raise PydanticCustomError(
            "address", "“{what}” is not an address such as https://guide.example/", {"what": words}
        )
    return words


class Organisation(Overrides):
    """Who hosts an edition, how it prints, what it has chosen, and what it says otherwise."""

    name: OneLine = Field(description="The organisation's name.")
    short: ShortName | None = Field(None, description="Its short name, for cards and titles.")
    logo: LogoFiles | None = Field(None, description="SVG, PNG or JPEG beside this file.")
    colour: ChosenColour = Field(None, description="The organisation's colour.")
    colours: Colours | None = Field(None, description="Instead of `colour`: two of them.")
    font: FontChoice | None = Field(None, description="Face of titles, or own font files.")
    contact: Contact | None = None
    footer: Text | None = Field(None, description="A line at the foot of every page.")
    publisher: OneLine | None = Field(None, description="Who publishes this edition.")
    licence: OneLine | None = Field(None, description="The licence of this edition.")
    accessibility: Link | None = Field(None, description="The accessibility statement.")
    privacy: Text | None = Field(None, description="What happens to readers' data.")
    address: Annotated[Text, AfterValidator(_address)] | None = Field(
        None, description="Where its guide is hosted; prints get QR codes that lead there."
    )
    start: Annotated[Text, AfterValidator(time_of_day)] | None = Field(
        None, description="When meetings begin, such as 14:00: prints show the time of day."
    )
    participants: int = Field(6, ge=2, le=40, description="How many forms a meeting kit holds.")
    paper: Paper = Field(Paper.A4, description="a4 or letter; cards are A6 on either.")
    programmes: tuple[Id, ...] = Field((), description="Ids of the programmes; without it, all.")
    languages: tuple[Verbatim, ...] = Field(
        (), description="The languages that are built, the first one first; without it, all."
    )
    forms: tuple[Id, ...] | None = Field(
        None, description="Ids of the base's forms and surveys that stay; without it, all."
    )
    terms: dict[Verbatim, OwnTerm] = Field(
        default_factory=dict,
        description="Own words for terms of the base, with all forms, in one or more languages.",
    )
    engine: Engine | None = Field(
        None, description="What builds the pages; without it, what the base's mkdocs.yml says."
    )
    series: Series | None = Field(None, description="Meetings of one group at a fixed time.")

    @model_validator(mode="after")
    def _one_choice_of_colours(self) -> Organisation:
        if self.colour and self.colours:
            raise PydanticCustomError("colours", "“colour” and “colours” are both given", {})
        return self

    @property
    def palette(self) -> Colours | None:
        """The colours, in whichever way they are given."""
        if self.colour:
            return Colours.model_construct(primary=self.colour)
        return self.colours

    @property
    def home(self) -> str:
        """Where the guide is hosted, ending in a slash; empty where that is not known."""
        return f"{self.address.rstrip('/')}/" if self.address else ""

    def clock(self) -> int | None:
        """Return when meetings begin, in minutes from midnight, if the settings say it."""
        return parse_clock(self.start) if self.start else None
