"""unsafe-link: a link whose address is none of #id, https:, http: or mailto:.

Fails: `[x](javascript:alert(1))` · `[x](file:///etc/passwd)` · `[x](page.html)`.
Passes: `[loggskjemaet](#mg-loggskjema)` · `[nav.no](https://nav.no/)`.
"""

from collections.abc import Iterator

from dreiebok.inline import SAFE_ADDRESS, links
from dreiebok.model.handbook import Handbook
from dreiebok.model.walking import prose
from dreiebok.problems import Code, Problem


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each link that may not leave the handbook."""
    for record in handbook.records:
        for text in prose(record):
            for address in links(text):
                if not address.startswith("#") and not SAFE_ADDRESS.match(address):
                    yield Problem(
                        Code.UNSAFE_LINK,
                        f"the address “{address}” is not allowed in a link",
                        text.at,
                        "Link to an element with #id, or to an address that begins with "
                        "https://, http:// or mailto:.",
                    )
