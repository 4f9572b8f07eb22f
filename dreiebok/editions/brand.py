"""An organisation's brand, ready for use: safe logo, colours for every ground, checked fonts.

Settings and the files that they name go in, a Brand or problems come out. Opens no file.
"""

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from dreiebok.editions.faces import Face, check_face
from dreiebok.editions.logos import Picture, clean_picture
from dreiebok.model.brand import SHIPPED, FileName, ProgrammeColours
from dreiebok.model.colours import DARK_BOX, DARK_PAPER, TEXT_CONTRAST, contrast, legible
from dreiebok.model.organisations import Organisation
from dreiebok.problems import Code, Location, Problem, SourceError

DARK_CONTRAST = 5.5
"""Contrast of a lifted colour in dark mode; more than asked for, as with programmes' accents."""
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours for each ground.

    `primary` is for words and controls on light ground, `dark` on dark; `accent` carries no words.
    With `programmes` each programme takes them in place of its own.
    """

    primary: str
    accent: str
    dark: str
    programmes: bool


@dataclass(frozen=True, slots=True)
class Brand:
    """What an organisation's edition looks like; without settings, like the handbook itself.

    `titles` is a face that comes along; `faces` are own ones by role: regular, bold, italic,
    titles.
    """

    logo: Picture | None = None
    dark_logo: Picture | None = None
    palette: Palette | None = None
    titles: str = SHIPPED[0]
    faces: Mapping[str, Face] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, bytes]:
        """The files that pages and prints show, by name."""
        files = {face.name: face.data for face in self.faces.values()}
        files |= {found.name: found.data for found in (self.logo, self.dark_logo) if found}
        return files


NO_BRAND = Brand()


def make_brand(
    organisation: Organisation,
    files: Mapping[str, bytes],
    folder: str,
    locales: Iterable[str],
) -> tuple[Brand, tuple[Problem, ...]]:
    """Return an organisation's brand, and the problems of its files.

    `files` are those beside its settings, by path from there; `folder` is how messages name that
    place (empty at the project's top).
    """
    problems: list[Problem] = []
    wanted = tuple(locales)

    def made(name: FileName | None, make: Callable[[bytes, str], Made]) -> Made | None:
        if name is None:
            return None
        if name not in files:
            problems.append(_missing(name, files))
            return None
        try:
            return make(files[name], posixpath.join(folder, name))
        except SourceError as error:
            problems.extend(_named(problem, name) for problem in error.problems)
            return None

    logo, fonts = organisation.logo, organisation.font
    light = made(logo.light if logo else None, lambda data, file: clean_picture(data, file, "logo"))
    dark = made(
        logo.dark if logo else None, lambda data, file: clean_picture(data, file, "logo-dark")
    )
    names: dict[str, FileName | None] = {}
    if fonts:
        names = {"regular": fonts.regular, "bold": fonts.bold, "italic": fonts.italic}
        if fonts.titles and fonts.titles not in SHIPPED:
            names["titles"] = FileName(fonts.titles, fonts.titles.at)
    faces = {
        role: face
        for role, name in names.items()
        if (face := made(name, lambda d, f, role=role: check_face(d, f, role, wanted)))  # type: ignore[misc]
    }
    titles = str(fonts.titles) if fonts and fonts.titles in SHIPPED else SHIPPED[0]
    return Brand(light, dark, make_palette(organisation), titles, faces), tuple(problems)


def make_palette(organisation: Organisation) -> Palette | None:
    """Return the organisation's colours for each ground, if it names any."""
    given = organisation.palette
    if given is None:
        return None
    primary, accent = str(given.primary).upper(), str(given.accent or given.primary).upper()
    # A pale accent is what a designer would take for links on black; else the primary is lifted.
    dark = accent if contrast(accent, DARK_BOX) >= TEXT_CONTRAST else ""
    return Palette(
        primary,
        accent,
        dark or legible(primary, DARK_PAPER, DARK_CONTRAST),
        given.programmes is ProgrammeColours.BRAND,
    )


def _missing(name: FileName, files: Mapping[str, bytes]) -> Problem:
    near = get_close_matches(name, tuple(files), n=1, cutoff=0.5)
    guess = f"Did you mean “{near[0]}”? " if near else ""
    return Problem(
        Code.MISSING_FILE,
        f"there is no file “{name}” beside the settings",
        name.at,
        f"{guess}Put the file there, or in a folder called fonts or images, or correct its name.",
    )


def _named(problem: Problem, name: FileName) -> Problem:
    """Add where the file is named, since it may be shown as no text."""
    at: Location = name.at
    hint = f"{problem.hint} It is named at {at}."
    return Problem(problem.code, problem.message, problem.location, hint, problem.severity)
