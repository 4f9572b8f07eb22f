"""The codes of today's texts, with which a page tells whether a print of them is outdated."""

import json

from dreiebok.editions.edition import Edition
from dreiebok.editions.stamps import stamps
from dreiebok.inline import to_plain
from dreiebok.website.navigation import NEWS, SiteMap
from dreiebok.website.paths import html_path

SCRIPT = "assets/javascripts/print-codes.js"


def print_codes(edition: Edition, site: SiteMap) -> str:
    """Return the script that holds code, title and page of all that is printed, by element id.

    It is a script rather than JSON because pages opened from disk may fetch nothing else.
    """
    gettext = edition.gettext
    texts = {
        name: (
            code,
            to_plain(getattr(edition.element(name).node, "title", name)),
            html_path(site.where[name]),
        )
        for name, code in stamps(edition).items()
    }
    words = {
        "same": gettext("Utskriften din er fra {was}. Teksten er den samme i dag ({now})."),
        "changed": gettext(
            "Teksten er endret siden utskriften din ({was}). Her står den slik den er i {now}."
        ),
        "current": gettext("Utskriften stemmer med teksten i {now}:"),
        "unknown": gettext(
            "Ingen tekst i {now} har denne koden. Teksten er endret siden du skrev ut, "
            "eller koden er skrevet feil."
        ),
    }
    if NEWS in {page.path for page in site.pages}:
        words["news"] = gettext("Se hva som er nytt")
    found = {"version": edition.version, "words": words, "texts": texts}
    return f"window.dreiebokPrints = {json.dumps(found, ensure_ascii=False, sort_keys=True)};\n"
