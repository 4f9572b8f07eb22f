"""Live preview: a saved source is seen in the browser, or what is wrong with it."""

import html
import json
import mimetypes
import posixpath
import queue
import re
import signal
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from dreiebok.building.options import Options
from dreiebok.building.paths import real
from dreiebok.building.previewing import WORK, Preview, Voice
from dreiebok.building.publishing import check_apart, check_work
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
_TAG = f'<script src="{SCRIPT}" defer></script>'.encode()


def serve(options: Options, host: str, port: int, voice: Voice) -> int:
    """Serve the preview until the user stops it with Ctrl-C, and return the exit code.

    Raises WrongUse when the port is taken.
    """
    check_apart(options.source, options.work)
    check_work(options.work)
    check_work(options.work / WORK)
    preview = Preview(options, voice)
    try:
        server = ThreadingHTTPServer(
            (host, port), _handler(preview, only_here=_LOCAL.fullmatch(host) is not None)
        )
    except OSError as error:
        raise WrongUse(f"cannot listen on {host}:{port}: {error.strerror}") from error
    server.daemon_threads = True
    stop = threading.Event()
    preview.rebuild()
    for watcher in (preview.watch_sources, preview.watch_configuration):
        threading.Thread(target=watcher, args=(stop,), daemon=True).start()
    # A service manager stops a process with SIGTERM; workers and sockets are then left in order.
    signal.signal(signal.SIGTERM, lambda *_: _stop())
    voice.say(f"preview at http://{host}:{server.server_port}/ – stop with Ctrl-C")
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
    return ExitCode.OK


def _stop() -> None:
    raise KeyboardInterrupt


def _handler(preview: Preview, *, only_here: bool) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers GET for pages, PDFs and the event stream."""

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            if only_here and not _LOCAL.fullmatch(self.headers.get("Host", "localhost")):
                # A stranger's page, whose name was made to lead here, would be let read all.
                self._send(_ONLY_LOCAL, "text/plain; charset=utf-8", HTTPStatus.FORBIDDEN)
            elif path == EVENTS:
                page = posixpath.normpath(unquote(urlsplit(self.path).query)).lstrip("/")
                self._events(page)
            elif path == SCRIPT:
                self._send(_JAVASCRIPT.encode(), "text/javascript; charset=utf-8")
            else:
                self._file(posixpath.normpath(path).lstrip("/"))

        def _file(self, name: str) -> None:
            folder = real(preview.options.output)
            file = real(folder / (name or "index.html"))
            if file.is_dir():
                file = file / "index.html"
            data: bytes | None = None
            status, words = HTTPStatus.NOT_FOUND, name
            if file.is_relative_to(folder) and file.is_file():
                data = file.read_bytes()
            elif "/print/" in name and name.endswith(".pdf"):
                try:
                    data = preview.pdf(name)
                except MissingOnMachine as error:
                    status, words = HTTPStatus.SERVICE_UNAVAILABLE, str(error)
                    preview.voice.error(words)
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
            self.end_headers()
            self.wfile.write(data)

        def _events(self, page: str) -> None:
            listener: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
            if preview.problems:
                listener.put(("problems", preview.problems))
            preview.listeners[listener] = page
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            try:
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
