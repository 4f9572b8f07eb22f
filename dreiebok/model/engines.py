"""The engines that can build the trees of Markdown, and what pip calls them."""

from enum import StrEnum


class Engine(StrEnum):
    """What makes pages of the Markdown; all read the same tree and the same mkdocs.yml."""

    MKDOCS = "mkdocs"
    PROPERDOCS = "properdocs"
    ZENSICAL = "zensical"

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages whose version can change a byte of the pages, the engine's own first."""
        return (self.value,) if self is Engine.ZENSICAL else (self.value, "mkdocs-material")
