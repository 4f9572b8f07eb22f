"""The Jinja environments: one for Markdown pages, one for print HTML. Safe by default.

Whatever a template writes with `{{ … }}` is escaped for its output: a Text is inline Markdown and
becomes Markdown or HTML through `dreiebok.inline`; any other string means itself. Only Markup, made
here or by a drawing, passes as it is. Templates run in Jinja's sandbox, since an organisation may
bring its own; an undefined name is an error.
"""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from html import escape
from typing import Any

from jinja2 import (
    BytecodeCache,
    FunctionLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context
from markupsafe import Markup

from dreiebok.editions.locales import direction_of, list_separators
from dreiebok.inline import Resolve, escape_markdown, to_html, to_markdown, to_plain
from dreiebok.model.base import Both, Text
from dreiebok.problems import Code, Location, Problem, SourceError

Templates = Mapping[str, str]
"""Template sources by name, such as `site/script.md`; read by the build stage."""
FOLDER = "templates/"


class Output(StrEnum):
    """What a template makes."""

    MARKDOWN = "markdown"
    HTML = "html"


class _Compiled(BytecodeCache):
    """Keeps templates as they were last compiled: editions and programmes share them."""

    def __init__(self) -> None:
        self._code: dict[str, tuple[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._code.get(bucket.key, ("", b""))
        if checksum == bucket.checksum:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = (bucket.checksum, bucket.bytecode_to_string())


_COMPILED = {output: _Compiled() for output in Output}
"""One for each output, whose own way to write a value is compiled in."""


def no_links(element: str) -> str | None:
    """Resolve nothing: the words of a link are shown without it."""
    return None


def make_environment(
    templates: Templates,
    output: Output,
    gettext: Callable[[str], str] = str,
    ngettext: Callable[[str, str, int], str] | None = None,
    locale: str = "nb",
    **helpers: Callable[..., Any],
) -> ImmutableSandboxedEnvironment:
    """Return the environment for one kind of output; `helpers` become template functions.

    `gettext` turns words of the interface, which are written in the source language, into the
    edition's; `ngettext` those that go with a number. `locale` is how lists are written.
    """

    def load(name: str) -> tuple[str, str, Callable[[], bool]]:
        if name not in templates:
            raise TemplateNotFound(name)
        return templates[name], f"{FOLDER}{name}", lambda: True

    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        # On for Markdown too: it makes the output of macros Markup, which finalize leaves alone.
        autoescape=True,
        finalize=_finalize_html if output is Output.HTML else _finalize_markdown,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        bytecode_cache=_COMPILED[output],
    )
    # Not newstyle: that would take a per cent sign in a translation for a place to fill in.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext,
        ngettext or (lambda one, many, count: gettext(one if count == 1 else many)),
        newstyle=False,
    )
    environment.filters.update(html=_html, words=_words, said=_said, plain=to_plain)
    environment.globals.update(helpers)
    environment.filters.update(html=_html, words=_words, plain=to_plain, marked=_marked)
    environment.globals.update(helpers, separators=partial(list_separators, locale=locale))
    return environment


def render(
    environment: ImmutableSandboxedEnvironment, name: str, resolve: Resolve, **values: object
) -> str:
    """Return the rendered template.

    Raises SourceError with a template-error problem at the line of the template, whatever the
    template did wrong.
    """
    with _explaining(name):
        return environment.get_template(name).render(resolve=resolve, **values)


def macros_of(
    environment: ImmutableSandboxedEnvironment, name: str, resolve: Resolve, **values: object
) -> TemplateModule:
    """Return the macros of a template, for a template of another edition to call.

    They speak the language of their own environment. Raises SourceError as `render` does.
    """
    with _explaining(name):
        return environment.get_template(name).make_module({"resolve": resolve, **values})


@contextmanager
def _explaining(name: str) -> Iterator[None]:
    """Turn whatever a template raises into a SourceError with its line."""
    try:
        yield
    except SourceError:
        raise
    except TemplateSyntaxError as error:
        at = Location(error.filename or f"{FOLDER}{error.name or name}", error.lineno)
        raise SourceError(_problem(error.message or "syntax error", at)) from error
    except TemplateNotFound as error:
        message = f"there is no template “{error.name}”"
        raise SourceError(_problem(message, Location(f"{FOLDER}{name}"))) from error
    except Exception as error:
        # A template can raise anything that Python can; the frame tells which line it was.
        frames = traceback.extract_tb(error.__traceback__)
        inside = [frame for frame in frames if frame.filename.startswith(FOLDER)]
        if not inside:
            raise
        at = Location(inside[-1].filename, inside[-1].lineno or 1)
        raise SourceError(_problem(str(error) or type(error).__name__, at)) from error


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
    if isinstance(value, Both):
        first = _in_language(value, to_html(value, context["resolve"]))
        second = _in_language(value.beside, to_html(value.beside, context["resolve"]), "also")
        # The sign stands outside both, so that neither direction can turn it round.
        return first + Markup('<span class="or"> / </span>') + second
    if isinstance(value, Text):
        return _in_language(value, to_html(value, context["resolve"]))
    return value


def _in_language(text: Text, html: str, kind: str = "") -> Markup:
    """Mark what is not in the edition's language, for browsers and screen readers (WCAG 3.1.2).

    `kind` becomes the class of the element.
    """
    if text.lang:
        # A text runs its own way, whatever stands around it.
        marks = f' class="{kind}"' if kind else ""
        marks += f' lang="{escape(text.lang)}" dir="{direction_of(text.lang)}"'
        html = f"<span{marks}>{html}</span>"
    return Markup(html)  # noqa: S704 - to_html and to_markdown have escaped it


@pass_context
def _html(context: Context, value: str) -> Markup:
    """Filter: inline HTML, also inside a Markdown page."""
    return Markup(to_html(value, context["resolve"]))  # noqa: S704 - escaped by to_html


def _said(parts: str | Sequence[str]) -> Markup:
    """Filter: the words of a text, or of several in a row, then the same in the second language.

    For tooltips, where two languages cannot be told apart by marks.
    """
    texts = [parts] if isinstance(parts, str) else list(parts)
    first = "".join(map(to_plain, texts))
    second = "".join(to_plain(t.beside if isinstance(t, Both) else t) for t in texts)
    return Markup(escape(first if first == second else f"{first} / {second}"))  # noqa: S704 - escaped


def _words(value: str) -> Markup:
    """Filter: the words alone, safe in an HTML attribute."""
    return Markup(escape(to_plain(value)))  # noqa: S704 - escaped here


def _marked(value: str) -> Markup:
    """Filter: the words alone between tags, marked where they are in another language."""
    return _in_language(value, _words(value)) if isinstance(value, Text) else _words(value)
