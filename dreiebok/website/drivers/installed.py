"""Which engines this machine has, and in which versions. Imports none of them."""

from importlib.metadata import PackageNotFoundError, version

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
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
