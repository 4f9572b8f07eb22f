"""The words that all records share: texts that know their place, ids, references, items."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from dreiebok.problems import Location

NOWHERE = Location("", 0, 0)
ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""Ids are HTML anchors, file names and AcroForm field names (ISO 32000-1, 12.7.3.2: no period)."""


class Text(str):
    """A string from a source file that remembers where it was written.

    It is inline Markdown without raw HTML: `<` is a character. `dreiebok.inline` reads it.
    """

    __slots__ = ("at", "lang")
    at: Location
    lang: str
    pattern: ClassVar[str | None] = None
    description: ClassVar[str] = "Text; *emphasis*, **strong** and [links](#id) are allowed."

    def __new__(cls, value: str, at: Location = NOWHERE, lang: str = "") -> Self:
        """Make a text; without a place it belongs to no file.

        `lang` is its language where that is not the edition's: it has no translation yet.
        """
        text = super().__new__(cls, value)
        text.at = at
        text.lang = lang
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with the place, since the default for str subclasses would lose it."""
        return type(self), (str(self), self.at, self.lang)

    @classmethod
    def validate(cls, value: object) -> Self:
        """Accept strings only, so that `title: 2026` is found to be a number."""
        if not isinstance(value, str):
            raise PydanticCustomError(
                "text_type", "expected a text, found {what}", {"what": describe(value)}
            )
        if not value.strip():
            raise PydanticCustomError("text_empty", "expected a text, found nothing")
        if cls.pattern and not re.fullmatch(cls.pattern, value):
            raise PydanticCustomError("id_pattern", "“{value}” is not an id", {"value": str(value)})
        return cls(value, getattr(value, "at", NOWHERE))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Tell pydantic to keep the place."""
        return core_schema.no_info_plain_validator_function(cls.validate)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the text to editors."""
        found: dict[str, Any] = {"type": "string", "minLength": 1, "description": cls.description}
        if cls.pattern:
            found["pattern"] = cls.pattern
        return found


class Both(Text):
    """A text that shows its counterpart in another language after it, where a print has two.

    It is that of the first language everywhere else. Both know their language.
    """

    __slots__ = ("beside",)
    beside: Text

    @classmethod
    def of(cls, text: Text, beside: Text) -> Self:
        """Join a text and its counterpart."""
        both = cls(str(text), text.at, text.lang)
        both.beside = beside
        return both

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with the counterpart."""
        return type(self).of, (Text(str(self), self.at, self.lang), self.beside)


class Verbatim(Text):
    """A text that is the same in every language: a name, the title of a publication, a version."""

    __slots__ = ()
    description = "The same in every language; not translated."


class Id(Text):
    """The name of an element: an anchor on the site, a field name in a form, a key for editions."""

    __slots__ = ()
    pattern = ID_PATTERN
    description = "Id of this element: small letters, digits and single hyphens. Never changes."


class Ref(Id):
    """The id of something defined elsewhere; `kinds` says what it may be (empty: anything)."""

    __slots__ = ()
    kinds: ClassVar[tuple[str, ...]] = ()
    description = "Id of an element defined elsewhere."


class FigureRef(Ref):
    """The id of a figure."""

    __slots__ = ()
    kinds = ("figure",)
    description = "Id of a figure."


class TableRef(Ref):
    """The id of a table."""

    __slots__ = ()
    kinds = ("table",)
    description = "Id of a table."


class FormRef(Ref):
    """The id of a form or a survey."""

    __slots__ = ()
    kinds = ("form", "survey")
    description = "Id of a form or a survey."


class SetRef(Ref):
    """The id of a set of rules or pitfalls."""

    __slots__ = ()
    kinds = ("rules", "pitfalls")
    description = "Id of a set of rules or pitfalls."


class SourceRef(Ref):
    """The id of a publication."""

    __slots__ = ()
    kinds = ("source",)
    description = "Id of a source."


class ScriptRef(Ref):
    """The id of a script."""

    __slots__ = ()
    kinds = ("script",)
    description = "Id of a script."


class DoorRef(Ref):
    """The id of a door of the handbook."""

    __slots__ = ()
    kinds = ("door",)
    description = "Id of a door of the handbook."


class StepRef(Ref):
    """The id of a step of a script."""

    __slots__ = ()
    kinds = ("step",)
    description = "Id of a step of a script."


class PageRef(Ref):
    """The id of a record that has a page of its own."""

    __slots__ = ()
    kinds = ("chapter", "script", "rules", "pitfalls", "form", "survey")
    description = "Id of a chapter, script, form, survey, or set of rules or pitfalls."


def describe(value: object) -> str:
    """Name a YAML value in the author's words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() | float():
            return f"the number {value} (put it in quotes if it is text)"
        case str():
            return f"the text “{value[:40]}”"
        case list() | tuple():
            return "a list"
        case dict():
            return "keys and values"
    return "something else"


class Basis(StrEnum):
    """What a statement rests on: the programme's published source, or the makers' own decision."""

    SOURCE = "source"
    OWN = "own"


class Node(BaseModel):
    """Base of every record and part of a record: frozen, typed, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _find_unknown_keys(cls, data: Any, info: ValidationInfo) -> Any:
        """Report unknown keys with the keys that this record does know, then go on without them.

        pydantic's own `extra="forbid"` names the key but not what it could have been.
        """
        if isinstance(data, dict) and isinstance(info.context, list):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in known:
                    info.context.append(UnknownKey(key, tuple(known)))
        return data


class UnknownKey:
    """A key that a record does not know, with those it does; parsing makes a Problem of it."""

    __slots__ = ("key", "known")

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        """Remember the key as written, with its place."""
        self.key = key
        self.known = known


def _as_item(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


class Item(Node):
    """One point of a list: a text, or a text with an id, a title and a basis."""

    id: Id | None = None
    title: Text | None = Field(None, description="A few words in bold before the text.")
    text: Text
    basis: Basis | None = None


Point = Annotated[Item, BeforeValidator(_as_item, json_schema_input_type=Item | str)]
"""An Item that an author may write as a plain text."""


class Record(Node):
    """What one YAML file describes. Its place is that of its id."""

    id: Id
    title: Text
    basis: Basis | None = Field(
        None, description="own: decided by the makers; source: from the programme's source."
    )
