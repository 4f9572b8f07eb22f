"""The sandbox for templates around pages (`overrides/`) that an organisation brings.

MkDocs runs templates without one, and hands them objects that open and write files. Here they run
within the bounds of `dreiebok.sandbox`, and of what the engine hands them they can read values, not
call methods. Templates of the base are as trusted as the program and need none of this.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, Template
from jinja2.runtime import BlockReference, LoopContext, Macro, str_join
from markupsafe import Markup

from dreiebok.sandbox import BoundedEnvironment, CompiledTemplates

OWN_TEMPLATES = "own-templates.txt"
"""A file of the tree, beside mkdocs.yml: the names of an organisation's templates, one a line."""
_VALUES = frozenset({str, Markup, list, tuple, dict, int, float})
"""What has methods that only make values. Not their heirs: the engine's plugins are a dict."""


def own_templates(tree: Path) -> tuple[str, ...]:
    """Return the names of the templates in a tree that do not come from the base."""
    file = tree / OWN_TEMPLATES
    return tuple(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else ()


def sandboxed(engine: Environment) -> Environment:
    """Return an environment with the engine's loader, filters and words, and our bounds."""
    made = EngineEnvironment(
        loader=engine.loader, auto_reload=False, extensions=list(engine.extensions)
    )
    # The engine's own filters turn addresses into others; Jinja's own are guarded already.
    made.filters.update({n: f for n, f in engine.filters.items() if n in {"url", "script_tag"}})
    made.globals.update({n: f for n, f in engine.globals.items() if n not in made.globals})
    made.globals.pop("lipsum", None)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        engine.globals.get("gettext", str), engine.globals.get("ngettext", _plural)
    )
    return made


class _Budgeted(Template):
    """A template that has a whole budget each time a page is made with it."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the page."""
        assert isinstance(self.environment, EngineEnvironment)
        self.environment.budget.renew()
        return super().render(*args, **kwargs)


class EngineEnvironment(BoundedEnvironment):
    """The bounded sandbox, for templates that get the engine's objects."""

    # Compiled with other options than ours: the two must not take each other's.
    compiled = CompiledTemplates()
    template_class = _Budgeted

    # The engine does not escape what templates write.
    join_parts = staticmethod(str_join)

    def is_safe_callable(self, obj: Any) -> bool:
        """Let macros, functions of Jinja's, and methods of plain values be called; no others."""
        if isinstance(obj, Macro | BlockReference | LoopContext):
            return True
        known = any(obj is one for one in self.globals.values())
        plain = type(getattr(obj, "__self__", None)) in _VALUES
        of_jinja = type(obj).__module__ == "jinja2.utils"  # A cycler or joiner that was made.
        return (known or plain or of_jinja) and bool(super().is_safe_callable(obj))


def _plural(one: str, many: str, count: int) -> str:
    return one if count == 1 else many
