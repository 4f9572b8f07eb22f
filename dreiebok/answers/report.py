"""A survey's results as one page of HTML that needs nothing else: no script, no other file.

The words stand in `templates/answers/report.html`; fonts come as bytes and go in as data.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import partial

from markupsafe import Markup

from dreiebok.answers.plots import NARROW, WIDE, Style, plot_counts, plot_means
from dreiebok.answers.scoring import BlockResult, SurveyResult, rounded
from dreiebok.budget import MAX_DIGITS, TooMuch
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import format_number
from dreiebok.model.forms import Summary
from dreiebok.templating import Output, Templates, make_environment, no_links, render

TEMPLATE = "answers/report.html"
FONTS = {
    "fonts/NotoSans-Regular.woff2": ("Noto Sans", 400),
    "fonts/NotoSans-Bold.woff2": ("Noto Sans", 700),
    "fonts/NotoSerif-SemiBold.woff2": ("Noto Serif", 600),
}
"""Assets of the edition that a page may carry, with the family and weight of each."""
ACCENT = "#0F6B6B"
"""The colour of a survey that belongs to no programme: that of links on the site."""


def render_report(
    results: Iterable[SurveyResult],
    edition: Edition,
    templates: Templates,
    assets: Mapping[str, bytes],
    left_out: int,
) -> bytes:
    """Return the report of all surveys; `left_out` is how many files could not be read.

    Raises SourceError with a template-error problem when the template fails.
    """
    number = partial(_number, edition.locale)
    environment = make_environment(
        templates,
        Output.HTML,
        edition.gettext,
        number=number,
        plot=partial(_plot, edition),
    )
    html = render(
        environment,
        TEMPLATE,
        no_links,
        edition=edition,
        surveys=tuple(results),
        left_out=left_out,
        fonts=font_faces(assets),
        accent_of=partial(accent_of, edition),
    )
    return html.encode()


def font_faces(assets: Mapping[str, bytes]) -> Markup:
    """Return the fonts as CSS with their bytes in it; a font that is missing is left out."""
    rules = (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: '
        f'url("data:font/woff2;base64,{b64encode(assets[name]).decode()}") format("woff2"); }}'
        for name, (family, weight) in FONTS.items()
        if name in assets
    )
    return Markup("\n".join(rules))  # noqa: S704 - made of base64 here


def accent_of(edition: Edition, survey: SurveyResult) -> str:
    """Return the colour of a survey's programme: its organisation's, or its own."""
    programme = edition.programme_of(edition.record(survey.id))
    return edition.accent_of(programme) if programme else ACCENT


def _number(locale: str, value: float, digits: int = 1, signed: bool = False) -> str:
    if digits > MAX_DIGITS:
        raise TooMuch("number: the number of digits is too large")
    found = rounded(value, digits)
    return format_number(found, digits, locale, signed=signed)


def _plot(
    edition: Edition,
    block: BlockResult,
    survey: SurveyResult,
    hidden: str,
    score: str,
    narrow: bool = False,
) -> Markup:
    """Return a block's drawing; `hidden` are the words for what may not be shown."""
    accent, number = accent_of(edition, survey), partial(_number, edition.locale)
    style = Style(accent, edition.direction, hidden, score, number)
    draw = plot_counts if block.summary is Summary.COUNTS else plot_means
    svg = draw(block, survey.phases, NARROW if narrow else WIDE, style)
    return Markup(svg)  # noqa: S704 - drawings escape their words
