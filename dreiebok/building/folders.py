"""Which folders a command works on: a project, or an organisation's folder over a base edition."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from dreiebok.building.paths import real
from dreiebok.building.program import PACKAGE, PACKAGED_BASE
from dreiebok.building.reading import SETTINGS, find_root
from dreiebok.problems import WrongUse

HANDBOOK = "content/handbook.yml"
"""Where this lies is a base edition."""


@dataclass(frozen=True, slots=True)
class Folders:
    """`root` holds the sources; with a `base` it is an organisation's folder, which lies over it.

    `settings` is the file with an organisation's settings where it is not the root's own.
    """

    root: Path
    base: Path | None = None
    settings: Path | None = None


def find_folders(source: Path, organisation: Path | None, base: Path | None) -> Folders:
    """Return the folders that the options --source, --organisation and --base mean.

    Raises WrongUse for a base that is none or that nothing lies over, SourceError where there is
    neither a project nor an organisation's folder.
    """
    if base is not None and not (base / HANDBOOK).is_file():
        raise WrongUse(f"“{base}” is no base edition: it has no {HANDBOOK}")
    if organisation is not None and organisation.is_dir():
        if not (organisation / SETTINGS).is_file():
            raise WrongUse(f"“{organisation}” is no organisation's folder: it has no {SETTINGS}")
        if not _is_base(organisation):
            return Folders(organisation, base or (source if _is_base(source) else _packaged()))
        source, organisation = organisation, None
    if (source / SETTINGS).exists() and not _is_base(source):
        return Folders(source, base or _packaged(), organisation)
    if base is not None:
        raise WrongUse(
            f"--base is for an organisation's folder, with {SETTINGS} and no {HANDBOOK}; "
            f"“{source}” is none"
        )
    return Folders(find_root(source), None, organisation)


def _is_base(folder: Path) -> bool:
    return (folder / HANDBOOK).is_file()


def _packaged() -> Path:
    """Return the base that the package carries; of a package that is a clone, the clone."""
    return PACKAGED_BASE if _is_base(PACKAGED_BASE) else PACKAGE.parent


@dataclass(frozen=True, slots=True)
class Organisations:
    """The organisations' folders in a folder, by name, and the names of those that are none."""

    found: Mapping[str, Folders]
    passed_over: tuple[str, ...]


def find_organisations(
    folder: Path, source: Path, base: Path | None, ours: Collection[Path] = ()
) -> Organisations:
    """Return what to build of a folder with organisations' folders in it.

    A folder without settings is passed over, and so are hidden ones and `ours`, which builds have
    made. `source` and `base` mean what they mean for one organisation. Raises WrongUse for a
    folder that is none or holds no organisation, and for two names of one folder.
    """
    if not folder.is_dir():
        raise WrongUse(f"“{folder}” is no folder")
    made = {real(path) for path in ours}
    found: dict[str, Folders] = {}
    passed_over: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_dir() or real(path) in made:
            continue
        if not (path / SETTINGS).is_file():
            passed_over.append(path.name)
            continue
        # A folder that is a base itself needs no other one under it.
        found[path.name] = find_folders(source, path, None if _is_base(path) else base)
    if not found:
        raise WrongUse(f"no folder in “{folder}” has an {SETTINGS}")
    _check_places(found)
    return Organisations(found, tuple(passed_over))


def _check_places(found: Mapping[str, Folders]) -> None:
    """Raise WrongUse where two editions would be written to one place."""
    places: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, folders in found.items():
        # Not every disk tells Vest from vest.
        for known, key in ((places, str(real(folders.root))), (names, name.casefold())):
            if key in known:
                raise WrongUse(
                    f"“{known[key]}” and “{name}” would have the same output. "
                    "Rename one of the folders, or remove the link to the other."
                )
            known[key] = name
