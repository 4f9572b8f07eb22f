"""The packages that the project needs, at any depth, as installed metadata describes them.

Whatever the machine, requirements are read for the one that `constraints.txt` is made on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from cyclonedx.spdx import is_expression, is_supported_id
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

MACHINE = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.11.2",
    "python_version": "3.11",
    "sys_platform": "linux",
}
"""Markers (PEP 508) of Debian 12, the oldest system that is promised."""


class Use(StrEnum):
    """When a package is needed; the first that holds."""

    RUN = "run-time"
    EXTRA = "extra"
    TEST = "test only"


@dataclass(frozen=True, slots=True)
class Package:
    """One package: its normal name (PEP 503), tested version, licence (SPDX) and what it needs."""

    name: str
    version: str
    licence: str
    use: Use
    needs: tuple[str, ...]


class UnclearLicenceError(Exception):
    """The metadata of a package does not say a licence that SPDX knows."""


def read_packages(
    project: Mapping[str, object], pins: Mapping[str, str], facts: Mapping[str, Mapping[str, str]]
) -> tuple[Package, ...]:
    """Return every package that is installed here and needed at any depth, sorted by name.

    `project` is the table of pyproject.toml, `pins` the tested versions by normal name, `facts` the
    tables `licences` and `spdx` of facts.toml. Raises UnclearLicenceError.
    """
    uses: dict[str, Use] = {}
    for use, lines in _wishes(project):
        for name in _closure(lines):
            uses.setdefault(name, use)
    found = []
    for name, use in sorted(uses.items()):
        installed = _installed(name)
        if installed is not None:
            needs = tuple(sorted({need for need, _ in _needs(installed, frozenset())} & set(uses)))
            licence = read_licence(installed, facts)
            found.append(Package(name, pins.get(name, ""), licence, use, needs))
    return tuple(found)


def read_licence(installed: Distribution, facts: Mapping[str, Mapping[str, str]]) -> str:
    """Return a package's licence as an SPDX expression. Raises UnclearLicenceError."""
    metadata = installed.metadata
    name = canonicalize_name(metadata["Name"])
    classifiers: list[str] = metadata.get_all("Classifier") or []
    said = [
        facts["licences"].get(name, ""),
        *(metadata.get_all("License-Expression") or []),
        *(metadata.get_all("License") or []),
        *(line.split(" :: ")[-1] for line in classifiers if line.startswith("License :: ")),
    ]
    for word in filter(None, said):
        licence: str = facts["spdx"].get(word, word)
        if is_supported_id(licence) or is_expression(licence):
            return str(licence)
    raise UnclearLicenceError(
        f"{name}: its metadata names no licence of SPDX ({' / '.join(filter(None, said)) or '-'}). "
        f"Read its licence file, and write it under [licences] in tests/supply/facts.toml."
    )


def direct(project: Mapping[str, object]) -> dict[str, Use]:
    """Return the packages that pyproject.toml names, with the first use of each, in its order."""
    found: dict[str, Use] = {}
    for use, lines in _wishes(project):
        for line in lines:
            found.setdefault(canonicalize_name(Requirement(line).name), use)
    return found


def _wishes(project: Mapping[str, object]) -> Iterable[tuple[Use, list[str]]]:
    """Yield what pyproject.toml asks for: what runs first, what tests last."""
    run, extras = project["dependencies"], project["optional-dependencies"]
    assert isinstance(run, list)
    assert isinstance(extras, dict)
    yield Use.RUN, run
    yield from ((Use.EXTRA, lines) for name, lines in extras.items() if name not in {"test", "dev"})
    yield from ((Use.TEST, lines) for name, lines in extras.items() if name in {"test", "dev"})


def _closure(lines: Iterable[str]) -> set[str]:
    """Return the normal names of what some requirements need, themselves included."""
    wishes = [Requirement(line) for line in lines]
    waiting = [(str(canonicalize_name(wish.name)), frozenset(wish.extras)) for wish in wishes]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wish = waiting.pop()
        if wish not in seen:
            seen.add(wish)
            installed = _installed(wish[0])
            if installed is not None:
                waiting.extend(_needs(installed, wish[1]))
    return {name for name, _ in seen}


def _needs(installed: Distribution, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """Return the names and extras that a package needs on our machine, with extras of its own."""
    needs = []
    for line in installed.requires or ():
        wish = Requirement(line)
        worlds = [{**MACHINE, "extra": extra} for extra in ("", *extras)]
        if wish.marker is None or any(wish.marker.evaluate(world) for world in worlds):
            needs.append((str(canonicalize_name(wish.name)), frozenset(wish.extras)))
    return needs


@cache
def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None
