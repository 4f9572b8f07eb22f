"""What a user may ask of a build, as plain values. Imports nothing heavy."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Selection:
    """What to build; empty tuples mean all there is.

    `start` is when meetings begin, in minutes from midnight; it, `participants` and `paper` (a4 or
    letter) come before what an organisation's settings say, and so does `engine`, which builds the
    pages. `beside` are the languages with which prints in two languages are made.
    """

    languages: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    website: bool = True
    prints: bool = True
    start: int | None = None
    participants: int | None = None
    paper: str | None = None
    beside: tuple[str, ...] = ()
    engine: str | None = None

    @property
    def everything(self) -> bool:
        """Tell whether no part of the handbook is left out."""
        return self.website and self.prints and not self.languages and not self.programmes


@dataclass(frozen=True, slots=True)
class Options:
    """How to build. `work` holds cache and Markdown trees; `epoch` is seconds since 1970.

    `shared` is the folder of a cache that several builds share, instead of the one in `work`.
    `package` is the ZIP file that the site is written to as well.

    `organisation` is the file with an organisation's settings. With a `base`, `source` is the
    folder of an organisation, which lies over it.
    """

    source: Path
    output: Path
    work: Path
    selection: Selection = field(default_factory=Selection)
    jobs: int = 0
    strict: bool = False
    epoch: int | None = None
    organisation: Path | None = None
    base: Path | None = None
    shared: Path | None = None
    package: Path | None = None

    @property
    def cache(self) -> Path:
        """The folder of the cache."""
        return self.shared or self.work / "cache"
