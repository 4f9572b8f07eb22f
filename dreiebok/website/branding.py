"""An organisation's brand on the site: its style sheet, its files, and what frames every page."""

from html import escape
from typing import Any
from urllib.parse import quote

from dreiebok.editions.brand import Brand
from dreiebok.editions.edition import Edition
from dreiebok.inline import to_html
from dreiebok.model.base import Text
from dreiebok.model.brand import Contact
from dreiebok.model.colours import DARK_PAPER, LIGHT_PAPER, legible
from dreiebok.templating import in_language, no_links

FOLDER = "assets/brand"
SQUARE = 1.4
"""A logo up to so many times as wide as it is high can be seen in a tab of the browser."""
LOGO_HEIGHT = 24
"""In CSS px: what a browser keeps free until it has the logo."""
_WEIGHTS = {"regular": (400, "normal"), "bold": (700, "normal"), "italic": (400, "italic")}
TEXT_FACE, TITLE_FACE = "Brand Text", "Brand Titles"


def brand_files(edition: Edition) -> dict[str, bytes]:
    """Return the files of the brand by their path in the site, the icon of the tab among them."""
    files = {f"{FOLDER}/{name}": data for name, data in edition.brand.files.items()}
    if edition.organisation and (letter := _letter_icon(edition)):
        files[f"{FOLDER}/icon.svg"] = letter.encode()
    return files


def brand_settings(edition: Edition) -> dict[str, Any]:
    """Return what the templates around a page show; HTML where it says so, else plain words."""
    settings, brand = edition.organisation, edition.brand
    if settings is None:
        return {}
    shown: dict[str, Any] = {"name": str(settings.name), "letters": letters(brand)}
    if brand.logo:
        shown["logo"] = f"{FOLDER}/{brand.logo.name}"
        shown["logo_width"] = round(LOGO_HEIGHT * brand.logo.ratio)
        shown["plate"] = brand.dark_logo is None
        if brand.dark_logo:
            shown["dark_logo"] = f"{FOLDER}/{brand.dark_logo.name}"
            shown["dark_logo_width"] = round(LOGO_HEIGHT * brand.dark_logo.ratio)
    if brand.logo and brand.logo.ratio <= SQUARE:
        shown["icon"] = shown["logo"]
    elif _letter_icon(edition):
        shown["icon"] = f"{FOLDER}/icon.svg"
    if settings.contact:
        shown["contact_html"] = _contact(settings.contact)
    if settings.footer:
        shown["footer_html"] = _html(settings.footer)
    if settings.privacy:
        shown["privacy_html"] = _html(settings.privacy)
        shown["privacy_title"] = edition.gettext("Personvern")
    if settings.accessibility:
        shown["accessibility"] = str(settings.accessibility)
        shown["accessibility_title"] = edition.gettext("Tilgjengelighetserklæring")
    return shown


def brand_styles(edition: Edition) -> str:
    """Return CSS with the organisation's colours, light and dark, and its faces."""
    brand = edition.brand
    rules = [*_faces(brand)]
    if brand.logo:
        # A logo is made for white: the bar takes the colour of paper, and a line the brand's.
        rules.append(
            ':root, [data-md-color-scheme="default"], [data-md-color-scheme="slate"] '
            "{ --db-bar: var(--db-paper); --db-on-bar: var(--db-ink); }"
        )
    if palette := brand.palette:
        bar = "" if brand.logo else f" --db-bar: {palette.primary}; --db-on-bar: #FFFFFF;"
        # Of the same hue, and darker than any text that stands on it needs.
        foot = legible(palette.primary, "#FFFFFF", 13)
        rules.append(
            ":root, [data-md-color-scheme] "
            f"{{ --md-footer-bg-color: {foot}; --md-footer-bg-color--dark: {foot}; }}"
        )
        rules.append(
            ':root, [data-md-color-scheme="default"] '
            f"{{ --db-accent: {palette.primary}; --db-stripe: {palette.accent};"
            f" --md-accent-fg-color: {legible(palette.primary, LIGHT_PAPER, 7)};{bar} }}"
        )
        night = legible(palette.primary, "#FFFFFF", 9)
        bar = "" if brand.logo else f" --db-bar: {night}; --db-on-bar: #FFFFFF;"
        rules.append(
            '[data-md-color-scheme="slate"] '
            f"{{ --db-accent: {palette.dark}; --db-stripe: {palette.accent};"
            f" --md-accent-fg-color: {legible(palette.dark, DARK_PAPER, 7)};{bar} }}"
        )
    return "".join(f"{rule}\n" for rule in rules)


def letters(brand: Brand) -> list[str]:
    """Return the paths of the fonts that every page shows something in, for Latin letters.

    A face of the brand takes the place of the project's; the others are fetched where they occur.
    """
    shipped = {"regular": "NotoSans-Regular", "bold": "NotoSans-Bold"}
    if "regular" in brand.faces:
        shipped = {}
    if brand.titles != "Noto Sans":
        shipped["titles"] = "NotoSerif-SemiBold"
    paths = {role: f"assets/fonts/{name}-Latin.woff2" for role, name in shipped.items()}
    own = {role: f"{FOLDER}/{face.name}" for role, face in brand.faces.items() if role != "italic"}
    return list((paths | own).values())


def _faces(brand: Brand) -> list[str]:
    """Return the rules that bring the faces and name them to the style sheet."""
    rules = []
    for role, face in sorted(brand.faces.items()):
        family = TITLE_FACE if role == "titles" else TEXT_FACE
        weight, style = _WEIGHTS.get(role, (600, "normal"))
        rules.append(
            f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; '
            f'font-display: optional; src: url("../brand/{face.name}") format("{face.format}"); }}'
        )
    variables = []
    if "regular" in brand.faces:
        # Letters that the face lacks come from those that the project brings.
        variables.append(f'--md-text-font: "{TEXT_FACE}", "Noto Sans";')
    if "titles" in brand.faces:
        variables.append(f'--db-title-font: "{TITLE_FACE}", "Noto Serif", serif;')
    elif brand.titles == "Noto Sans":
        variables.append("--db-title-font: var(--md-text-font), sans-serif;")
    if variables:
        # The base style sheet sets them for the whole page and again where the scheme is said.
        rules.append(f":root, [data-md-color-scheme] {{ {' '.join(variables)} }}")
    return rules


def _contact(contact: Contact) -> str:
    """Return the ways to reach the organisation as HTML."""
    ways = []
    if contact.text:
        ways.append(_html(contact.text))
    if contact.email:
        ways.append(f'<a href="mailto:{quote(contact.email, "@")}">{escape(contact.email)}</a>')
    if contact.phone:
        number = contact.phone.replace(" ", "")
        ways.append(f'<a href="tel:{escape(number)}">{escape(contact.phone)}</a>')
    if contact.address:
        ways.append(escape(contact.address))
    return " · ".join(ways)


def _html(text: Text) -> str:
    """Return a text as HTML, marked where it is in another language than the edition."""
    return in_language(text, to_html(text, no_links))


def _letter_icon(edition: Edition) -> str:
    """Return an icon for tabs: the first letter on the brand's colour; nothing without a colour."""
    settings, palette = edition.organisation, edition.brand.palette
    if settings is None or palette is None:
        return ""
    letter = escape((settings.short or settings.name).strip()[0].upper())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
        f'<rect width="48" height="48" rx="10" fill="{palette.primary}"/>'
        '<text x="24" y="34" text-anchor="middle" font-family="sans-serif" font-weight="700" '
        f'font-size="28" fill="#FFFFFF">{letter}</text></svg>\n'
    )
