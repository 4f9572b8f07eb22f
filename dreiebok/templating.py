"""The Jinja environments: one for Markdown pages, one for print HTML. Safe by default.

Whatever a template writes with `{{ … }}` is escaped for its output: a Text is inline Markdown and
becomes Markdown or HTML through `dreiebok.inline`; any other string means itself. Only Markup, made
here or by a drawing, passes as it is. Templates run in Jinja's sandbox, since an organisation may
bring its own; an undefined name is an error.
"""

import traceback
from collections.abc import Callable, Mapping
from enum import StrEnum
from html import escape
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.runtime import Context, Undefined
from jinja2.utils import pass_context
from markupsafe import Markup

from dreiebok.inline import Resolve, escape_markdown, to_html, to_markdown, to_plain
from dreiebok.model.base import Text
from dreiebok.problems import Code, Location, Problem, SourceError
from dreiebok.sandbox import BoundedEnvironment, Budget

Templates = Mapping[str, str]
"""Template sources by name, such as `site/script.md`; read by the build stage."""
FOLDER = "templates/"
BASE_FOLDER = "base/templates/"
"""Begins the names of the base's templates where an organisation's own come before them."""


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
    **helpers: Callable[..., Any],
) -> BoundedEnvironment:
    """Return the environment for one kind of output; `helpers` become template functions.

    `gettext` turns words of the interface, which are written in the source language, into the
    edition's.
    """

    def load(name: str) -> tuple[str, str, Callable[[], bool]]:
        if name not in templates:
            raise TemplateNotFound(name)
        return templates[name], file_of(templates, name), lambda: True

    environment = BoundedEnvironment(
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
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, lambda one, many, count: gettext(one if count == 1 else many), newstyle=False
    )
    environment.filters.update(html=_html, words=_words, plain=to_plain)
    environment.globals.update(helpers)
    return environment


def render(environment: BoundedEnvironment, name: str, resolve: Resolve, **values: object) -> str:
    """Return the rendered template.

    Raises SourceError with a template-error problem at the line of the template, whatever the
    template did wrong.
    """
    environment.budget = Budget()
    try:
        template = environment.get_template(name)
    except (TemplateSyntaxError, TemplateNotFound) as error:
        raise SourceError(_failed(error, name)) from error
    except Exception as error:
        # Whatever a source makes of Jinja's parser or of Python's compiler is its own doing.
        at = Location(_place(environment, name))
        raise SourceError(_problem(str(error) or type(error).__name__, at)) from error
    try:
        return template.render(resolve=resolve, **values)
    except SourceError:
        raise
    except (TemplateSyntaxError, TemplateNotFound) as error:
        raise SourceError(_failed(error, name, _deepest(error))) from error
    except Exception as error:
        # A template can raise anything that Python can; the frame tells which line it was.
        line = _deepest(error)
        if line is None:
            raise
        raise SourceError(_problem(str(error) or type(error).__name__, line)) from error


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


def _place(environment: BoundedEnvironment, name: str) -> str:
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
        return _in_language(value, to_markdown(value, context["resolve"]))
    return Markup(escape_markdown(str(value)))  # noqa: S704 - escaped


@pass_context
def _finalize_html(context: Context, value: object) -> object:
    if isinstance(value, Text):
        return _in_language(value, to_html(value, context["resolve"]))
    return value


def _in_language(text: Text, html: str) -> Markup:
    """Mark what is not in the edition's language, for browsers and screen readers (WCAG 3.1.2)."""
    if text.lang:
        # Source languages are written from left to right, whatever stands around them.
        html = f'<span lang="{escape(text.lang)}" dir="ltr">{html}</span>'
    return Markup(html)  # noqa: S704 - to_html and to_markdown have escaped it


@pass_context
def _html(context: Context, value: str) -> Markup:
    """Filter: inline HTML, also inside a Markdown page."""
    return Markup(to_html(value, context["resolve"]))  # noqa: S704 - escaped by to_html


def _words(value: str) -> Markup:
    """Filter: the words alone, safe in an HTML attribute or between tags."""
    return Markup(escape(to_plain(value)))  # noqa: S704 - escaped here
