"""Looks at every page of finished sites as WCAG 2.2 AA asks, and writes the evidence down.

`python -m tests.accessibility SITE… --evidence docs/accessibility.md` opens each page once:
axe-core in light and in dark, wide and at 320 px, and scripts for what axe cannot tell. A page is
looked at in its states, too: a form opened, and meeting mode at each step. `tests/statement.py`
makes the text.
"""

import argparse
import json
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browsers import running_browser
from tests.site_in_states import states_of
from tests.statement import Evidence, evidence_text

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROW = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
"""The rules whose answer hangs on colours and width."""
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""1280 × 1024 at 400 %: WCAG 2.2, 1.4.10."""
AXE = Axe().axe_script
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }"""
"""What WCAG 2.2, 1.4.12 asks a page to bear."""
RUN_AXE = """run => {
  const exclude = [["svg text"]];
  // An open menu of languages lies over the tabs, as menus do; they were looked at without it.
  if (document.querySelector(".md-select:focus-within")) exclude.push([".md-tabs"]);
  return axe.run({exclude}, run).then((found) =>
    [...found.violations.map((v) => [v, "axe"]), ...found.incomplete.map((v) => [v, "unsure"])]
      .flatMap(([v, what]) => v.nodes.map((node) => [`${what}: ${v.id}`, node.html])));
}"""
WIDTH = """() => document.documentElement.scrollWidth > innerWidth
    ? [`${document.documentElement.scrollWidth} px`] : []"""
SCRIPTS = {
    "too wide (1.4.10)": WIDTH,
    "small target (2.5.8)": """() => [...document.querySelectorAll(
        "button, input:not([type=hidden]), select, textarea, summary, a[href]")]
      .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
      .filter((e) => !(e.matches("a") && getComputedStyle(e).display === "inline"))
      .map((e) => [e, (e.closest("label") || e).getBoundingClientRect()])
      .filter(([, b]) => b.width > 1 && b.right > 0 && Math.min(b.width, b.height) < 23.9)
      .map(([e, b]) => `${e.outerHTML} ${b.width}×${b.height}`)""",
    "skipped heading (1.3.1)": """() => {
      const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
        .filter((h) => h.checkVisibility()).map((h) => +h.tagName[1]);
      return levels.filter((l, n) => n && l > levels[n - 1] + 1).map((l) => `to h${l}`);
    }""",
    "sound or film (1.2)": "() => [...document.querySelectorAll('audio, video')].map(String)",
}
COLOUR_SCRIPTS = {
    "words of a figure too pale (1.4.3)": """() => [...document.querySelectorAll("svg text")]
      .filter((e) => e.checkVisibility({visibilityProperty: true}) && e.textContent.trim())
      .flatMap((text) => {
        const box = text.getBoundingClientRect(), x = box.x + box.width / 2;
        const y = box.y + box.height / 2, style = getComputedStyle(text);
        const isUnder = (e) => {
          const b = e.getBoundingClientRect(), fill = getComputedStyle(e).fill;
          return fill !== "none" && !e.closest("defs, marker, clipPath")
            && e.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING
            && b.left <= x && x <= b.right && b.top <= y && y <= b.bottom;
        };
        const shapes = "rect, circle, ellipse, path, polygon";
        const under = [...text.ownerSVGElement.querySelectorAll(shapes)].filter(isUnder).pop();
        const found = contrast(style.fill, under ? getComputedStyle(under).fill : ground(text));
        return found < 4.5 ? [`${text.outerHTML} ${found.toFixed(2)}`] : [];
      })""",
    "edge of a field too pale (1.4.11)": """() => [...document.querySelectorAll(
        "textarea, select, input:not([type=radio], [type=checkbox], .md-search__input)")]
      .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
      .map((e) => [e, contrast(getComputedStyle(e).borderTopColor, ground(e.parentElement))])
      .filter(([, found]) => found < 3)
      .map(([e, found]) => `${e.outerHTML} ${found.toFixed(2)}`)""",
}
"""Asked in light and in dark."""
RECKON = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
    .reduce((sum, part, n) => sum + part * [.2126, .7152, .0722][n], 0);
  window.contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + .05) / (low + .05);
  };
  window.ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
}"""
"""Contrast as WCAG 2.2 defines it, and the colour behind an element."""
CUT = """() => [...document.querySelectorAll("body *")].filter((e) => {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    return e.checkVisibility({visibilityProperty: true, opacityProperty: true})
      && e.textContent.trim() && box.width > 1 && box.height > 1 && box.right > 0
      && !e.closest("svg, .db-wide, .md-header__title")
      && /hidden|clip/.test(style.overflowX + style.overflowY)
      && (e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 2);
  }).map((e) => e.outerHTML)"""
"""What is cut. Not asked: the title in the bar, which says once more what the heading says."""


DROP_MENU = "() => document.querySelector('.md-nav--primary > .md-nav__list')?.remove()"
"""The menu of all pages is most of a page, and the same on each: first pages keep it."""


@dataclass
class Findings:
    """What was found on pages: by what, on which page, where."""

    pages: list[str] = field(default_factory=list)
    states: int = 0
    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, where: str, example: str) -> None:
        self.found.setdefault(what, []).append(f"{where}: {' '.join(example.split())[:160]}")

    def join(self, other: "Findings") -> None:
        self.pages += other.pages
        self.states += other.states
        for what, examples in other.found.items():
            self.found.setdefault(what, []).extend(examples)


def pages_of(site: Path) -> list[str]:
    """Return the pages of a site; 404.html is for a host and has no address of its own."""
    found = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return [name for name in found if not name.endswith("404.html")]


def kinds_of(site: Path, names: list[str]) -> list[str]:
    """Return few pages of a site that together have everything that pages are made of.

    That is each of our classes, each kind of field and of part, in each language once; and in each
    programme, which has its colour, a page, a form, a figure and a meeting, where it has some.
    """
    parts = {name: _parts(name, (site / name).read_text(encoding="utf-8")) for name in names}
    wanted, chosen = set().union(*parts.values()), []
    while wanted:
        # The page with most of what is still wanted; of two the first.
        best = max(names, key=lambda name: (len(parts[name] & wanted), -names.index(name)))
        chosen.append(best)
        wanted -= parts[best]
    return sorted(chosen)


def _parts(name: str, html: str) -> set[str]:
    language, programme = name.split("/")[0], re.search(r'data-db-programme="([^"]+)"', html)
    classes = {one for many in re.findall(r'class="([^"]*)"', html) for one in many.split()}
    parts = {one for one in classes if one.startswith(("db-", "m-", "md-button", "admonition"))}
    parts |= set(re.findall(r"<(?:table|details|textarea|select|dl|blockquote)\b", html))
    parts |= set(re.findall(r'<input type="\w+"', html))
    if programme:
        parts |= {
            f"{programme[1]} {one}" for one in ("db-fill", "m-step", "db-figure") if one in parts
        }
        parts.add(programme[1])
    return {f"{language} {part}" for part in parts}


@contextmanager
def quiet_context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a context without motion."""
    context = browser.new_context(reduced_motion="reduce", color_scheme="light")
    yield context
    context.close()


def run_axe(page: Page, *rules: str) -> list[tuple[str, str]]:
    """Return rule and element of all that axe-core finds on the page as it is now."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options = {
        "runOnly": only,
        "resultTypes": ["violations", "incomplete"],
        # Style sheets would be fetched again, and the search's frame, without words, waited for.
        "preload": False,
        "iframes": False,
    }
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
        page.evaluate(RECKON)
    return [(what, html) for what, html in page.evaluate(RUN_AXE, options)]


def in_colours(page: Page, scheme: str) -> None:
    """Show the page light (default) or dark (slate), as the reader's button does."""
    page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme }", scheme)


def look_at_state(page: Page, where: str, findings: Findings) -> None:
    """Note what is wrong with the page as it is, at 1280 px and in light, and leave it so."""
    findings.states += 1

    def note(found: list[tuple[str, str]], how: str) -> None:
        for what, example in found:
            findings.add(what, f"{where}, {how}", example)

    def ask(scripts: dict[str, str], how: str) -> None:
        note([(what, each) for what, text in scripts.items() for each in page.evaluate(text)], how)

    note(run_axe(page), "light")
    ask(COLOUR_SCRIPTS, "light")
    in_colours(page, "slate")
    page.set_viewport_size(ZOOMED)
    note(run_axe(page, *NARROW), "dark, 320 px")
    ask(COLOUR_SCRIPTS, "dark")
    ask(SCRIPTS, "320 px")
    in_colours(page, "default")
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        before = len(page.evaluate(CUT))
        style = page.add_style_tag(content=SPACED)
        cut = page.evaluate(CUT)
        note([("cut when spaced (1.4.12)", each) for each in cut[before:]], f"{size['width']} px")
        ask({"too wide when spaced (1.4.12)": WIDTH}, f"{size['width']} px")
        style.evaluate("e => e.remove()")


def tools() -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return Chromium's version, and the success criteria of each rule of axe-core that we run."""
    with running_browser(light=True) as browser:
        page = browser.new_page()
        page.evaluate(AXE)
        rules = page.evaluate("tags => axe.getRules(tags)", list(TAGS))
        # "wcag1412" is criterion 1.4.12; "wcag21aa" is a level.
        found = {
            rule["ruleId"]: tuple(
                f"{tag[4]}.{tag[5]}.{tag[6:]}" for tag in rule["tags"] if tag[4:].isdigit()
            )
            for rule in rules
        }
        return browser.version, found


def look_at(site: Path, names: list[str]) -> Findings:
    """Open each page in each of its states; return what is wrong."""
    findings = Findings()
    with running_browser(light=True) as browser, quiet_context(browser) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: findings.add("script error", page.url, str(error)))
        page.set_viewport_size(WIDE)
        for name in names:
            page.goto(f"{site.as_uri()}/{name}", wait_until="load")
            findings.pages.append(name)
            if not name.endswith("index.html"):
                page.evaluate(DROP_MENU)
            for state in states_of(page):
                look_at_state(page, f"{name} ({state})" if state else name, findings)
        return findings


def look_at_all(sites: list[Path], only: str, kinds: bool, jobs: int, minutes: float) -> Findings:
    """Look at the pages of sites, one of each kind first, as long as there is time."""
    findings, first, later = Findings(), [], []
    for site in sites:
        names = [name for name in pages_of(site) if only in name]
        one_each = kinds_of(site, names)
        rest = [] if kinds else [name for name in names if name not in one_each]
        first += [(site, one_each[at : at + 4]) for at in range(0, len(one_each), 4)]
        later += [(site, rest[at : at + 8]) for at in range(0, len(rest), 8)]
    with ProcessPoolExecutor(jobs) as pool:
        waiting = {pool.submit(look_at, site, names) for site, names in [*first, *later]}
        total, end = len(waiting), time.monotonic() + minutes * 60
        while waiting:
            left = None if end == math.inf else max(0.0, end - time.monotonic())
            done, waiting = wait(waiting, left, FIRST_COMPLETED)
            if not done:
                # What has begun is looked at to its end, and counts.
                waiting = {one for one in waiting if not one.cancel()}
                end = math.inf
            for one in done:
                findings.join(one.result())
            print(f"{len(waiting)} of {total} parts left", file=sys.stderr, flush=True)
    return findings


def language_of(name: str) -> str:
    """Return the folder of a page's language; the first page of all has none."""
    return name.split("/")[0] if "/" in name else "first page"


def main() -> int:
    """Look at sites, write results and evidence; return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", type=Path, nargs="+", metavar="SITE")
    parser.add_argument("--only", default="", help="only pages whose path has this in it")
    parser.add_argument("--kinds", action="store_true", help="few pages with one of everything")
    parser.add_argument("--jobs", type=int, default=2, help="browsers at the same time")
    parser.add_argument("--minutes", type=float, default=600, help="stop after, and say how far")
    parser.add_argument("--results", type=Path, help="where to write all that is found (JSON)")
    parser.add_argument("--evidence", type=Path, help="where to write the evidence (Markdown)")
    options = parser.parse_args()
    sites, (chromium, rules) = [site.resolve() for site in options.sites], tools()
    findings = look_at_all(sites, options.only, options.kinds, options.jobs, options.minutes)
    there = Counter(language_of(name) for site in sites for name in pages_of(site))
    seen = Counter(language_of(name) for name in findings.pages)
    evidence = Evidence(
        day=date.today(),
        chromium=chromium,
        axe=AXE.split()[2],
        pages={language: (seen[language], count) for language, count in there.items()},
        states=findings.states,
        rules=rules,
        found=findings.found,
    )
    counts = {what: len(examples) for what, examples in sorted(findings.found.items())}
    if options.results:
        told = {"pages": evidence.pages, "counts": counts, "found": findings.found}
        options.results.write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")
    if options.evidence:
        options.evidence.write_text(evidence_text(evidence), "utf-8")
    pages = len(findings.pages)
    print(f"{pages} pages in {findings.states} states: {counts or 'nothing found'}")
    return int(any(not what.startswith("unsure") for what in counts))


if __name__ == "__main__":
    sys.exit(main())
