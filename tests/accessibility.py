"""Looks at every page of a finished site as the accessibility statement asks, and writes it down.

`python -m tests.accessibility SITE… --results FILE` opens each page once and notes what axe-core
finds, and what scripts measure: sideways scroll at 320 px (WCAG 1.4.10), text that is cut when its
spacing grows (1.4.12), small targets (2.5.8), skipped headings. `docs/accessibility.md` is written
by hand from the results.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.test_site_in_browser import running_browser

AXE = {"preload": False}
"""Axe would fetch the style sheets once more, which a page from the disk may not."""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }"""
"""What WCAG 2.2, 1.4.12 asks a page to bear."""
SCRIPTS = {
    "too wide (1.4.10)": """() => document.documentElement.scrollWidth > innerWidth
        ? [`${document.documentElement.scrollWidth} px`] : []""",
    "small target (2.5.8)": """() => [...document.querySelectorAll(
        "button, input:not([type=hidden]), select, textarea, summary, a[href]")]
      .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
      .filter((e) => !(e.matches("a") && getComputedStyle(e).display === "inline"))
      .map((e) => [e, (e.closest("label") || e).getBoundingClientRect()])
      .filter(([, b]) => b.width > 1 && b.right > 0 && Math.min(b.width, b.height) < 23.9)
      .map(([e, b]) => `${e.outerHTML.slice(0, 90)} ${b.width}×${b.height}`)""",
    "skipped heading (1.3.1)": """() => {
      const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
        .map((h) => +h.tagName[1]);
      return levels.filter((l, n) => n && l > levels[n - 1] + 1).map((l) => `to h${l}`);
    }""",
}
CUT = """() => [...document.querySelectorAll("article *, main *")].filter((e) => {
    const style = getComputedStyle(e);
    return e.checkVisibility() && e.textContent.trim() && !e.closest("svg, .db-unseen, .m-unseen")
      && /hidden|clip/.test(style.overflowX + style.overflowY) && style.position !== "absolute"
      && (e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 2);
  }).map((e) => e.outerHTML.slice(0, 120))"""
"""What is cut where the spacing of its text grows."""


@dataclass
class Findings:
    """What was found on the pages of a site: how many of them, and which, by what."""

    pages: int = 0
    seconds: float = 0
    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, page: str, example: str) -> None:
        self.found.setdefault(what, []).append(f"{page}: {example}")


def pages_of(site: Path) -> list[str]:
    """Return the pages of a site; those for what is not there have no address of their own."""
    found = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return [name for name in found if not name.endswith("404.html")]


def kinds_of(names: list[str]) -> list[str]:
    """Return one page of each kind and language: what differs in more than its words."""
    seen: dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        kind = parts[-1] if len(parts) < 3 else f"*/{parts[-1]}"
        seen.setdefault(f"{parts[0]}/{kind}", name)
    return list(seen.values())


def axe_findings(page: Page, axe: Axe, part: str | None = None) -> Iterator[tuple[str, str]]:
    """Yield rule and element of what axe-core finds on the page as it is now."""
    for violation in axe.run(page, part, AXE).response["violations"]:
        for node in violation["nodes"]:
            yield f"axe: {violation['id']}", str(node["html"])[:140]


def look_at(browser: Browser, site: Path, names: list[str], dark: bool = False) -> Findings:
    """Open each page and return what is wrong with it."""
    findings, axe, begun = Findings(), Axe(), time.monotonic()
    context = browser.new_context(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    # The search index is not looked at, and takes longer than the page.
    context.route("**/search_index.js*", lambda route: route.abort())
    page = context.new_page()
    for name in names:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{site.as_uri()}/{name}", wait_until="load")
        for what, example in axe_findings(page, axe):
            findings.add(what, name, example)
        page.set_viewport_size({"width": 320, "height": 256})
        for what, script in SCRIPTS.items():
            for example in page.evaluate(script):
                findings.add(what, name, example)
        before = set(page.evaluate(CUT))
        page.add_style_tag(content=SPACED)
        for example in set(page.evaluate(CUT)) - before:
            findings.add("cut when spaced (1.4.12)", name, example)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            findings.add("too wide when spaced (1.4.12)", name, "")
        findings.pages += 1
    context.close()
    findings.seconds = time.monotonic() - begun
    return findings


def main() -> None:
    """Look at sites and write the results as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("--language", action="append", help="only these languages")
    parser.add_argument("--kinds", action="store_true", help="one page of each kind")
    parser.add_argument("--dark", action="store_true", help="in dark colours")
    parser.add_argument("--results", type=Path, default=Path("accessibility.json"))
    options = parser.parse_args()
    site = options.site.resolve()
    names = pages_of(site)
    if options.language:
        names = [name for name in names if name.split("/")[0] in options.language]
    if options.kinds:
        names = kinds_of(names)
    with running_browser() as browser:
        findings = look_at(browser, site, names, options.dark)
        tools = {"chromium": browser.version}
    counts = {what: len(all_) for what, all_ in sorted(findings.found.items())}
    result: dict[str, Any] = {
        "tools": tools, "dark": options.dark, "pages": findings.pages,
        "seconds": round(findings.seconds), "counts": counts, "found": findings.found,
    }  # fmt: skip
    options.results.write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"{findings.pages} pages in {findings.seconds:.0f} s: {counts or 'nothing found'}")


if __name__ == "__main__":
    main()
