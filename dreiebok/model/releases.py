"""A released edition, as it was: what it holds, so that the next one can tell what is new in it."""

from __future__ import annotations

import re
from datetime import date as Date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from dreiebok.model.base import Record, Text, Verbatim


def _coded(words: Verbatim) -> Verbatim:
    if not re.match(r"[0-9A-Z]{4} \S", words):
        raise PydanticCustomError(
            "coded", "“{what}” is not a code of four signs and a title", {"what": str(words)}
        )
    return words


CodedTitle = Annotated[Verbatim, AfterValidator(_coded)]
"""The code of an element's text, a space, and its title, as they were in that edition."""


class Release(Record):
    """An edition that readers have: its version, the authors' words on it, and all its elements."""

    kind: Literal["release"]
    version: Verbatim = Field(description="The version, such as 2026.1.")
    date: Annotated[Date, Field(description="When it was released: year-month-day.")]
    news: tuple[Text, ...] = Field((), description="What authors say is new, a paragraph each.")
    elements: dict[Verbatim, CodedTitle] = Field(
        description="Written by `dreiebok release`: code and title of each element, by id."
    )
