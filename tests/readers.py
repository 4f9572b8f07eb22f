"""Four PDF readers draw a form: PDFium, Poppler, MuPDF, and pdf.js in Chromium."""

import base64
import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pypdfium2
from PIL import Image
from playwright.sync_api import Page, Route

from dreiebok.press.cells import Face
from tests.browsers import running_browser

SCALE = 2.0
"""Pixels to a pt."""
NODE_MODULES = Path(sys.prefix) / "npm/node_modules"
"""Where the Makefile puts what tests/package.json names."""
FACES = tuple(
    Face(
        f"Prøve {name}",
        NODE_MODULES / f"@expo-google-fonts/{package}/400Regular/{name}_400Regular.ttf",
    )
    for package, name in (
        ("noto-naskh-arabic", "NotoNaskhArabic"),
        ("noto-sans-sc", "NotoSansSC"),
        ("noto-emoji", "NotoEmoji"),
    )
)
"""Fonts of scripts that the project's own lack; all under the OFL."""
READER = "https://reader.invalid/"
SCRIPT = """async ([data, scale, typed]) => {
    const pdfjs = await import("/build/pdf.min.mjs");
    pdfjs.GlobalWorkerOptions.workerSrc = "/build/pdf.worker.min.mjs";
    window.reader ??= new pdfjs.PDFWorker();
    const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
    const pdf = await pdfjs.getDocument({
        data: bytes, verbosity: 0, worker: window.reader,
        cMapUrl: "/cmaps/", standardFontDataUrl: "/standard_fonts/",
        wasmUrl: "/wasm/", iccUrl: "/iccs/",
    }).promise;
    const drawn = [];
    if (typed) {
        for (let number = 1; number <= pdf.numPages; number++)
            for (const field of await (await pdf.getPage(number)).getAnnotations())
                if (field.fieldName in typed)
                    pdf.annotationStorage.setValue(field.id, { value: typed[field.fieldName] });
        const saved = await pdf.saveDocument();
        let letters = "";
        for (const byte of saved) letters += String.fromCharCode(byte);
        drawn.push(btoa(letters));
    }
    for (let number = 1; number <= pdf.numPages; number++) {
        const page = await pdf.getPage(number);
        const viewport = page.getViewport({ scale });
        const canvas = document.createElement("canvas");
        canvas.getContext("2d", { willReadFrequently: true });
        canvas.width = Math.round(viewport.width);
        canvas.height = Math.round(viewport.height);
        await page.render({
            canvas, viewport,
            annotationMode: typed ? pdfjs.AnnotationMode.ENABLE_STORAGE
                                  : pdfjs.AnnotationMode.ENABLE,
        }).promise;
        drawn.push(canvas.toDataURL("image/png").split(",")[1]);
    }
    await pdf.loadingTask.destroy();
    return drawn;
}"""

Box = tuple[float, float, float, float]
Draw = Callable[[bytes], list[Image.Image]]


def boxes(data: bytes) -> dict[tuple[str, int], tuple[int, Box]]:
    """Return page and rectangle of every widget by its field's name and its number there."""
    found: dict[tuple[str, int], tuple[int, Box]] = {}
    count: dict[str, int] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number, leaf in enumerate(pdf.pages):
            for widget in leaf.get("/Annots", pikepdf.Array()):
                if widget.Subtype != "/Widget":
                    continue
                name = str(widget.get("/T") or widget.Parent.T)
                place = count[name] = count.get(name, -1) + 1
                left, bottom, right, top = (float(n) for n in widget.Rect)
                found[name, place] = number, (left, bottom, right, top)
    return found


def values(data: bytes) -> dict[str, str]:
    """Return what a program would read out of a filled form, by field; empty answers left out."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = {}
        for field in pdf.Root.AcroForm.Fields:
            value = str(field.get("/V", ""))
            if value not in {"", "/Off"}:
                options = [str(one) for one in field.get("/Opt", [])]
                is_group = field.FT == "/Btn" and options
                found[str(field.T)] = options[int(value[1:])] if is_group else value
        return found


def with_pdfium(data: bytes) -> list[Image.Image]:
    pdf = pypdfium2.PdfDocument(data)
    pdf.init_forms()
    drawn = [leaf.render(scale=SCALE, grayscale=True).to_pil() for leaf in pdf]
    pdf.close()
    return drawn


def with_mupdf(data: bytes) -> list[Image.Image]:
    with pymupdf.open(stream=data, filetype="pdf") as pdf:  # type: ignore[no-untyped-call]
        matrix = pymupdf.Matrix(SCALE, SCALE)  # type: ignore[no-untyped-call]
        pictures = [leaf.get_pixmap(matrix=matrix, colorspace="gray") for leaf in pdf]
        return [Image.frombytes("L", (one.width, one.height), one.samples) for one in pictures]


def with_poppler(data: bytes, folder: Path) -> list[Image.Image]:
    file = folder / "form.pdf"
    file.write_bytes(data)
    command = ["pdftoppm", "-r", str(72 * SCALE), "-gray", str(file), str(folder / "page")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    drawn = []
    for path in sorted(folder.glob("page-*.pgm")):
        with Image.open(path) as picture:
            drawn.append(picture.copy())
        path.unlink()
    return drawn


class PdfJs:
    """The reader of Firefox, in a page of Chromium that asks nobody for anything."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strangers: list[str] = []
        page.route("**/*", self._serve)
        page.goto(READER)

    def _serve(self, route: Route) -> None:
        address = route.request.url
        file = NODE_MODULES / "pdfjs-dist" / address.removeprefix(READER)
        if address == READER:
            route.fulfill(body="<!doctype html><title>pdf.js</title>", content_type="text/html")
        elif address.startswith(READER) and file.is_file():
            kind = "text/javascript" if file.suffix == ".mjs" else "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            self.strangers.append(address)
            route.abort()

    def draw(self, data: bytes) -> list[Image.Image]:
        return [_picture(one) for one in self._run(data, None)]

    def fill(self, data: bytes, typed: dict[str, str]) -> tuple[bytes, list[Image.Image]]:
        """Fill a form in as a person in Firefox; return what is saved and what is printed."""
        saved, *drawn = self._run(data, typed)
        return base64.b64decode(saved), [_picture(one) for one in drawn]

    def _run(self, data: bytes, typed: dict[str, str] | None) -> list[str]:
        given: Any = [base64.b64encode(data).decode(), SCALE, typed]
        found: list[str] = self.page.evaluate(SCRIPT, given)
        return found


def _picture(encoded: str) -> Image.Image:
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as picture:
        return picture.convert("L")


@contextmanager
def pdf_js() -> Iterator[PdfJs]:
    """Start Chromium with pdf.js in a page."""
    with running_browser() as browser:
        yield PdfJs(browser.new_page())
