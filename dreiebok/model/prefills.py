"""What is written into a form before it is handed out: the file that `dreiebok fill` reads."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, StrictBool, StrictInt

from dreiebok.model.base import Id, Node, Text

MOST_COPIES = 99


class Prefill(Node):
    """A heading for the sheet, values for fields, and how many copies are wanted.

    The heading names the group and never who answers: a form is confidential.
    """

    organisation: Text | None = None
    group: Text | None = Field(None, description="What the group is called.")
    facilitator: Text | None = None
    place: Text | None = None
    date: Text | None = Field(None, description="When the group meets, as it is to be read.")
    numbered: bool = Field(False, description="Write on each copy which one it is: 1 of 6.")
    copies: int = Field(1, ge=1, le=MOST_COPIES)
    values: Mapping[Id, Text | StrictInt | StrictBool] = Field(
        {}, description="Values by the names of fields, which are the ids of their questions."
    )
