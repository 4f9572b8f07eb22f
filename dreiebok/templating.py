"""The Jinja environments: one for Markdown pages, one for print HTML. Safe by default.

Whatever a template writes with `{{ … }}` is escaped for its output: a Text is inline Markdown and
becomes Markdown or HTML through `dreiebok.inline`; any other string means itself. Only Markup, made
here or by a drawing, passes as it is. Templates run in Jinja's sandbox, since an organisation may
bring its own; an undefined name is an error.
"""

import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from html import escape
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateNotFound, TemplateSyntaxError
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Undefined
from jinja2.utils import pass_context
from markupsafe import Markup

from dreiebok.budget import TooMuch
from dreiebok.editions.bcp47 import language_tag
from dreiebok.editions.locales import direction_of, list_separators
from dreiebok.guards import MAX_NUMBER, guard_inline
from dreiebok.inline import Resolve, escape_markdown, shield_html, to_html, to_markdown, to_plain
from dreiebok.model.base import Both, Text
from dreiebok.problems import Code, Location, Problem, SourceError
from dreiebok.sandbox import BoundedEnvironment, TrustedEnvironment

_PLACE = re.compile(r"%\((\w+)\)s")
"""A place in a message of the interface that Jinja fills in."""

Templates = Mapping[str, str]
"""Template sources by name, such as `site/script.md`; read by the build stage."""
FOLDER = "templates/"
BASE_FOLDER = "base/templates/"
"""Begins the names of the base's templates where an organisation's own come before them."""


Environment = BoundedEnvironment | TrustedEnvironment


class Output(StrEnum):
    """What a template makes."""

    MARKDOWN = "markdown"
    HTML = "html"


def no_links(element: str) -> str | None:
    """Resolve nothing: the words of a link are shown without it."""
    return None


def file_of(templates: Templates, name: str) -> str:
    """Return the file of a template as messages name it."""
    return str(getattr(templates[name], "file", f"{FOLDER}{name}"))


def make_environment(
    templates: Templates,
    output: Output,
    gettext: Callable[[str], str] = str,
    ngettext: Callable[[str, str, int], str] | None = None,
    locale: str = "nb",
    **helpers: Callable[..., Any],
) -> Environment:
    """Return the environment for one kind of output; `helpers` become template functions.

    Templates run with bounds on time and room, unless the mapping says that they are `trusted`.

    `gettext` turns words of the interface, which are written in the source language, into the
    edition's; `ngettext` those that go with a number. `locale` is how lists are written.
    """

    def load(name: str) -> tuple[str, str, Callable[[], bool]]:
        if name not in templates:
            raise TemplateNotFound(name)
        return templates[name], file_of(templates, name), lambda: True

    kind = TrustedEnvironment if getattr(templates, "trusted", False) else BoundedEnvironment
    environment = kind(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        # On for Markdown too: it makes the output of macros Markup, which finalize leaves alone.
        autoescape=True,
        finalize=_finalize_html if output is Output.HTML else _finalize_markdown,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    # Not newstyle: that would take a per cent sign in a translation for a place to fill in.
    environment.install_gettext_callables(  # type: ignore[union-attr]
        _said_in(output, gettext),
        _said_in(
            output, ngettext or (lambda one, many, count: gettext(one if count == 1 else many))
        ),
        newstyle=False,
    )
    shield = shield_html if output is Output.MARKDOWN else str
    environment.filters.update(
        html=_html if output is Output.HTML else _html_in_markdown,
        words=lambda value: _words(value, shield),
        marked=lambda value: _marked(value, shield),
        said=_said,
        plain=to_plain,
        tag=language_tag,
    )
    if isinstance(environment, BoundedEnvironment):
        guard_inline(environment, environment.budget, "html", "words", "marked", "said", "plain")
    environment.globals.update(helpers, separators=partial(_separators, locale))
    return environment


def _separators(locale: str, count: int) -> tuple[str, ...]:
    if count > MAX_NUMBER:  # It takes time by the square of this.
        raise TooMuch("separators: the number is too large")
    return list_separators(count, locale)


class _Interface(str):
    """Words of the interface: a string, and data where Jinja would take them for HTML.

    `{% trans %}` holds the words of gettext for markup, but a catalog is written by others. It
    fills them in with per cent signs: only the places of its message, %(name)s, are places, since a
    slip in a catalog must not stop a build.
    """

    __slots__ = ("_places",)
    _places: frozenset[str]

    def __new__(cls, words: str, message: str) -> "_Interface":
        """Take words, and the message of the template that they stand for."""
        made = super().__new__(cls, words)
        made._places = frozenset(_PLACE.findall(message))
        return made

    def __html__(self) -> str:
        pieces = _PLACE.split(str(self))
        # Pieces and the names of places take turns.
        words = [self._safe(piece) for piece in pieces[::2]]
        if not self._places:
            return "".join(self._whole(words, pieces[1::2]))
        doubled = [piece.replace("%", "%%") for piece in words]
        return "".join(self._whole(doubled, pieces[1::2]))

    def _whole(self, words: list[str], names: list[str]) -> Iterator[str]:
        for n, piece in enumerate(words):
            yield piece
            if n < len(names):
                known = names[n] in self._places
                yield f"%({names[n]})s" if known or not self._places else f"%%({names[n]})s"

    def _safe(self, words: str) -> str:
        return escape(words)


class _InterfaceInMarkdown(_Interface):
    __slots__ = ()

    def _safe(self, words: str) -> str:
        return shield_html(escape(words))


def _said_in(output: Output, gettext: Callable[..., str]) -> Callable[..., str]:
    """Return gettext whose words are data for one kind of output."""
    kind = _Interface if output is Output.HTML else _InterfaceInMarkdown

    def found(message: str, *values: Any, **named: object) -> str:
        messages = " ".join((message, *(value for value in values if isinstance(value, str))))
        return kind(gettext(message, *values, **named), messages)

    return found


def render(environment: Environment, name: str, resolve: Resolve, **values: object) -> str:
    """Return the rendered template.

    Raises SourceError with a template-error problem at the line of the template, whatever the
    template did wrong.
    """
    template = _load(environment, name)
    with _explaining(environment, name):
        return template.render(resolve=resolve, **values)


def macros_of(
    environment: Environment, name: str, resolve: Resolve, **values: object
) -> TemplateModule:
    """Return the macros of a template, for a template of another edition to call.

    They speak the language of their own environment. Raises SourceError as `render` does.
    """
    template = _load(environment, name)
    with _explaining(environment, name):
        return template.make_module({"resolve": resolve, **values})


def _load(environment: Environment, name: str) -> Template:
    """Return a compiled template, with a whole budget to be rendered once."""
    if isinstance(environment, BoundedEnvironment):
        environment.budget.renew()
    try:
        return environment.get_template(name)
    except (TemplateSyntaxError, TemplateNotFound) as error:
        raise SourceError(_failed(error, name)) from error
    except Exception as error:
        # Whatever a source makes of Jinja's parser or of Python's compiler is its own doing.
        at = Location(_place(environment, name))
        raise SourceError(_problem(str(error) or type(error).__name__, at)) from error


@contextmanager
def _explaining(environment: Environment, name: str) -> Iterator[None]:
    """Turn whatever a template raises into a SourceError with its line, or with its file alone.

    No line is known where all had run already: Jinja then puts together what was made, and a filter
    around a part of the template may have made a list of it.
    """
    try:
        yield
    except SourceError:
        raise
    except (TemplateSyntaxError, TemplateNotFound) as error:
        raise SourceError(_failed(error, name, _deepest(error))) from error
    except Exception as error:
        # A template can raise anything that Python can; the frame tells which line it was.
        at = _deepest(error) or Location(_place(environment, name))
        raise SourceError(_problem(str(error) or type(error).__name__, at)) from error


def _failed(
    error: TemplateSyntaxError | TemplateNotFound, name: str, at: Location | None = None
) -> Problem:
    """Return the problem of a template that is none, or that there is not."""
    if isinstance(error, TemplateSyntaxError):
        place = Location(error.filename or f"{FOLDER}{error.name or name}", error.lineno)
        return _problem(error.message or "syntax error", place)
    message = f"there is no template “{error.name}”"
    return _problem(message, at or Location(f"{FOLDER}{name}"))


def _deepest(error: Exception) -> Location | None:
    """Return the line of the innermost template that was running, if one was."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [f for f in frames if f.filename.startswith((FOLDER, BASE_FOLDER))]
    return Location(inside[-1].filename, inside[-1].lineno or 1) if inside else None


def _place(environment: Environment, name: str) -> str:
    """Return the file of a template as messages name it."""
    assert environment.loader is not None, "make_environment gave it one"
    return environment.loader.get_source(environment, name)[1] or f"{FOLDER}{name}"


def _problem(message: str, at: Location) -> Problem:
    return Problem(
        Code.TEMPLATE_ERROR,
        f"the template failed: {message}",
        at,
        "Correct the template; docs/templates.md lists what templates may use.",
    )


@pass_context
def _finalize_markdown(context: Context, value: object) -> object:
    if isinstance(value, Markup | Undefined):
        return value
    if isinstance(value, Text):
        return in_language(value, to_markdown(value, context["resolve"]))
    # The quotation mark too: what is no text of the sources may stand in an attribute.
    words = escape_markdown(str(value)).replace('"', "&quot;")
    return Markup(words)  # noqa: S704 - escaped


@pass_context
def _finalize_html(context: Context, value: object) -> object:
    if isinstance(value, Both):
        first = in_language(value, to_html(value, context["resolve"]))
        second = in_language(value.beside, to_html(value.beside, context["resolve"]), "also")
        # The sign stands outside both, so that neither direction can turn it round.
        return first + Markup('<span class="or"> / </span>') + second
    if isinstance(value, Text):
        return in_language(value, to_html(value, context["resolve"]))
    return value


def in_language(text: Text, html: str, kind: str = "") -> Markup:
    """Return HTML of a text, marked where it is not in the edition's language (WCAG 3.1.2).

    Browsers and screen readers then know how to set and say it.
    `kind` becomes the class of the element.
    """
    if text.lang:
        # A text runs its own way, whatever stands around it.
        marks = f' class="{kind}"' if kind else ""
        marks += f' lang="{escape(language_tag(text.lang))}" dir="{direction_of(text.lang)}"'
        html = f"<span{marks}>{html}</span>"
    return Markup(html)  # noqa: S704 - to_html and to_markdown have escaped it


@pass_context
def _html(context: Context, value: str, shield: Callable[[str], str] = str) -> Markup:
    """Filter: inline HTML, marked where it is in another language."""
    html = shield(to_html(value, context["resolve"]))
    return in_language(value, html) if isinstance(value, Text) else Markup(html)  # noqa: S704 - escaped by to_html


@pass_context
def _html_in_markdown(context: Context, value: str) -> Markup:
    """Filter: inline HTML inside a Markdown page."""
    return _html(context, value, shield_html)


def _said(parts: str | Sequence[str]) -> Markup:
    """Filter: the words of a text, or of several in a row, then the same in the second language.

    For tooltips, where two languages cannot be told apart by marks.
    """
    texts = [parts] if isinstance(parts, str) else list(parts)
    first = "".join(map(to_plain, texts))
    second = "".join(to_plain(t.beside if isinstance(t, Both) else t) for t in texts)
    return Markup(escape(first if first == second else f"{first} / {second}"))  # noqa: S704 - escaped


def _words(value: str, shield: Callable[[str], str]) -> Markup:
    """Filter: the words alone, safe in an HTML attribute."""
    return Markup(shield(escape(to_plain(value))))  # noqa: S704 - escaped here


def _marked(value: str, shield: Callable[[str], str]) -> Markup:
    """Filter: the words alone between tags, marked where they are in another language."""
    words = _words(value, shield)
    return in_language(value, words) if isinstance(value, Text) else words
