"""What stands at the top of a site, above its languages."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name
from dreiebok.templating import Output, Templates, make_environment, no_links, render
from dreiebok.website.crawlers import crawler_files
from dreiebok.website.not_found import NOT_FOUND, way_home


def top_files(
    editions: Sequence[Edition], pages: Mapping[str, Sequence[str]], templates: Templates
) -> dict[str, bytes]:
    """Return what all languages share, by path in the whole site.

    These are the page that chooses a language, the one for a wrong address, and the map for search
    engines; `pages` are the paths of each language's pages. Raises SourceError for a faulty
    template.
    """
    settings = editions[0].organisation
    address = settings.home if settings else ""
    environment = make_environment(templates, Output.HTML, native_name=native_name)

    def not_found(first: Edition, top: str) -> bytes:
        doors = [way_home(first), *(way_home(other) for other in editions if other is not first)]
        values = {"doors": doors, "top": top, "guide": first.site_name}
        return render(environment, "site/not-found.html", no_links, **values).encode()

    values = {"editions": editions, "address": address}
    top = urlsplit(address).path
    files = {
        "index.html": render(environment, "site/languages.html", no_links, **values).encode(),
        NOT_FOUND: not_found(editions[0], top),
    }
    for edition in editions:
        # Some hosts take the nearest of these pages, so each language has one that begins with it.
        files[f"{edition.locale}/{NOT_FOUND}"] = not_found(edition, top or "../")
    return files | crawler_files(address, pages, editions[0].date)
