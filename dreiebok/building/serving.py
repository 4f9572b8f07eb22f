"""Live preview: a saved source is seen in the browser, or what is wrong with it."""

import html
import json
import mimetypes
import posixpath
import queue
import re
import signal
import sys
import threading
from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from dreiebok.building.leftovers import clear_up
from dreiebok.building.options import Options
from dreiebok.building.paths import real
from dreiebok.building.previewing import WORK, Preview, Voice
from dreiebok.building.publishing import check_apart, check_work
from dreiebok.building.writing import held, make_folder
from dreiebok.problems import (
    ExitCode,
    MissingOnMachine,
    SourceError,
    WrongUse,
)

EVENTS = "/-/events"
SCRIPT = "/-/preview.js"
_JAVASCRIPT = """\
const events = new EventSource("/-/events?" + location.pathname);
events.addEventListener("reload", () => location.reload());
events.addEventListener("problems", (event) => {
  let box = document.getElementById("db-problems");
  if (!box) {
    box = document.body.appendChild(document.createElement("pre"));
    box.id = "db-problems";
    box.setAttribute("role", "alert");
    box.style.cssText = "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;margin:0;" +
      "padding:1rem;background:#FFF6E0;color:#1B2B34;border-top:4px solid #8A5A00;z-index:99";
  }
  box.textContent = JSON.parse(event.data);
});
"""
_LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+)?", re.IGNORECASE)
"""What a browser calls the machine that it runs on (the header Host)."""
_ONLY_LOCAL = (
    b"This preview answers to localhost alone; serve --host 0.0.0.0 answers to every name."
)
_ONLY_OURS = (
    b"Another site may show this preview to you as a page of its own, and read nothing of it."
)
_OWN = frozenset({"", "none", "same-origin"})
"""Where a request comes from that no other site makes (the header Sec-Fetch-Site)."""
_TAG = f'<script src="{SCRIPT}" defer></script>'.encode()


def serve(options: Options, host: str, port: int, voice: Voice) -> int:
    """Serve the preview until the user stops it with Ctrl-C, and return the exit code.

    Raises WrongUse when the port is taken, or another preview works in the same folder.
    """
    check_apart(options.source, options.work)
    check_work(options.work)
    check_work(options.work / WORK)
    preview = Preview(options, voice)
    try:
        server = _Server(
            (host, port), _handler(preview, only_here=_LOCAL.fullmatch(host) is not None)
        )
    except OSError as error:
        raise WrongUse(f"cannot listen on {host}:{port}: {error.strerror}") from error
    server.daemon_threads = True
    stop = threading.Event()
    work = preview.options.work
    make_folder(work)
    with held(work) as is_free:
        if not is_free:
            raise WrongUse(
                f"another preview works in “{work}”; stop it, or name another folder with --work"
            )
        clear_up(preview.options)
        preview.rebuild()
        for watcher in (preview.watch_sources, preview.watch_configuration):
            threading.Thread(target=watcher, args=(stop,), daemon=True).start()
        # A service manager stops a process with SIGTERM; workers and sockets are left in order.
        signal.signal(signal.SIGTERM, lambda *_: _stop())
        voice.say(f"preview at http://{host}:{server.server_port}/ – stop with Ctrl-C")
        _serve_until_stopped(server, preview, stop, voice)
    return ExitCode.OK


def _serve_until_stopped(
    server: "_Server", preview: Preview, stop: threading.Event, voice: Voice
) -> None:
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        voice.say("stopped")
    finally:
        # Some managers ask twice; the second time would break off the leaving in order.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop.set()
        server.server_close()
        preview.pool.shutdown(wait=False, cancel_futures=True)


class _Server(ThreadingHTTPServer):
    """Says nothing of a browser that goes away before it has all."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Tell what went wrong, unless it was the other side's."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _is_foreign(headers: Message) -> bool:
    """Tell whether a page of another site asks for something, and not a person for a page.

    What a page fetches as a script it can read, whoever it comes from (Fetch Metadata, W3C).
    """
    if headers.get("Origin") not in {None, f"http://{headers.get('Host')}"}:
        return True
    goes_there = (headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest"))
    return headers.get("Sec-Fetch-Site", "") not in _OWN and goes_there != ("navigate", "document")


def _stop() -> None:
    raise KeyboardInterrupt


def _handler(preview: Preview, *, only_here: bool) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers GET for pages, PDFs and the event stream."""

        def do_GET(self) -> None:
            try:
                address = urlsplit(self.path)
                path = unquote(address.path)
            except ValueError:
                self._send(b"This is no address.", "text/plain", HTTPStatus.BAD_REQUEST)
                return
            names = (*self.headers.get_all("Host", ()), address.netloc or "localhost")
            if only_here and not all(map(_LOCAL.fullmatch, names)):
                # A stranger's page, whose name was made to lead here, would be let read all.
                self._send(_ONLY_LOCAL, "text/plain; charset=utf-8", HTTPStatus.FORBIDDEN)
            elif _is_foreign(self.headers):
                self._send(_ONLY_OURS, "text/plain; charset=utf-8", HTTPStatus.FORBIDDEN)
            elif path == EVENTS and self.command == "GET":
                page = posixpath.normpath(unquote(urlsplit(self.path).query)).lstrip("/")
                self._events(page)
            elif path == SCRIPT:
                self._send(_JAVASCRIPT.encode(), "text/javascript; charset=utf-8")
            else:
                self._file(posixpath.normpath(path).lstrip("/"))

        def do_HEAD(self) -> None:
            self.do_GET()

        def _file(self, name: str) -> None:
            folder = real(preview.options.output)
            data: bytes | None = None
            status, words = HTTPStatus.NOT_FOUND, name
            try:
                file = real(folder / (name or "index.html"))
                if file.is_dir():
                    file = file / "index.html"
            except (OSError, ValueError):
                # No file can be called so.
                file, name = folder, ""
            if file.is_relative_to(folder) and file.is_file():
                data = file.read_bytes()
            elif "/print/" in name and name.endswith(".pdf"):
                try:
                    data = preview.pdf(name)
                except MissingOnMachine as error:
                    status, words = HTTPStatus.SERVICE_UNAVAILABLE, str(error)
                    preview.voice.lines(f"dreiebok: {words}")
                except SourceError as error:
                    status, words = HTTPStatus.INTERNAL_SERVER_ERROR, preview.tell(error.problems)
            if data is None:
                title = f"<title>{status.value}</title><h1>{status.value}</h1>"
                body = f"{title}<pre>{html.escape(words)}</pre>".encode() + _TAG
                self._send(body, "text/html; charset=utf-8", status)
                return
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            if kind == "text/html":
                data = data.replace(b"</body>", _TAG + b"</body>", 1)
            self._send(data, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)

        def _send(self, data: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Cross-Origin-Resource-Policy", "same-origin")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def _events(self, page: str) -> None:
            listener: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
            if preview.problems:
                listener.put(("problems", preview.problems))
            preview.listeners[listener] = page
            try:
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                while True:
                    try:
                        event, data = listener.get(timeout=15)
                        text = f"event: {event}\ndata: {json.dumps(data)}\n\n"
                    except queue.Empty:
                        text = ": still here\n\n"
                    self.wfile.write(text.encode())
                    self.wfile.flush()
            except OSError:
                pass  # The page was closed.
            finally:
                preview.listeners.pop(listener, None)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of each request."""

    return Handler
