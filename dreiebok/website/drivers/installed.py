"""Which engines this machine has, and in which versions. Imports none of them."""

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution

from dreiebok.model.engines import Engine
from dreiebok.problems import MissingOnMachine


class EngineMissing(MissingOnMachine):
    """The engine that an edition asks for is not installed; says how to install it."""


def engine_versions(engine: Engine) -> str:
    """Return an engine's name and the versions of its packages; “?” where one is missing."""
    return " ".join((engine.value, *(f"{name}={_version(name)}" for name in engine.packages)))


def require(engine: Engine) -> None:
    """Raise EngineMissing where a package of the engine is not installed."""
    missing = [name for name in engine.packages if _version(name) == "?"]
    if missing:
        raise EngineMissing(
            f"the engine “{engine}” is asked for, and this machine lacks {' and '.join(missing)}. "
            f"Install it: pip install 'dreiebok[{engine}]' (in a clone: .venv/bin/pip install -c "
            f"constraints.txt -e '.[{engine}]'). Or choose another: `engine:` in organisation.yml "
            "or mkdocs.yml, or --engine."
        )


def _version(name: str) -> str:
    return version_of(name) or "?"


@cache
def version_of(package: str) -> str:
    """Return the version of an installed package, or nothing where there is none.

    As `importlib.metadata.version` does, which parses the whole of a package's description, a long
    text: a third of what a build with nothing to do would cost.
    """
    try:
        found = distribution(package)
    except PackageNotFoundError:
        return ""
    told = re.search(r"^Version: *(\S+)", found.read_text("METADATA") or "", re.MULTILINE)
    return told[1] if told else found.version
