"""The HTTP headers with which a site is safest, and the files that tell web servers of them.

A finished page holds no script and no style of its own, so the policy needs `'self'` alone. What a
template of an organisation's or another engine writes into pages is allowed by its SHA-256, and by
nothing else (CSP level 3, 2.3.1). Nothing here opens a file.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import quoteattr

FOLDER = "hosting/"
"""Where in a site the snippets for web servers lie; `_headers` must lie at its top."""
_SCRIPT = re.compile(rb"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(rb"\ssrc\s*=", re.IGNORECASE)
_DATA = re.compile(rb"""\stype\s*=\s*["']?[\w./+-]*json\b""", re.IGNORECASE)
_ALLOWED = (
    "style-src 'self'",
    # Material draws its icons as masks from data: in its style sheets.
    "img-src 'self' data:",
    # The search index, and what the service worker of meeting mode keeps.
    *(f"{kind}-src 'self'" for kind in ("font", "connect", "worker", "manifest")),
    # Forms are filled in and saved on the reader's machine; none is sent anywhere.
    *(f"{what} 'none'" for what in ("base-uri", "form-action", "frame-ancestors")),
)
_PERMISSIONS = (
    *(f"{what}=()" for what in ("camera", "display-capture", "geolocation", "microphone")),
    *(f"{what}=()" for what in ("payment", "usb")),
    # Meeting mode keeps the screen awake.
    "screen-wake-lock=(self)",
)
_NOTE = (
    "Skrevet av dreiebok build. Ber nettleseren stoppe alt som ikke kommer fra nettstedet selv.",
    "Nettstedet virker uten også; dette er et ekstra vern.",
)


def inline_scripts(page: bytes) -> frozenset[bytes]:
    """Return the scripts that stand in a page and that a browser would run; data is none."""
    return frozenset(
        code
        for attributes, code in _SCRIPT.findall(page)
        if code.strip() and not _SOURCE.search(attributes) and not _DATA.search(attributes)
    )


def content_security_policy(scripts: Iterable[bytes]) -> str:
    """Return the policy under which finished pages work that hold these inline scripts.

    >>> content_security_policy([b"1"]).split("; ")[1]
    "script-src 'self' 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"
    """
    sources = " ".join(("'self'", *map(_hashed, sorted(set(scripts)))))
    return "; ".join(("default-src 'none'", f"script-src {sources}", *_ALLOWED))


def security_headers(scripts: Iterable[bytes]) -> dict[str, str]:
    """Return name and value of every header."""
    return {
        "Content-Security-Policy": content_security_policy(scripts),
        "Permissions-Policy": ", ".join(_PERMISSIONS),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def header_files(scripts: Iterable[bytes]) -> dict[str, bytes]:
    """Return what tells web servers of the headers, by path in the site.

    `scripts` are those that stand in its pages (`inline_scripts`).
    """
    headers = security_headers(scripts)
    files = {
        "_headers": _netlify(headers),
        f"{FOLDER}nginx.conf": _nginx(headers),
        f"{FOLDER}htaccess": _apache(headers),
        f"{FOLDER}web.config": _iis(headers),
    }
    return {path: text.encode() for path, text in files.items()}


def _hashed(code: bytes) -> str:
    # A browser's parser has made every end of line one newline before the text is hashed.
    code = code.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return f"'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'"


def _netlify(headers: Mapping[str, str]) -> str:
    """Netlify and Cloudflare Pages read it from the top of the site."""
    return "/*\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())


def _nginx(headers: Mapping[str, str]) -> str:
    """For `include` in a server block: a location with add_header of its own would drop these."""
    return _noted() + "".join(
        f'add_header {name} "{value}" always;\n' for name, value in headers.items()
    )


def _apache(headers: Mapping[str, str]) -> str:
    """As `.htaccess` at the top of the site; it needs mod_headers."""
    lines = ["DirectoryIndex index.html", "AddDefaultCharset utf-8", "Options -Indexes"]
    lines += [f'Header always set {name} "{value}"' for name, value in headers.items()]
    return _noted() + "".join(f"{line}\n" for line in lines)


def _iis(headers: Mapping[str, str]) -> str:
    """As `web.config` at the top of the site; with the types of files that IIS does not know."""
    types = {".woff2": "font/woff2", ".json": "application/json", ".ics": "text/calendar"}
    kinds = "".join(
        f'      <remove fileExtension="{ending}" />\n'
        f'      <mimeMap fileExtension="{ending}" mimeType="{kind}" />\n'
        for ending, kind in types.items()
    )
    told = "".join(
        f"        <add name={quoteattr(name)} value={quoteattr(value)} />\n"
        for name, value in headers.items()
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f"<!-- {' '.join(_NOTE)} -->\n<configuration>\n  <system.webServer>\n"
        f"    <staticContent>\n{kinds}    </staticContent>\n"
        f"    <httpProtocol>\n      <customHeaders>\n{told}      </customHeaders>\n"
        "    </httpProtocol>\n  </system.webServer>\n</configuration>\n"
    )


def _noted() -> str:
    """Return the note as comments of a configuration file."""
    return "".join(f"# {line}\n" for line in _NOTE)
