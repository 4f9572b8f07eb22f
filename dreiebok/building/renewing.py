"""Renews a site: where an earlier one has the same frame, only pages with other words are rendered.

The cache keeps, under the frame's fingerprint, which finished site it is and what each of its pages
was made from. Only sites of which nobody complained are kept, and only separable ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dreiebok.building.archives import unpack
from dreiebok.building.cache import Cache
from dreiebok.building.plan import SiteJob
from dreiebok.keeping import fingerprint
from dreiebok.website.frames import digests, joined
from dreiebok.website.paths import html_path


@dataclass(frozen=True, slots=True)
class Renewal:
    """An earlier site in the same frame, and the pages below `docs/` whose words are others now.

    `key` is the fingerprint of that site.
    """

    key: str
    pages: tuple[str, ...]

    @property
    def paths(self) -> frozenset[str]:
        """The paths of those pages in the site."""
        return frozenset(map(html_path, self.pages))

    def load(self, cache: Cache) -> dict[str, bytes]:
        """Return the files of that site; none where another process has thrown it away."""
        entry = cache.load(self.key)
        return unpack(entry[0]) if entry else {}

    def join(
        self, base: Mapping[str, bytes], site: SiteJob, made: Mapping[str, bytes]
    ) -> dict[str, bytes] | None:
        """Return the whole site with the pages made anew, or None where it must be built whole.

        `base` is what `load` gave.
        """
        return joined(base, made, site.tree, self.paths) if base else None


def frame_key(site: SiteJob, epoch: int) -> str:
    """Return under what the cache notes a site for its frame; it has the same time in it."""
    return fingerprint("framed", site.frame, str(epoch))


def find_renewal(cache: Cache, site: SiteJob, epoch: int) -> Renewal | None:
    """Return what of a site must be rendered, or None where all of it must."""
    noted = cache.load(frame_key(site, epoch)) if site.frame else None
    if noted is None:
        return None
    facts = noted[1]
    if not cache.holds(facts["site"]):
        return None
    now, then = digests(site.tree), facts["pages"]
    return Renewal(facts["site"], tuple(sorted(p for p in now if now[p] != then.get(p))))


def note_site(cache: Cache, site: SiteJob, epoch: int, key: str) -> None:
    """Note that the site under a key can be renewed."""
    cache.store(frame_key(site, epoch), b"", {"site": key, "pages": digests(site.tree)})
