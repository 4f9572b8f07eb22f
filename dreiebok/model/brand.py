"""How an organisation looks and where it is reached: the keys of `organisation.yml` about that.

Files are named here and read elsewhere; a name cannot lead out of the folder of the settings.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from dreiebok.model.base import Node, Text, Verbatim
from dreiebok.model.colours import LIGHT_BOX, TEXT_CONTRAST, contrast, legible

PICTURES = (".svg", ".png", ".jpg", ".jpeg")
FONTS = (".ttf", ".otf", ".woff2")
SHIPPED = ("Noto Serif", "Noto Sans")
"""Faces for titles that come with the project."""


class FileName(Verbatim):
    """The path of a file beside organisation.yml or in a folder there, with slashes."""

    __slots__ = ()
    description = "A file beside organisation.yml, such as logo.svg or fonts/Own-Regular.ttf."
    endings: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def validate(cls, value: object) -> FileName:
        """Accept names that stay in the folder and have a fitting ending."""
        name = super().validate(value)
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or re.search(r"[\\:\x00-\x1f]", name):
            raise PydanticCustomError(
                "file_name", "“{name}” leads out of the organisation's folder", {"name": name}
            )
        if path.suffix.lower() not in cls.endings:
            raise PydanticCustomError(
                "file_name",
                "“{name}” must end in {endings}",
                {"name": name, "endings": ", ".join(cls.endings)},
            )
        return name


class PictureName(FileName):
    """The name of a picture."""

    __slots__ = ()
    endings = PICTURES


class FontName(FileName):
    """The name of a font file."""

    __slots__ = ()
    endings = FONTS


class OneLine(Verbatim):
    """A name: one line, the same in every language, without anything that could be markup."""

    __slots__ = ()
    description = "One line without < and >, the same in every language."
    longest: ClassVar[int] = 100

    @classmethod
    def validate(cls, value: object) -> OneLine:
        """Accept a line that can stand in a title bar, a footer and a file's metadata."""
        line = super().validate(value)
        # What ends lines, and what turns the direction of all that stands behind it.
        odd = r"[<>\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
        if re.search(odd, line.strip()):
            raise PydanticCustomError(
                "one_line", "“{line}” must be one line without < and >", {"line": str(line)}
            )
        if len(line) > cls.longest:
            raise PydanticCustomError(
                "one_line",
                "has {count} characters; {longest} are the most",
                {"count": len(line), "longest": cls.longest},
            )
        return line


class ShortName(OneLine):
    """A name that stands at the foot of a card."""

    __slots__ = ()
    longest = 24


class Link(Verbatim):
    """An address on the web, or one to write to."""

    __slots__ = ()
    pattern = r"(https?://[^\s<>\"]+|mailto:[^\s<>\"@]+@[^\s<>\"@]+)$"
    description = "An address that begins with https://, http:// or mailto:."

    @classmethod
    def validate(cls, value: object) -> Link:
        """Accept what a reader may safely be led to."""
        if isinstance(value, str) and value.strip() and not re.fullmatch(cls.pattern, value):
            raise PydanticCustomError(
                "link", "“{link}” is not an address such as https://guide.example/", {"link": value}
            )
        return super().validate(value)


class Email(Verbatim):
    """An address of e-mail."""

    __slots__ = ()
    description = "An address of e-mail."

    @classmethod
    def validate(cls, value: object) -> Email:
        """Accept what a link can be made of; only a letter sent would prove more."""
        if isinstance(value, str) and not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", value):
            raise PydanticCustomError(
                "email", "“{email}” is not an address of e-mail", {"email": value}
            )
        return super().validate(value)


class Phone(Verbatim):
    """A telephone number."""

    __slots__ = ()
    description = "A telephone number in quotes, such as '+47 55 00 00 00'."

    @classmethod
    def validate(cls, value: object) -> Phone:
        """Accept digits with a plus before them and spaces between."""
        if isinstance(value, str) and not re.fullmatch(r"\+?[0-9][0-9 ]{2,20}", value):
            raise PydanticCustomError(
                "phone", "“{phone}” is not a telephone number", {"phone": value}
            )
        return super().validate(value)


class Colour(Verbatim):
    """A colour: # and six hexadecimal digits, as designers' guides give it."""

    __slots__ = ()
    description = "A colour: # and six digits or letters a-f, in quotes."

    @classmethod
    def validate(cls, value: object) -> Colour:
        """Accept #RRGGBB; of a wrong one say what a colour looks like."""
        if not isinstance(value, str) or not re.fullmatch("#[0-9A-Fa-f]{6}", value):
            what = "nothing (# begins a comment)" if value is None else f"“{value}”"
            raise PydanticCustomError(
                "colour", 'found {what}, which is no colour such as "#0F6B6B"', {"what": what}
            )
        return super().validate(value)


def _legible(colour: Colour) -> Colour:
    """Accept a colour for words and controls: WCAG 2.2 AA on pages and in boxes."""
    found = contrast(colour, LIGHT_BOX)
    if found < TEXT_CONTRAST:
        raise PydanticCustomError(
            "low_contrast",
            "“{colour}” has a contrast of {found} : 1 on the ground of boxes; words need {least}",
            {
                "colour": str(colour),
                # Cut, not rounded: 4.499 is not 4.50.
                "found": int(found * 100) / 100,
                "least": TEXT_CONTRAST,
                "nearest": legible(colour, LIGHT_BOX),
            },
        )
    return colour


class ProgrammeColours(StrEnum):
    """Which colour pages and prints of a programme have."""

    BRAND = "brand"
    HANDBOOK = "handbook"


def _written(value: object) -> object:
    """Refuse what is nothing: after a colour without quotes YAML sees only a comment."""
    return Colour.validate(value) if value is None else value


LegibleColour = Annotated[Colour, AfterValidator(_legible)]
ChosenColour = Annotated[
    LegibleColour | None,
    BeforeValidator(_written, json_schema_input_type=LegibleColour),
]
"""A colour for words that may be left out, but not left empty."""


class Colours(Node):
    """The colours of an organisation."""

    primary: LegibleColour = Field(description="For words, links, buttons, rings and bands.")
    accent: Annotated[Colour | None, BeforeValidator(_written, json_schema_input_type=Colour)] = (
        Field(None, description="For stripes, and for links in dark mode if it can be read there.")
    )
    programmes: ProgrammeColours = Field(
        ProgrammeColours.BRAND,
        description="brand: programmes have the primary colour; handbook: each keeps its own.",
    )


class Logo(Node):
    """An organisation's logo, for a light ground and, where it has one, for a dark."""

    light: PictureName
    dark: PictureName | None = None


class Fonts(Node):
    """The faces of an organisation: a shipped one for titles, or files of its own."""

    titles: Verbatim | None = Field(
        None, description="“Noto Serif” or “Noto Sans”, or a file in fonts/."
    )
    regular: FontName | None = Field(None, description="The face of text, such as fonts/Own.ttf.")
    bold: FontName | None = None
    italic: FontName | None = None


class Contact(Node):
    """Where readers get help."""

    text: Text | None = Field(None, description="Whom to ask, and for what.")
    email: Email | None = None
    phone: Phone | None = None
    address: OneLine | None = Field(None, description="Where letters and visitors go.")


def _logo(value: object) -> object:
    return {"light": value} if isinstance(value, str) else value


def _fonts(value: object) -> object:
    return {"titles": value} if isinstance(value, str) else value


def _whole(fonts: Fonts) -> Fonts:
    """Accept faces that can be used: a known or own one for titles, text with its bold."""
    if fonts.titles and fonts.titles not in SHIPPED:
        if PurePosixPath(fonts.titles).suffix.lower() not in FONTS:
            raise PydanticCustomError(
                "font",
                "“{name}” is neither a face that comes along ({shipped}) nor a font file",
                {"name": str(fonts.titles), "shipped": ", ".join(SHIPPED)},
            )
        FontName.validate(fonts.titles)
    if bool(fonts.regular) != bool(fonts.bold):
        raise PydanticCustomError("font", "“regular” and “bold” belong together", {})
    return fonts


LogoFiles = Annotated[Logo, BeforeValidator(_logo, json_schema_input_type=Logo | str)]
"""A Logo that may be written as one file name."""
FontChoice = Annotated[
    Fonts, BeforeValidator(_fonts, json_schema_input_type=Fonts | str), AfterValidator(_whole)
]
"""Fonts that may be written as the face of titles."""
