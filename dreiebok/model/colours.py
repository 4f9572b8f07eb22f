"""Arithmetic of colours, written #RRGGBB: contrast, the nearest legible one, tints for paper.

Lightness is that of OKLCH, where equal steps look equal whatever the hue. The only file that
imports coloraide.
"""

from dataclasses import dataclass

from coloraide import Color

LIGHT_PAPER = "#FFFDF8"
"""The background of pages: --db-paper in dreiebok.css."""
LIGHT_BOX = "#F3EFE4"
"""The background of boxes, the darkest that words in a colour stand on: --db-soft."""
DARK_PAPER = "#12191D"
"""The background in dark mode: --db-paper in dreiebok.css."""
DARK_BOX = "#1B252B"
"""The background of boxes in dark mode, the lightest: --db-soft."""
TEXT_CONTRAST = 4.5
"""What WCAG 2.2 asks for text at AA (1.4.3); for controls it asks 3 (1.4.11)."""
_SOFT_LIGHTNESS, _TINT_LIGHTNESS = 0.76, 0.955
_STEP = 0.005


@dataclass(frozen=True, slots=True)
class Tints:
    """A colour's tints for paper: `soft` for frames of what is not here, `tint` behind words.

    Their lightness is fixed: in grey each prints as the same grey, whatever the hue.
    """

    soft: str
    tint: str


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    return float(Color(one).contrast(other, method="wcag21"))


def legible(colour: str, ground: str, ratio: float = TEXT_CONTRAST) -> str:
    """Return the nearest colour of the same hue that has the contrast on the ground.

    The colour itself where it has; else it gets darker on a light ground, lighter on a dark one.

    >>> legible("#0F6B6B", LIGHT_BOX)
    '#0F6B6B'
    >>> legible("#FFD100", LIGHT_BOX)
    '#876900'
    """
    step = -_STEP if Color(ground).luminance() > 0.18 else _STEP
    found = colour.upper()
    lightness = Color(colour).convert("oklch")["lightness"]
    while contrast(found, ground) < ratio and 0 <= lightness + step <= 1:
        lightness += step
        found = _at(colour, lightness)
    return found


def tints(colour: str) -> Tints:
    """Return the tints of a colour."""
    # Less chroma with more light, as ink has that is thinned.
    return Tints(_at(colour, _SOFT_LIGHTNESS, 0.6), _at(colour, _TINT_LIGHTNESS, 0.15))


def mix(colour: str, share: float) -> str:
    """Return a colour mixed with white; `share` is how much of it is left, 0 to 1."""
    parts = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


def _at(colour: str, lightness: float, share: float = 1.0) -> str:
    """Return the colour at another lightness, with a share of its chroma; screens can show it."""
    moved = Color(colour).convert("oklch").set("lightness", lightness)
    moved.set("chroma", lambda chroma: chroma * share)
    fitted = moved.fit("srgb", method="oklch-chroma").convert("srgb")
    return str(fitted.to_string(hex=True, fit=True)).upper()
