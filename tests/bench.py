"""`make bench`: what a build costs, as ratios to yardsticks measured in the same run.

Yardsticks: the bare engine (`mkdocs build`) on the Markdown tree that the build wrote, and as many
warm processes as there are cores, which press the same print documents with bare WeasyPrint. A deck
for the print shop counts as pressed too, though a build makes it of the finished cards. Machines
differ and drift, so yardstick and build take turns, and the medians of five pairs are shown.
Nothing is asserted here.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench_growth import measure_content, measure_growth
from tests.bench_many import measure_many

ROOT = Path(__file__).resolve().parent.parent
STEP = "content/programmes/mestringsgruppe/dreiebok.yml"
SENTENCE = "Vi løfter fram det som lyktes"
"""A text that the script's page and some of its prints show."""
PAUSE = 5.0
"""Seconds between two edits: time to look, and for the preview to finish the rest of the site."""
AT_ONCE = 0.5
"""Seconds after which the preview is still at the rest of the site."""

BUILD = (sys.executable, "-m", "dreiebok", "build", "--quiet", "--language", "nb")
"""The yardsticks are of one language too."""

BARE = """
import json, pickle, sys, time
from pathlib import Path
from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import read_project
from dreiebok.editions.making import make_edition
from dreiebok.press.documents import print_documents
from dreiebok.press import weasyprint_ as own
from dreiebok.press.stylesheets_ import CSS
from dreiebok.press.values import WITH_BLEED
import weasyprint
from weasyprint import css
from weasyprint.text.fonts import FontConfiguration
css.CSS = CSS  # Bare WeasyPrint keeps no style sheets.
fonts = FontConfiguration()
root = Path(sys.argv[1])
project = read_project(root)
documents, _ = print_documents(make_edition(load_handbook(project)[0]), project.templates)
def bare(document):
    html = weasyprint.HTML(string=document.html, base_url=f"{own.ORIGIN}print/",
                           url_fetcher=own.AssetFetcher(root / "templates"))
    return html.write_pdf(font_config=fonts)
by_path = {d.path: d for d in documents}
wanted = [d for d in documents if not d.pieces]
wanted += [by_path[d.pieces[0].path] for d in documents if d.needs and
           d.pieces[0].layout == WITH_BLEED]
wanted.sort(key=lambda d: -len(d.html))
bare(wanted[-1])
first, step = map(int, sys.argv[3:])
found = []
for document in wanted[first::step]:
    start = time.process_time()
    bare(document)
    found.append([time.process_time() - start, sys.argv[2] in document.html])
if not first:
    shows = {d.path for d in wanted if sys.argv[2] in d.html}
    pieced = [d for d in documents if {p.path for p in d.pieces} & shows]
    showing = [d for d in documents if d.path in shows and not d.pieces]
    showing.sort(key=lambda d: -len(d.html))
    (root / "showing.pickle").write_bytes(pickle.dumps((*showing, *pieced)))
print(json.dumps(found))
"""
ALONE = """
import pickle, sys
from pathlib import Path
from dreiebok.building import workers
from dreiebok.model.engines import Engine
root, jobs = Path(sys.argv[1]), int(sys.argv[2])
documents = pickle.loads((root / "showing.pickle").read_bytes())
with workers.start(jobs) as pool:
    tree = root / "build" / "markdown" / "nb"
    tasks = [pool.submit(workers.build_pages, Engine.MKDOCS, str(tree), str(root / "alone"),
                         1735689600, ["mestringsgruppe/dreiebok.md"])]
    pressed = {d.path: pool.submit(workers.press_document, d, str(root / "templates"))
               for d in documents if not d.pieces}
    def finished(path):
        if path in pressed:
            return pressed[path].result().data
        return (root / "site" / "nb" / path).read_bytes()
    for d in documents:
        if d.pieces:
            bases = {piece.path: finished(piece.path) for piece in d.pieces}
            tasks.append(pool.submit(workers.assemble_document, d, bases))
    assert not any(task.result().problems for task in (*tasks, *pressed.values()))
"""
"""Makes what shows the sentence, its page and prints, in workers as a build has; plans nothing."""
PRESS = """
import json, pickle, sys, time
from pathlib import Path
from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import read_project
from dreiebok.editions.making import make_edition
from dreiebok.press.documents import print_documents
from dreiebok.press.weasyprint_ import press
root = Path(sys.argv[1])
project = read_project(root)
documents, _ = print_documents(make_edition(load_handbook(project)[0]), project.templates)
wanted = [d for d in documents if not d.pieces]
press(wanted[0], root / "templates")
start = time.process_time()
pages = sum(press(d, root / "templates").pages for d in wanted)
rate = pages / (time.process_time() - start)
form = next(d for d in wanted if d.kind == "form")
handbook = max((d for d in wanted if d.kind == "handbook"), key=lambda d: len(d.html))
(root / "pressed.pickle").write_bytes(pickle.dumps((form, handbook)))
print(json.dumps({"rate": rate}))
"""
PEAKS = """
import json, pickle, resource, sys
from pathlib import Path
from dreiebok.building import preloaded
from dreiebok.press.weasyprint_ import press
root = Path(sys.argv[1])
form, handbook = pickle.loads((root / "pressed.pickle").read_bytes())
def peak(document, count):
    for _ in range(count):
        press(document, root / "templates")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([peak(form, 50), peak(form, 250), peak(handbook, 1)]))
"""
"""As a worker does: it gets documents, and knows no sources."""


@dataclass(frozen=True)
class Cost:
    """Seconds of one command: on the wall and on the processors, children included."""

    wall: float
    cpu: float


def run(*command: str, cwd: Path) -> Cost:
    """Run a command that must succeed and return what it cost."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stderr
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{errors.decode()}")
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime)


def measure(script: str, folder: Path, *more: object) -> Any:
    """Run one of the scripts above in a process of its own and return what it printed."""
    found = subprocess.run(
        [sys.executable, "-c", script, str(folder), SENTENCE, *map(str, more)],
        cwd=folder,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(found.stdout)


@dataclass(frozen=True)
class Bare:
    """CPU seconds of bare WeasyPrint: of all prints, and of the `count` that show the sentence."""

    all: float
    showing: float
    count: int


def bare(folder: Path, cores: int) -> Bare:
    """Press every print of a project with bare WeasyPrint, all cores being busy as in a build."""
    with ThreadPoolExecutor(cores) as pool:
        shares = pool.map(lambda first: measure(BARE, folder, first, cores), range(cores))
        found = [print_ for share in shares for print_ in share]
    showing = [seconds for seconds, shows in found if shows]
    return Bare(sum(seconds for seconds, _ in found), sum(showing), len(showing))


def environment() -> dict[str, str]:
    """Return what commands run with: they may keep compiled modules, as installed ones are."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}


def edit(folder: Path, number: int) -> None:
    """Change one sentence of the script."""
    path = folder / STEP
    text = (ROOT / STEP).read_text(encoding="utf-8")
    assert SENTENCE in text, f"{STEP} no longer says “{SENTENCE}”"
    path.write_text(text.replace(SENTENCE, f"{SENTENCE} {number}"), encoding="utf-8")


def edit_to_seen(folder: Path, pairs: int, pause: float) -> list[float]:
    """Return the seconds from a saved edit to the page that shows it, in a running preview.

    `pause` is how many seconds after the page was seen the next edit is saved.
    """
    port = 8765
    command = [sys.executable, "-m", "dreiebok", "serve", "--language", "nb", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert server.stdout
    while b"preview at" not in server.stdout.readline():
        if server.poll() is not None:
            raise SystemExit("serve stopped")
    page = "/nb/mestringsgruppe/dreiebok.html"
    address = f"http://127.0.0.1:{port}{page}"
    # As a browser does that has the page open: it comes before the rest of the site.
    listening = urllib.request.urlopen(f"http://127.0.0.1:{port}/-/events?{page}")
    taken = []
    try:
        for number in range(1000, 1000 + pairs + 1):
            time.sleep(pause)
            start = time.perf_counter()
            edit(folder, number)
            while f"lyktes {number}" not in fetch(address):
                if time.perf_counter() - start > 60:
                    raise SystemExit("the edit was never seen")
                time.sleep(0.02)
            taken.append(time.perf_counter() - start)
    finally:
        listening.close()
        server.terminate()
        server.wait()
        server.stdout.close()
    return taken[1:]


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())


def median(values: list[float]) -> float:
    return statistics.median(values)


def main() -> None:
    """Measure everything and print it as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="pairs of yardstick and build")
    parser.add_argument(
        "--organisations", type=int, metavar="N", nargs="?", const=5, default=0,
        help="instead, measure N organisations at once (5; the claim is about 50)",
    )  # fmt: skip
    parser.add_argument(
        "--programme", action="append", default=[], help="with --organisations: only this one"
    )
    parser.add_argument(
        "--growth",
        action="store_true",
        help="instead, measure websites in more languages, and with more content",
    )
    parser.add_argument(
        "--serve", action="store_true", help="instead, measure only from saved to seen"
    )
    parser.add_argument(
        "--cold", action="store_true", help="only the cold build and its yardsticks"
    )
    parser.add_argument(
        "--changed", action="store_true", help="only a changed sentence and what shows it, alone"
    )
    arguments = parser.parse_args()
    if arguments.organisations:
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory() as temporary:
            table = measure_many(
                ROOT, Path(temporary), arguments.organisations, arguments.programme
            )
        print(f"load at the start {load:.1f}, at the end {os.getloadavg()[0]:.1f}\n")
        for cells in table:
            print(f"| {' | '.join(cells)} |")
        return
    pairs = arguments.pairs
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        folder.mkdir()
        for name in ("content", "forms", "templates"):
            shutil.copytree(ROOT / name, folder / name)
        shutil.copy(ROOT / "mkdocs.yml", folder)
        if arguments.serve:
            for pause in (PAUSE, AT_ONCE):
                seen = edit_to_seen(folder, pairs, pause)
                words = ", ".join(f"{seconds:.2f}" for seconds in sorted(seen))
                print(f"saved {pause:g} s after the last to seen: {median(seen):.2f} s of {words}")
            return
        if arguments.growth:
            load = os.getloadavg()[0]
            languages = measure_growth(folder, environment(), edit)
            for cells in (*languages, [], *measure_content(folder, environment())):
                print(f"| {' | '.join(cells)} |" if cells else "")
            print(f"load at the start {load:.1f}, at the end {os.getloadavg()[0]:.1f}\n")
            return
        if arguments.changed:
            run(*BUILD, cwd=folder)
            bare(folder, int(cores or 1))
            rows = list(_measure_changed(folder, pairs, int(cores or 1)))
        else:
            rows = list(measure_all(folder, pairs, int(cores or 1), arguments.cold))
    version = platform.python_version()
    print(f"{cores} cores, Python {version}, {platform.system()}; medians of {pairs} pairs\n")
    print("| what | measured | yardstick | ratio | target |")
    print("|---|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def measure_all(folder: Path, pairs: int, cores: int, only_cold: bool) -> "list[tuple[str, ...]]":
    tree = folder / "build" / "markdown" / "nb"
    engine = (
        sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(tree / "mkdocs.yml"),
        "-d", str(folder / "bare"),
    )  # fmt: skip
    run(*BUILD, cwd=folder)
    run(*engine, cwd=folder)

    def alternate(prepare: Callable[[int], None]) -> "tuple[list[Cost], list[Cost], list[Bare]]":
        engines, builds, bares = [], [], []
        for number in range(pairs):
            engines.append(run(*engine, cwd=folder))
            bares.append(bare(folder, cores))
            prepare(number)
            builds.append(run(*BUILD, cwd=folder))
        return engines, builds, bares

    def clean(_: int) -> None:
        shutil.rmtree(folder / "build")
        shutil.rmtree(folder / "site")

    engines, builds, bares = alternate(clean)
    yard = [(e.cpu + b.all) / cores for e, b in zip(engines, bares, strict=True)]
    cold = [b.wall for b in builds]
    rows = [
        row("cold build", cold, "engine + bare WeasyPrint, CPU s / cores", yard, "1.10"),
        (
            "of which: CPU of the build", f"{median([b.cpu for b in builds]):.2f} s",
            f"engine {median([e.cpu for e in engines]):.2f} s, bare WeasyPrint "
            f"{median([b.all for b in bares]):.2f} s", "", "",
        ),
    ]  # fmt: skip
    if only_cold:
        ratios = " ".join(f"{found / one:.2f}" for found, one in zip(cold, yard, strict=True))
        return [*rows, ("ratios of the pairs", ratios, "", "", "")]
    engines = [run(*engine, cwd=folder) for _ in range(pairs)]
    idle = [run(*BUILD, cwd=folder).wall for _ in range(pairs)]
    rows.append(row("build with nothing changed", idle, "engine", [e.wall for e in engines], "0.3"))

    engines, builds, bares = alternate(lambda number: edit(folder, number))
    yard = [e.wall + b.showing / cores for e, b in zip(engines, bares, strict=True)]
    what = f"engine + the {bares[0].count} prints that show it, CPU s / cores"
    rows.append(row("one sentence changed", [b.wall for b in builds], what, yard, "1"))
    rows.extend(_measure_changed(folder, pairs, cores))
    seen = edit_to_seen(folder, pairs, PAUSE)
    rows.append(row("serve: saved to seen", seen, "engine", [e.wall for e in engines], ""))
    rate = measure(PRESS, folder)["rate"]
    few, many, handbook = measure(PEAKS, folder)
    rows.append(("PDF pages a CPU second, one worker", f"{rate:.1f}", "", "", ""))
    rows.append(
        (
            "peak memory of a worker after 50 and 300 forms",
            f"{few:.0f} MB, {many:.0f} MB", "", f"{many / few:.2f}", "under 150 MB, flat",
        )
    )  # fmt: skip
    rows.append(("the same after the longest handbook", f"{handbook:.0f} MB", "", "", ""))
    return rows


def _measure_changed(folder: Path, pairs: int, cores: int) -> Iterator[tuple[str, ...]]:
    """Yield what a build takes after a change, in turns with making what shows it alone."""
    alone, builds = [], []
    for number in range(2000, 2000 + pairs):
        alone.append(run(sys.executable, "-c", ALONE, str(folder), str(cores), cwd=folder))
        edit(folder, number)
        builds.append(run(*BUILD, cwd=folder))
    more = [b.wall - a.wall for a, b in zip(alone, builds, strict=True)]
    yield (
        "one sentence changed", f"{median([b.wall for b in builds]):.2f} s",
        f"what shows it, alone: {median([a.wall for a in alone]):.2f} s",
        f"+{median(more):.2f} s", "+0.5 s",
    )  # fmt: skip
    yield (
        "of which: CPU of the main process", f"{median([b.cpu for b in builds]):.2f} s",
        f"{median([a.cpu for a in alone]):.2f} s", "", "",
    )  # fmt: skip


def row(
    what: str, found: list[float], name: str, yard: list[float], target: str
) -> tuple[str, ...]:
    """Return a table row with medians, and the median of the ratios pair by pair."""
    ratio = median([a / b for a, b in zip(found, yard, strict=True)])
    return (what, f"{median(found):.2f} s", f"{name}: {median(yard):.2f} s", f"{ratio:.2f}", target)


if __name__ == "__main__":
    main()
