"""WCAG 2.2 AA on one page of each kind: axe, scripts, keyboard, forced colours, less motion.

The whole of all pages is `make accessibility`. Forms, meeting mode and the search in their states
are with their own tests.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import (
    DROP_MENU,
    RECKON,
    WIDE,
    Findings,
    kinds_of,
    look_at_state,
    pages_of,
    quiet_context,
)
from tests.browsers import running_browser
from tests.criteria import CRITERIA
from tests.site_in_states import states_of

ELSEWHERE = ("form", "meeting")
"""States that test_browser_forms.py and test_meeting.py look at."""
HOME = "nb/index.html"
SCRIPT = "nb/mestringsgruppe/dreiebok.html"
FORM = "nb/mestringsgruppe/loggskjema.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


def quiet_page(browser: Browser) -> Iterator[Page]:
    """Give a quiet page of a desk's size, which no script fails on."""
    with quiet_context(browser) as context:
        page = context.new_page()
        page.set_viewport_size(WIDE)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield page
        assert wrong == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from quiet_page(browser)


@pytest.fixture
def light_page() -> Iterator[Page]:
    """A page of a light browser."""
    with running_browser(light=True) as browser:
        yield from quiet_page(browser)


def test_one_page_of_each_kind_has_nothing_against_it(light_page: Page, site: Path) -> None:
    names = [name for name in kinds_of(site, pages_of(site)) if ".meeting." not in name]
    assert 10 < len(names) < 30
    findings = Findings()
    for name in names:
        light_page.goto(f"{site.as_uri()}/{name}")
        if not name.endswith("index.html"):
            light_page.evaluate(DROP_MENU)
        for state in states_of(light_page):
            if not state.startswith(ELSEWHERE):
                look_at_state(light_page, f"{name} ({state})", findings)
    assert {k: v for k, v in findings.found.items() if not k.startswith("unsure")} == {}
    assert findings.states > len(names)


STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  e.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
  // What stands in a page's own place for something that has none is what is seen.
  const seen = e.matches(".md-option") ? e.nextElementSibling
    : e.type === "radio" && e.closest("label:not([for]):has(span)") || e;
  const box = seen.getClientRects()[0] ?? seen.getBoundingClientRect();
  const isOnTop = [.1, .5, .9].some((share) => {
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height * share);
    return seen.contains(at) || !!at?.contains(seen);
  });
  const isSeen = isOnTop && seen.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const whole = seen.getBoundingClientRect();
  return {
    stop: e.dataset.stop, html: e.outerHTML.slice(0, 160),
    kind: `${e.tagName} ${e.type ?? ""} ${e.className} ${!!e.closest("header, .md-tabs, footer")}`,
    isSeen,
    box: {x: whole.x, y: whole.y, width: whole.width, height: whole.height},
  };
}"""
MISSED = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && e.matches(":not(:disabled, [data-stop], [tabindex='-1'], [type=radio]:not(:checked))"))
  .map((e) => e.outerHTML.slice(0, 160))"""
IN_ORDER = """() => {
  const all = [...document.querySelectorAll("[data-stop]")].map((e) => Number(e.dataset.stop));
  return all.filter((n, at) => at && n < all[at - 1]).length;
}"""


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab from the top of a page until the focus leaves it; return where it stopped."""
    found: list[dict[str, Any]] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            return found
        found.append(stop)
    raise AssertionError("the focus does not leave the page")


def drawn(page: Page, box: dict[str, float]) -> Image.Image:
    """Return the picture of a box in the window and of a little around it."""
    left, top = max(0, box["x"] - 8), max(0, box["y"] - 8)
    clip = {"x": left, "y": top, "width": box["width"] + 16, "height": box["height"] + 16}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")  # type: ignore[arg-type]


def is_ringed(page: Page, stop: dict[str, Any]) -> bool:
    """Whether the focus changes enough of the picture, and clearly: 2.4.7, and 3 : 1 of 1.4.11."""
    with_focus = drawn(page, stop["box"])
    page.evaluate("() => { window.left = document.activeElement; left.blur() }")
    without = drawn(page, stop["box"])
    page.evaluate("() => left.focus({preventScroll: true})")
    changed = ImageChops.difference(with_focus, without).point(lambda grey: 255 * (grey > 70))
    return bool(
        sum(changed.histogram()[255:]) > stop["box"]["width"] + min(stop["box"]["height"], 60)
    )


def opened_form(page: Page) -> None:
    page.locator("[data-do=open]").first.click()


def begun_meeting(page: Page) -> None:
    page.locator("[type=submit]").click()
    page.locator(".m-round summary").click()


@pytest.mark.parametrize(
    ("name", "prepare", "first"),
    [
        (HOME, None, "md-skip"),
        ("nb/for-deltakere.html", None, "md-skip"),
        ("nb/mestringsgruppe/index.html", None, "md-skip"),
        (SCRIPT, None, "md-skip"),
        (FORM, opened_form, ""),
        ("nb/mestringsgruppe/dreiebok.meeting.html", begun_meeting, ""),
    ],
)
def test_the_keyboard_reaches_everything_in_order_and_is_seen(
    name: str, prepare: Any, first: str, page: Page, site: Path
) -> None:
    page.goto(f"{site.as_uri()}/{name}")
    ringed: dict[str, bool] = {}
    if prepare:
        prepare(page)
        # The first way round begins where the focus was put.
        walk(page)
        page.evaluate(
            "document.querySelectorAll('[data-stop]').forEach(e => delete e.dataset.stop)"
        )
    found, address = [], page.url
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        found.append(stop)
        if stop["kind"] not in ringed:
            ringed[stop["kind"]] = is_ringed(page, stop)
    assert first in found[0]["html"]
    assert [stop["html"] for stop in found if not stop["isSeen"]] == []
    assert [kind for kind, is_ in ringed.items() if not is_] == []
    assert page.evaluate(MISSED) == []
    assert page.evaluate(IN_ORDER) == 0
    assert page.url == address


def focused(page: Page) -> str:
    return str(
        page.evaluate(
            "(document.activeElement.ariaLabel || document.activeElement.textContent).trim()"
        )
    )


def test_the_menu_of_a_narrow_page_is_for_the_keyboard_too(page: Page, site: Path) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"{site.as_uri()}/{FORM}")
    stops = walk(page)
    assert [stop["html"] for stop in stops if not stop["isSeen"]] == []
    assert len(stops) < 30, "nothing of the shut menu is on the way"
    menu, keys = page.locator(".md-header__button[for=__drawer] .db-press"), page.keyboard
    menu.focus()
    keys.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    assert focused(page) == "Skjemaer", "the list with the open page"
    keys.press("Escape")
    assert focused(page) == "Skjemaer", "what opens that list again"
    expect(page.locator(":focus")).to_have_attribute("aria-expanded", "false")
    keys.press("Tab")
    assert focused(page) == "Starte"
    keys.press("Space")
    expect(page.locator(":focus")).to_have_class(re.compile("db-press"))
    assert page.locator(":focus").evaluate("e => !!e.closest('.md-nav__title')")
    for _ in range(3):
        keys.press("Escape")
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")
    keys.press("Enter")
    keys.press("Shift+Tab")
    expect(menu).to_have_attribute("aria-expanded", "false")


def test_escape_shuts_the_languages(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/{HOME}")
    # This site has one language; two have this menu (partials/alternate.html).
    page.locator(".md-header__inner").evaluate(
        """e => e.insertAdjacentHTML("beforeend", `<div class="md-select"><button>A</button>
             <div class="md-select__inner"><a href="#">B</a></div></div>`)"""
    )
    page.add_script_tag(path=site / "nb/assets/javascripts/keyboard.js")
    button, shown = page.locator(".md-select button"), page.locator(".md-select__inner")
    button.focus()
    expect(shown).to_have_css("opacity", "1")
    page.keyboard.press("Escape")
    expect(shown).to_have_css("opacity", "0")
    expect(button).to_be_focused()


def test_a_table_that_must_be_scrolled_is_reached_by_keys(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/nb/hvilket-program.html")
    place = page.locator(".md-typeset__scrollwrap").first
    expect(place).not_to_have_attribute("tabindex", "0")
    place.locator("table").evaluate("e => e.style.minWidth = '200rem'")
    page.evaluate("dispatchEvent(new Event('resize'))")
    expect(place).to_have_attribute("tabindex", "0")
    expect(place).to_have_role("group")
    expect(place).to_have_accessible_name(re.compile("program"))
    place.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 0", arg=place.element_handle())


def test_a_letter_alone_does_nothing(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/{SCRIPT}")
    for key in "fs/pn,.":
        page.keyboard.press(key)
    assert page.url.endswith(SCRIPT)
    expect(page.locator("#__search")).not_to_be_checked()
    page.keyboard.press("Control+k")
    expect(page.locator(".md-search__input")).to_be_focused()
    page.keyboard.type("fsn")
    expect(page.locator(".md-search__input")).to_have_value("fsn")


BARE = """() => [...document.querySelectorAll(
    "button, select, textarea, input[type=text], .md-button, .db-way, .db-download, .db-card")]
  .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && !e.closest(".md-header") && !e.matches(".db-fill-go"))
  .filter((e) => {
    const style = getComputedStyle(e);
    return style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1
      || contrast(style.borderTopColor, ground(e.parentElement)) < 3;
  }).map((e) => e.outerHTML.slice(0, 160))"""
PALE = """() => [...document.querySelectorAll("body *")]
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
    && !e.closest("svg, script, style") && !e.matches(":disabled")
    && e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter((e) => contrast(getComputedStyle(e).color, ground(e)) < 4.5)
  .map((e) => e.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_edges_words_and_figures(scheme: str, page: Page, site: Path) -> None:
    page.emulate_media(forced_colors="active", color_scheme="dark" if scheme == "dark" else "light")
    for name in (HOME, "nb/mestringsgruppe/index.html", SCRIPT, FORM):
        page.goto(f"{site.as_uri()}/{name}")
        page.evaluate(RECKON)
        if name == FORM:
            opened_form(page)
        assert page.evaluate(BARE) == [], name
        assert page.evaluate(PALE) == [], name
    page.goto(f"{site.as_uri()}/{HOME}")
    page.evaluate(RECKON)
    # What is drawn as a ground takes the browser's; a system colour of ours would hide words.
    paper = page.evaluate("ground(document.body)")
    assert page.evaluate("ground(document.querySelector('.md-button--primary'))") == paper
    assert page.evaluate("ground(document.querySelector('.md-tabs__link'))") == paper
    lines = page.locator(".db-figure svg:visible rect").evaluate_all(
        "all => all.map((e) => contrast(getComputedStyle(e).stroke, ground(e.closest('figure'))))"
    )
    assert lines
    assert min(lines) > 4.5


def test_nothing_moves_where_less_motion_is_asked_for(page: Page, site: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.as_uri()}/{FORM}")
    page.locator(".md-header__button[for=__drawer]").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.getAnimations().length") == 0


def test_every_criterion_of_wcag_is_there_once() -> None:
    numbers = [tuple(int(part) for part in one.number.split(".")) for one in CRITERIA]
    assert numbers == sorted(set(numbers))
    assert [sum(one.level == level for one in CRITERIA) for level in ("A", "AA")] == [31, 24]


def test_what_the_evidence_cites_is_there(root: Path) -> None:
    cited = {name for one in CRITERIA for name in one.tests}
    for name in cited:
        file, test = name.split("::")
        assert f"\ndef {test}(" in (root / "tests" / file).read_text(encoding="utf-8"), name
    evidence = (root / "docs/accessibility.md").read_text(encoding="utf-8")
    for one in CRITERIA:
        assert f"| {one.number} {one.name} | {one.level} |" in evidence
