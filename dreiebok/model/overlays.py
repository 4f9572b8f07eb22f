"""What an organisation changes in the base edition, element by element, by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from dreiebok.model.base import Id, Node


class Overrides(Node):
    """Changes to elements of the base edition. Values are of the element's own kind."""

    replace: Mapping[Id, Mapping[str, Any]] = Field(
        {}, description="By id: keys of that element with other values; the others stay."
    )
    extend: Mapping[Id, Mapping[str, Any]] = Field(
        {}, description="By id and key: more items, or {before|after: ID, items: [...]}."
    )
    remove: tuple[Id, ...] = Field((), description="Ids of elements to leave out.")
    order: Mapping[Id, Mapping[str, tuple[Id, ...]]] = Field(
        {}, description="By id and key: the items that come first; the others follow as they were."
    )


class Overlay(Overrides):
    """A file of changes to the base edition, beside those in organisation.yml."""

    kind: Literal["overlay"]
