"""The style sheet that gives every programme its colour on the site, light and dark."""

from dreiebok.editions.edition import Edition
from dreiebok.model.colours import DARK_PAPER, contrast, mix

ENOUGH = 5.5
"""Contrast that a lifted accent has on it; WCAG 2.2 asks 4.5 for text (1.4.3)."""
STYLE_SHEET = "assets/stylesheets/programmes.css"


def accent_styles(edition: Edition) -> str:
    """Return CSS for whatever carries `data-db-programme`, and for the pages of a programme."""
    rules = []
    for programme in edition.programmes:
        palette = edition.brand.palette
        if palette and palette.programmes:
            continue
        marked = f'[data-db-programme="{programme.id}"]'
        where = f":is({marked}, .db-frame{marked} ~ .md-main)"
        accents = (("default", str(programme.accent)), ("slate", lift(programme.accent)))
        for scheme, colour in accents:
            rules.append(
                f'[data-md-color-scheme="{scheme}"] {where} '
                f"{{ --db-accent: {colour}; --md-typeset-a-color: {colour}; }}"
            )
    return "\n".join(rules) + "\n"


def lift(colour: str) -> str:
    """Return a colour mixed with as little white as makes it legible on the dark background."""
    tries = (mix(colour, 1 - step / 50) for step in range(50))
    return next((found for found in tries if contrast(found, DARK_PAPER) >= ENOUGH), "#FFFFFF")
