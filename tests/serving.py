"""A web server of this machine for the tests that drive a browser."""

import functools
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and says nothing of each request."""

    def log_message(self, format: str, *args: object) -> None:
        pass


PIECES = re.compile(rb'(?=<(?:h1|h2|h3|figure|svg|table|ul|footer)\b|<div class="db-)')
"""Where a page that comes slowly may stand still: before what a reader sees as one thing."""


class SlowHandler(QuietHandler):
    """Sends pages as a slow line does: the frame, then piece by piece, with time to draw each."""

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        if file.suffix == ".html":
            self._send_in_pieces(file.read_bytes())
        else:
            super().do_GET()

    def _send_in_pieces(self, whole: bytes) -> None:
        frame, main, content = whole.partition(b'<div class="md-content"')
        first, *pieces = PIECES.split(content)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        # Nothing is drawn before the styles are here.
        self.wfile.write(frame + main + first)
        time.sleep(1)
        # The first pieces fill the screen; those below it can push nothing that is seen.
        for piece in pieces[:20]:
            self.wfile.write(piece)
            time.sleep(0.15)
        self.wfile.write(b"".join(pieces[20:]))


def headers_of(site: Path) -> dict[str, str]:
    """Return the headers that a built site asks its host to send."""
    first, *lines = (site / "_headers").read_text(encoding="utf-8").splitlines()
    assert first == "/*"
    return dict(line.strip().split(": ", 1) for line in lines)


def guarded(site: Path) -> type[QuietHandler]:
    """Return a server that sends the headers that a built site asks for."""
    headers = headers_of(site)

    class GuardedHandler(QuietHandler):
        def end_headers(self) -> None:
            for name, value in headers.items():
                self.send_header(name, value)
            super().end_headers()

    return GuardedHandler


@contextmanager
def served(folder: Path, kind: type[QuietHandler] = QuietHandler) -> Iterator[str]:
    """Serve a folder; give its address, without a slash at the end."""
    handler = functools.partial(kind, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
