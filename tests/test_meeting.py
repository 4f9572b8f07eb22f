"""Meeting mode in a real Chromium: steps, clock, keys, no network, nothing personal kept."""

import functools
import json
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dreiebok.building.loading import load_handbook
from dreiebok.building.options import Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import read_project
from dreiebok.editions.edition import Edition
from dreiebok.editions.making import make_edition
from dreiebok.model.organisations import Organisation
from dreiebok.sources.parsing import SourceFile, parse_settings
from dreiebok.templating import Templates
from dreiebok.website.meetings import make_meetings, meeting_files
from dreiebok.website.navigation import fixed_titles, make_site_map
from tests import test_site_in_browser as site_tests
from tests.projects import BOOKS, ROOT, build, copy_book
from tests.serving import guarded
from tests.test_browser_forms import AXE

browser = site_tests.browser
PAGE = "prove/manus.meeting.html"
LOCALES = ("nb", "ar")
KEPT = {"plan", "episodes", "without", "people", "sound", "at", "spent", "since"}
"""All that a browser may keep of a meeting: choices, place and times."""
STATES = {"the choices", "the first step", "a step in use", "over time and paused", "the end"}
"""What meeting mode can look like."""
PRETEND = """
window.heard = 0; window.locks = []; window.seen = "visible";
window.AudioContext = class {
  currentTime = 0; state = "running"; destination = {};
  createOscillator() {
    return {frequency: {}, connect: (to) => to, start: () => heard++, stop() {}};
  }
  createGain() {
    const gain = {setValueAtTime() {}, exponentialRampToValueAtTime() {}};
    return {gain, connect: (to) => to};
  }
};
Object.defineProperty(navigator, "wakeLock", {value: {request: async () => {
  const lock = {released: false, release: async () => { lock.released = true; }};
  locks.push(lock);
  return lock;
}}});
Object.defineProperty(document, "visibilityState", {get: () => seen});
"""
"""A loudspeaker and a screen that tell what was asked of them."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny book whose script has all that meeting mode shows, and an Arabic catalog."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("meeting"))
    script = (BOOKS / "meeting" / "manus.yml").read_bytes()
    (folder / "content" / "manus.yml").write_bytes(script)
    catalogs = folder / "content" / "locale" / "ar"
    catalogs.mkdir(parents=True)
    (catalogs / "common.po").write_bytes((ROOT / "content/locale/ar/common.po").read_bytes())
    return folder


@pytest.fixture(scope="module")
def book(project: Path) -> Path:
    """Its website in both languages."""
    languages = [word for locale in LOCALES for word in ("--language", locale)]
    assert build(project, "--only", "website", *languages) == 0
    return project / "site"


class Server:
    """A strict server of this machine that can be switched off; the site has a sub-path."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        handler = functools.partial(guarded(folder), directory=str(folder.parent))
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port = self._server.server_port
        self.address = f"http://127.0.0.1:{self.port}/{folder.name}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def address(book: Path) -> Iterator[str]:
    server = Server(book)
    yield server.address
    server.stop()


@dataclass
class Meeting:
    """A meeting on its page, and what the page should not do."""

    page: Page
    context: BrowserContext
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def begin(self, **choices: str) -> None:
        if {"people", "initials"} & choices.keys():
            self.page.locator(".m-more summary").click()
        for name, value in choices.items():
            control = self.page.locator(f"[name={name}]")
            if name in {"people", "initials"}:
                control.fill(value)
            else:
                self.page.locator(f"[name={name}][value='{value}']").check()
        self.page.locator("[type=submit]").click()

    def press(self, act: str) -> None:
        self.page.locator(f"[data-do={act}]:visible").click()

    @property
    def title(self) -> str:
        return self.page.locator("h2:visible").inner_text()

    @property
    def where(self) -> str:
        return self.page.locator(".m-where:visible").inner_text()

    @property
    def clock(self) -> str:
        return " ".join(self.page.locator("[role=timer]").inner_text().split())

    @property
    def whole(self) -> str:
        return self.page.locator(".m-whole").inner_text()


def open_meeting(
    browser: Browser, origin: str, locale: str = "nb", clock: bool = True, **options: object
) -> Meeting:
    context = browser.new_context(**{"viewport": {"width": 390, "height": 844}, **options})  # type: ignore[arg-type]
    context.set_default_timeout(8_000)
    context.add_init_script(PRETEND)
    meeting = Meeting(context.new_page(), context)
    allowed = (origin, "data:")
    meeting.page.on(
        "request",
        lambda r: None if r.url.startswith(allowed) else meeting.strangers.append(r.url),
    )
    meeting.page.on(
        "console",
        lambda m: meeting.complaints.append(m.text) if m.type in {"error", "warning"} else None,
    )
    meeting.page.on("pageerror", lambda error: meeting.complaints.append(str(error)))
    if clock:
        meeting.page.clock.install(time=0)
        meeting.page.clock.pause_at(1_000)
    meeting.page.goto(f"{origin}/{locale}/{PAGE}")
    return meeting


@pytest.fixture(params=["disk", "strict server"])
def meeting(
    request: pytest.FixtureRequest, browser: Browser, book: Path, address: str
) -> Iterator[Meeting]:
    """A meeting that has not begun, from the disk and from a server that allows next to nothing."""
    origin = book.as_uri() if request.param == "disk" else address
    opened = open_meeting(browser, origin)
    yield opened
    assert (opened.strangers, opened.complaints) == ([], [])
    opened.context.close()


@pytest.fixture
def disk(browser: Browser, book: Path) -> Iterator[Meeting]:
    opened = open_meeting(browser, book.as_uri())
    yield opened
    assert (opened.strangers, opened.complaints) == ([], [])
    opened.context.close()


def walk(meeting: Meeting) -> list[tuple[str, str]]:
    """Go through the meeting; return title and clock of each step."""
    found = []
    while meeting.page.locator(".m-bottom").is_visible():
        found.append((meeting.title, meeting.clock.split()[0]))
        meeting.press("next")
    return found


def test_a_meeting_goes_through_every_step(meeting: Meeting) -> None:
    expect(meeting.page.locator(".m-sum")).to_have_text("4 steg, 30 min i alt")
    expect(meeting.page.get_by_text("Et notat om tretti.")).to_be_visible()
    meeting.page.locator("[type=submit]").click()
    expect(meeting.page.locator("h2:visible")).to_be_focused()
    assert walk(meeting) == [
        ("Siden sist", "4:00"),
        ("<b>Fortelling</b>", "10:00"),
        ("Drøfting", "12:00"),
        ("Takk", "4:00"),
    ]
    expect(meeting.page.get_by_role("heading", name="Da er dere ferdige")).to_be_focused()
    expect(meeting.page.locator(".m-spent")).to_have_text("Dere brukte 0 min. Planen var 30 min.")
    assert meeting.page.evaluate("sessionStorage.length") == 0
    meeting.press("again")
    expect(meeting.page.locator("[data-do=resume]")).to_be_hidden()


def test_two_episodes_share_the_time_and_a_step_can_be_left_out(disk: Meeting) -> None:
    page = disk.page
    page.locator("[name=with]").uncheck()
    page.locator("[name=plan][value='20']").check()
    page.locator("[name=episodes][value='2']").check()
    expect(page.locator(".m-sum")).to_have_text("5 steg, 17 min i alt")
    expect(page.get_by_text("Et notat om tretti.")).to_be_hidden()
    disk.begin()
    assert disk.where == "Steg 1 av 5 · Episode 1 av 2"
    assert walk(disk) == [
        ("<b>Fortelling</b>", "3:00"),
        ("Drøfting", "4:00"),
        ("<b>Fortelling</b>", "3:00"),
        ("Drøfting", "4:00"),
        ("Takk", "3:00"),
    ]


def test_without_a_plan_the_clock_counts_up(disk: Meeting) -> None:
    disk.begin(plan="0")
    disk.page.clock.run_for(65_000)
    assert (disk.clock, disk.whole) == ("1:05 brukt på steget", "1 min brukt i alt")


def test_a_step_shows_all_that_its_card_has(disk: Meeting) -> None:
    disk.begin()
    expect(disk.page.locator(".m-when:visible")).to_have_text("Bare når dere har møttes før.")
    disk.press("next")
    step = disk.page.locator(".m-step:visible")
    for words in (
        'Vi hører "alt" <img src=x onerror=alert(1)>.', "Fortelleren", "Lytt.", "Les regelen.",
        "For eksempel:", "Pass på!", "Ikke skynd dere.", "Har vi gjort alt?", "Alle har spurt.",
    ):  # fmt: skip
        expect(step).to_contain_text(words)
    assert step.locator("img, b").count() == 0
    link = step.get_by_role("link", name="del 1")
    expect(link).to_have_attribute("href", "skjema.html#pr-skjema-del-1")
    expect(disk.page.locator("[data-say]")).to_have_text("Steg 2 av 4. 10 min")


def test_questions_come_one_by_one(disk: Meeting) -> None:
    disk.begin()
    expect(disk.page.locator(".m-ask-do")).to_have_count(1)
    disk.press("next")
    asked = disk.page.locator(".m-ask li:visible")
    expect(asked).to_have_text(["Hva så du?"])
    back = disk.page.get_by_role("button", name="Forrige spørsmål")
    expect(back).to_be_disabled()
    back.click(force=True)
    expect(asked).to_have_text(["Hva så du?"])
    disk.press("question-next")
    expect(asked).to_have_text(["Hva hørte du?"])
    expect(disk.page.locator(".m-asked:visible")).to_have_text("Spørsmål 2 av 3")
    disk.press("question-all")
    expect(asked).to_have_text(["Hva så du?", "Hva hørte du?", "Hva tenkte du?"])
    disk.press("question-all")
    expect(asked).to_have_text(["Hva hørte du?"])


def test_the_clock_counts_pauses_and_runs_over_calmly(disk: Meeting) -> None:
    page = disk.page
    disk.begin()
    page.clock.run_for(60_000)
    assert (disk.clock, disk.whole) == ("3:00 igjen av steget", "29 min igjen i alt")
    disk.press("pause")
    page.clock.run_for(600_000)
    assert disk.clock == "3:00 igjen av steget"
    expect(page.locator("[data-say]")).to_have_text("Klokka står.")
    disk.press("pause")
    page.clock.run_for(179_000)
    assert (disk.clock, page.evaluate("heard")) == ("0:01 igjen av steget", 0)
    page.clock.run_for(1_000)
    expect(page.locator("[data-say]")).to_have_text("Tiden til dette steget er ute.")
    # Two notes, once.
    page.clock.run_for(90_000)
    assert (disk.clock, page.evaluate("heard")) == ("1:30 over tiden", 2)
    time = page.locator(".m-time")
    quiet = page.locator(".m-kind").evaluate("e => getComputedStyle(e).color")
    assert time.evaluate("e => getComputedStyle(e).color") == quiet
    assert time.evaluate("e => getComputedStyle(e, '::before').content") == '"+"'
    assert page.evaluate("document.getAnimations().length") == 0
    # Time that was used stays used, also after going on and coming back.
    disk.press("next")
    page.clock.run_for(30_000)
    disk.press("back")
    assert (disk.clock, disk.whole) == ("1:30 over tiden", "24 min igjen i alt")
    page.clock.run_for(25 * 60_000)
    assert disk.whole == "1 min over tiden i alt"


def test_the_tone_can_be_off(disk: Meeting) -> None:
    disk.begin()
    disk.press("sound")
    expect(disk.page.locator("[data-do=sound]")).to_have_attribute("aria-pressed", "false")
    disk.page.clock.run_for(5 * 60_000)
    assert disk.page.evaluate("heard") == 0
    expect(disk.page.locator("[data-say]")).to_have_text("Tiden til dette steget er ute.")


def test_a_round_remembers_who_has_spoken_until_the_page_closes(meeting: Meeting) -> None:
    page = meeting.page
    meeting.begin(people="3", initials="ka, pl")
    page.locator(".m-round summary").click()
    people = page.locator(".m-people button")
    expect(people).to_have_text(["ka", "pl", "3"])
    people.nth(1).click()
    people.nth(2).click()
    expect(page.locator(".m-said")).to_have_text("2 av 3 har hatt ordet")
    expect(people.nth(1)).to_have_attribute("aria-pressed", "true")
    meeting.press("next")
    expect(page.locator(".m-said")).to_be_empty()
    page.locator(".m-done input:visible").first.check()
    meeting.press("back")
    expect(page.locator(".m-said")).to_have_text("2 av 3 har hatt ordet")
    meeting.press("round")
    expect(page.locator("[aria-pressed=true]:visible")).to_have_text(["Tone"])
    meeting.press("next")
    assert page.locator(".m-done input:visible").first.is_checked()
    kept_nothing_personal(meeting)
    page.reload()
    page.locator(".m-round summary").click()
    expect(people).to_have_text(["1", "2", "3"])
    assert not page.locator(".m-done input:visible").first.is_checked()


def kept_nothing_personal(meeting: Meeting) -> None:
    """Look into every drawer that a browser has."""
    drawers = meeting.page.evaluate(
        """async () => ({
          session: {...sessionStorage}, local: {...localStorage}, cookies: document.cookie,
          bases: location.protocol === "file:" ? [] : await indexedDB.databases(),
          hash: location.hash + location.search,
          caches: "caches" in window ? (await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map((one) => one.url)))).flat() : [],
        })"""
    )
    ((key, value),) = drawers.pop("session").items()
    assert key.startswith("dreiebok-meeting /")
    assert key.endswith(PAGE)
    assert json.loads(value).keys() == KEPT
    files = drawers.pop("caches")
    assert [url for url in files if "/assets/" not in url and not url.endswith(PAGE)] == []
    assert drawers == {"local": {}, "cookies": "", "bases": [], "hash": ""}
    assert not re.search(r"\b(ka|pl)\b", value)


def test_a_reload_comes_back_to_the_step_and_its_time(meeting: Meeting) -> None:
    meeting.begin(plan="20", episodes="2")
    meeting.press("next")
    meeting.page.clock.run_for(61_000)
    before = (meeting.where, meeting.clock, meeting.whole)
    assert before == ("Steg 2 av 6 · Episode 1 av 2", "1:59 igjen av steget", "19 min igjen i alt")
    meeting.page.reload()
    assert (meeting.where, meeting.clock, meeting.whole) == before
    meeting.page.clock.run_for(60_000)
    assert meeting.clock == "0:59 igjen av steget"


@pytest.mark.parametrize(
    "kept",
    [
        "{", "null", '{"at": 1}',
        '{"plan":30,"episodes":1,"without":[],"people":3,"at":9,"spent":[0,0,0,0],"since":1}',
        '{"plan":30,"episodes":1,"without":[],"people":3,"at":0,"spent":[0],"since":1}',
        '{"plan":30,"episodes":9,"without":[],"people":1e9,"at":0,"spent":[0,0,0,0],"since":1}',
    ],
)  # fmt: skip
def test_what_was_kept_and_does_not_fit_begins_anew(kept: str, disk: Meeting) -> None:
    key = "'dreiebok-meeting ' + location.pathname"
    disk.page.evaluate(f"kept => sessionStorage.setItem({key}, kept)", kept)
    disk.page.reload()
    expect(disk.page.locator("[type=submit]")).to_be_visible()
    disk.begin()
    assert disk.where == "Steg 1 av 4"


def test_leaving_and_coming_back_goes_on(disk: Meeting) -> None:
    disk.begin()
    disk.press("next")
    disk.page.keyboard.press("Escape")
    resume = disk.page.get_by_role("button", name="Fortsett på steg 2")
    expect(resume).to_be_focused()
    disk.page.clock.run_for(60_000)
    resume.click()
    assert disk.clock == "9:00 igjen av steget"
    disk.press("leave")
    expect(resume).to_be_visible()


def test_keys_lead_on_and_back(disk: Meeting) -> None:
    page = disk.page
    page.set_viewport_size({"width": 1280, "height": 2000})
    disk.begin()
    for key, where in (
        ("ArrowRight", 2), ("PageDown", 3), ("ArrowLeft", 2), ("PageUp", 1), ("ArrowLeft", 1),
        (" ", 2), ("Control+ArrowRight", 2), ("Alt+ArrowLeft", 2), ("Shift+ArrowRight", 2),
        ("ArrowDown", 2), ("a", 2),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert disk.where == f"Steg {where} av 4", key
        expect(page.locator("h2:visible")).to_be_focused()


def test_keys_are_left_to_fields_and_buttons(disk: Meeting) -> None:
    page = disk.page
    page.locator(".m-more summary").click()
    page.locator("[name=initials]").press_sequentially("ka pl")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[name=initials]")).to_have_value("ka pl")
    page.locator("[name=plan]").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=plan]").nth(1)).to_be_checked()
    disk.begin()
    page.locator("[data-do=pause]").focus()
    page.keyboard.press(" ")
    assert (disk.where, page.locator("[data-do=pause]").inner_text()) == ("Steg 1 av 4", "Fortsett")
    disk.press("next")
    page.locator(".m-done input:visible").first.focus()
    page.keyboard.press(" ")
    assert page.locator(".m-done input:visible").first.is_checked()
    assert disk.where == "Steg 2 av 4"


def test_space_reads_on_before_it_leads_on(disk: Meeting) -> None:
    disk.page.set_viewport_size({"width": 390, "height": 560})
    disk.begin()
    disk.press("next")
    disk.page.keyboard.press(" ")
    assert disk.where == "Steg 2 av 4"
    disk.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    disk.page.keyboard.press(" ")
    assert disk.where == "Steg 3 av 4"


def test_the_keyboard_reaches_everything_and_is_not_caught(disk: Meeting) -> None:
    disk.begin()
    disk.press("next")
    seen = []
    for _ in range(40):
        disk.page.keyboard.press("Tab")
        seen.append(
            disk.page.evaluate("document.activeElement.dataset.do || document.activeElement.type")
        )
    for wanted in ("question-next", "question-all", "checkbox", "back", "pause", "next", "leave"):
        assert wanted in seen
    assert None in seen, "the focus also leaves the page"


def swipe(meeting: Meeting, start: tuple[int, int], end: tuple[int, int]) -> None:
    session = meeting.context.new_cdp_session(meeting.page)
    for kind, point in (("touchStart", start), ("touchMove", end), ("touchEnd", None)):
        points = [{"x": point[0], "y": point[1]}] if point else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.parametrize(("locale", "start", "end"), [("nb", 300, 100), ("ar", 100, 300)])
def test_a_swipe_turns_the_page_as_it_is_read(
    locale: str, start: int, end: int, browser: Browser, book: Path
) -> None:
    meeting = open_meeting(browser, book.as_uri(), locale, has_touch=True)
    meeting.begin()
    number = meeting.page.locator(".m-ring:visible span")
    for points, where in (
        (((start, 400), (end, 420)), "2"),
        (((start, 400), (end, 640)), "2"),  # Mostly down: reading.
        (((start, 400), (start + (end - start) // 5, 400)), "2"),  # Too short.
        (((5 if start < end else 385, 400), (end, 400)), "2"),  # From the edge.
        (((end, 400), (start, 400)), "1"),
    ):
        swipe(meeting, *points)
        expect(number).to_have_text(where)
    assert meeting.complaints == []
    meeting.context.close()


def test_right_to_left_is_turned_round(browser: Browser, book: Path) -> None:
    meeting = open_meeting(browser, book.as_uri(), "ar")
    page = meeting.page
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        "ar", "rtl",
    ]  # fmt: skip
    meeting.begin()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".m-ring:visible span")).to_have_text("2")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".m-ring:visible span")).to_have_text("1")
    arc = page.locator(".m-ring:visible .m-now")
    expect(arc).to_have_attribute("transform", "scale(-1 1) rotate(-90)")
    boxes = [page.locator(f"[data-do={act}]").bounding_box() for act in ("next", "back")]
    assert boxes[0] and boxes[1] and boxes[0]["x"] < boxes[1]["x"]
    # What is not translated says its own language.
    expect(page.locator("h2:visible span")).to_have_attribute("lang", "nb")
    meeting.context.close()


def test_the_screen_stays_awake_while_steps_are_shown(disk: Meeting) -> None:
    page = disk.page
    assert page.evaluate("locks.length") == 0
    disk.begin()
    page.wait_for_function("locks.length === 1")
    # The browser takes the lock away from a page that is not seen.
    see = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(f"seen = 'hidden'; locks[0].released = true; {see}")
    page.evaluate(f"seen = 'visible'; {see}")
    page.wait_for_function("locks.length === 2 && !locks[1].released")
    disk.press("leave")
    page.wait_for_function("locks[1].released")
    assert page.evaluate("locks.length") == 2


def test_a_machine_without_sound_lock_and_storage_can_hold_a_meeting(
    browser: Browser, book: Path
) -> None:
    context = browser.new_context()
    context.add_init_script(
        """delete window.AudioContext;
        Object.defineProperty(navigator, "wakeLock", {value: undefined});
        for (const drawer of ["sessionStorage", "localStorage"])
          Object.defineProperty(window, drawer, {get() { throw new DOMException("no"); }});"""
    )
    meeting = Meeting(context.new_page(), context)
    meeting.page.on("pageerror", lambda error: meeting.complaints.append(str(error)))
    meeting.page.goto(f"{book.as_uri()}/nb/{PAGE}")
    meeting.begin()
    assert len(walk(meeting)) == 4
    assert meeting.complaints == []
    context.close()


def wait(page: Page, condition: str) -> None:
    """Wait for a condition. Playwright's own way needs an eval, which the server forbids."""
    page.evaluate(
        f"""async () => {{
          for (const end = Date.now() + 9000; Date.now() < end;) {{
            if ({condition}) return;
            await new Promise((go) => setTimeout(go, 50));
          }}
          throw new Error("waited in vain");
        }}"""
    )


def test_after_the_first_visit_no_network_is_needed(browser: Browser, book: Path) -> None:
    server = Server(book)
    meeting = open_meeting(browser, server.address, clock=False)
    page = meeting.page
    wait(page, "navigator.serviceWorker.controller !== null")
    version = page.evaluate("caches.keys()")
    assert re.fullmatch(rf"dreiebok-meeting {server.address}/nb/ [0-9a-f]{{16}}", version[0])
    server.stop()
    meeting.context.set_offline(True)
    page.goto("about:blank")
    page.goto(f"{server.address}/nb/{PAGE}?from=home")
    meeting.begin()
    for family in ("Noto Sans", "Noto Serif"):
        face = f"f.family.includes('{family}') && f.status === 'loaded'"
        wait(page, f"[...document.fonts].some((f) => {face})")
    page.reload()
    assert (meeting.where, len(walk(meeting))) == ("Steg 1 av 4", 4)
    meeting.context.close()


def test_a_new_edition_takes_the_place_of_the_old(
    browser: Browser, book: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    for path in book.rglob("*"):
        if path.is_file():
            (site / path.relative_to(book)).parent.mkdir(parents=True, exist_ok=True)
            (site / path.relative_to(book)).write_bytes(path.read_bytes())
    server = Server(site)
    meeting = open_meeting(browser, server.address, clock=False)
    page = meeting.page
    wait(page, "navigator.serviceWorker.controller !== null")
    page.evaluate("caches.open('of somebody else')")
    worker, changed = site / "nb/meeting-worker.js", site / f"nb/{PAGE}"
    words = worker.read_text(encoding="utf-8")
    worker.write_text(re.sub(r'"version": "\w+"', '"version": "new"', words), encoding="utf-8")
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("Siden sist", "Etter sist"), encoding="utf-8"
    )
    for path in (worker, changed):
        os.utime(path, (2e9, 2e9))  # The server tells times in whole seconds.
    # Who is online sees the new text at once.
    page.reload()
    meeting.begin()
    assert meeting.title == "Etter sist"
    names = f"of somebody else,dreiebok-meeting {server.address}/nb/ new"
    wait(page, f"(await caches.keys()).join() === '{names}'")
    server.stop()
    page.reload()
    assert meeting.title == "Etter sist"
    meeting.context.close()


def test_from_the_disk_nothing_is_registered(browser: Browser, book: Path) -> None:
    context = browser.new_context()
    context.add_init_script(
        "window.registered = [];"
        "ServiceWorkerContainer.prototype.register = async (...all) => registered.push(all);"
    )
    page = context.new_page()
    page.goto(f"{book.as_uri()}/nb/{PAGE}")
    expect(page.locator("[type=submit]")).to_be_visible()
    assert page.evaluate("registered") == []
    context.close()


@pytest.mark.parametrize(
    ("locale", "width", "height", "scheme", "forced", "states"),
    [
        ("nb", 390, 844, "light", "none", STATES),
        ("nb", 1280, 800, "dark", "none", {"the choices", "over time and paused"}),
        ("ar", 390, 844, "dark", "none", {"a step in use"}),
        ("ar", 320, 256, "light", "none", {"the choices"}),  # 1280 × 1024 at 400 %.
        ("nb", 390, 844, "dark", "active", {"a step in use"}),
    ],
)
def test_nobody_is_kept_out_in_any_state(
    locale: str, width: int, height: int, scheme: str, forced: str, states: set[str],
    browser: Browser, book: Path,
) -> None:  # fmt: skip
    meeting = open_meeting(
        browser, book.as_uri(), locale, viewport={"width": width, "height": height},
        color_scheme=scheme, forced_colors=forced, reduced_motion="reduce",
    )  # fmt: skip
    page, axe = meeting.page, Axe()
    page.clock.resume()  # Axe waits for timers.

    def look(state: str) -> None:
        # Axe is slow: it sees every state once, and the other looks where they differ.
        run = state in states
        violations = axe.run(page, None, AXE).response["violations"] if run else []
        assert [(v["id"], n["html"][:120]) for v in violations for n in v["nodes"]] == [], state
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{state} is {wide} px wide"
        small = page.evaluate(
            """[...document.querySelectorAll("button, input, summary")].map((e) => {
              const box = (e.closest("label") || e).getBoundingClientRect();
              return [e.textContent, box.width, box.height];
            }).filter(([, w, h]) => w && Math.min(w, h) < 24)"""
        )
        assert small == [], state

    expected = "slate" if scheme == "dark" else "default"
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", expected)
    page.locator(".m-help summary").click()
    look("the choices")
    meeting.begin(episodes="2", initials="ÆØÅ Wm")
    look("the first step")
    meeting.press("next")
    page.locator(".m-round summary").click()
    page.locator(".m-people button").first.click()
    page.locator(".m-done input:visible").first.check()
    look("a step in use")
    page.clock.run_for(40 * 60_000)
    meeting.press("pause")
    meeting.press("question-all")
    look("over time and paused")
    if width == 320:
        # No bar takes the room of the text.
        assert page.locator(".m-bottom").evaluate("e => getComputedStyle(e).position") == "static"
    walk(meeting)
    look("the end")
    assert meeting.complaints == []
    meeting.context.close()


def test_the_reader_s_choice_of_dark_holds_here_too(disk: Meeting) -> None:
    disk.page.evaluate(
        "localStorage.setItem(new URL('..', location).pathname + '.__palette',"
        " JSON.stringify({color: {scheme: 'slate'}}))"
    )
    disk.page.reload()
    expect(disk.page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_the_way_in_is_shown_where_scripts_run(browser: Browser, book: Path) -> None:
    page = browser.new_page()
    page.goto(f"{book.as_uri()}/nb/prove/manus.html")
    page.get_by_role("link", name="Vis ett steg av gangen, med klokke").click()
    expect(page.locator("[type=submit]")).to_be_visible()
    page.get_by_role("link", name="Tilbake til dreieboka").first.click()
    page.wait_for_url("**/prove/manus.html")
    page.close()


def test_without_scripts_the_steps_are_to_read(browser: Browser, book: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{book.as_uri()}/nb/prove/manus.html")
    assert page.locator(".db-meeting-door").is_hidden()
    page.goto(f"{book.as_uri()}/nb/{PAGE}")
    expect(page.locator(".m-step:visible")).to_have_count(4)
    expect(page.locator("button:visible, input:visible:not([type=checkbox])")).to_have_count(0)
    expect(page.get_by_text("trenger JavaScript")).to_be_visible()
    context.close()


def test_the_scripts_are_small_and_the_page_holds_none(book: Path) -> None:
    scripts = [
        *(ROOT / "templates/site/assets/javascripts").glob("meeting*.js"),
        ROOT / "templates/site/meeting-worker.js",
    ]
    assert len(scripts) == 2
    assert sum(path.stat().st_size for path in scripts) < 30_000
    for locale in LOCALES:
        html = (book / locale / PAGE).read_text(encoding="utf-8")
        assert re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL) == [
            (' src="../assets/javascripts/meeting.js"', "")
        ]
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|https?://", html)


def test_a_changed_word_makes_a_new_version_and_nothing_else_does(project: Path) -> None:
    read = read_project(project)
    handbook, _ = load_handbook(read)
    edition = make_edition(handbook)
    site = make_site_map(edition, fixed_titles(edition.gettext))
    meetings, problems = make_meetings(edition, read.templates, site)
    assert (problems, [meeting.path for meeting in meetings]) == ((), [PAGE])
    plan, _ = make_plan(read, Selection(("nb",)))
    tree = plan.sites[0].tree

    def version(html: str) -> str:
        (one,) = meetings
        changed = (type(one)(one.path, one.title, one.record, one.programme, html),)
        worker = meeting_files(changed, tree, b"")["docs/meeting-worker.js"].decode()
        found = re.search(r'"version": "(\w+)"', worker)
        assert found
        return found[1]

    html = meetings[0].html
    assert version(html) == version(html) != version(html + " ")
    kept = json.loads(tree["docs/meeting-worker.js"].decode().split(" = ")[1].split(";\n")[0])
    assert all(f"docs/{name}" in tree for name in kept["files"])
    # Arabic letters are fetched where there are some.
    assert not [name for name in kept["files"] if "Arabic" in name]
    arabic = meeting_files(meetings, tree, b"")["docs/meeting-worker.js"]
    assert b"Arabic" not in arabic
    added = (type(meetings[0])(PAGE, "", "", "", "سلام"),)
    assert b"NotoSansArabic-Regular" in meeting_files(added, tree, b"")["docs/meeting-worker.js"]


def test_a_mistake_in_the_template_is_one_problem(project: Path) -> None:
    read = read_project(project)
    edition = make_edition(load_handbook(read)[0])
    site = make_site_map(edition, fixed_titles(edition.gettext))
    templates = {**read.templates, "site/meeting.html": "\n{{ nothing.there }}"}
    made, problems = make_meetings(edition, templates, site)
    assert made == ()
    assert [(p.code, p.location.file, p.location.line) for p in problems] == [
        ("template-error", "templates/site/meeting.html", 2)
    ]


def test_the_manifest_lists_the_page(book: Path) -> None:
    manifest = json.loads((book / "manifest.json").read_text(encoding="utf-8"))
    found = [a for a in manifest["artefacts"] if a["kind"] == "meeting"]
    assert [(a["path"], a["id"], a["title"]) for a in found] == [
        (f"{locale}/{PAGE}", "pr-manus", 'Manus & "prøve"') for locale in sorted(LOCALES)
    ]


def test_an_organisation_s_words_and_numbers_hold_here_too(
    edition: Edition, templates: Templates
) -> None:
    own, _ = parse_settings(
        Organisation,
        SourceFile(
            "organisation.yml",
            b"name: Fjellheim\nparticipants: 9\n"
            b"terms: {episode: [hendelse, hendelsen, hendelser, hendelsene]}\n",
        ),
    )
    theirs = make_edition(edition.handbook, "nb", ("mestringsgruppe",), own)
    site = make_site_map(theirs, fixed_titles(theirs.gettext))
    meetings, problems = make_meetings(theirs, templates, site)
    assert problems == ()
    (html,) = (meeting.html for meeting in meetings)
    assert "Hvor mange hendelser?" in html
    assert "Valg av ny hendelse" in html
    assert 'name="people" min="1" max="40" value="9"' in html
    assert 'data-episode="Hendelse {n} av {alle}"' in html
    assert "pisode" not in re.sub(r"<[^>]*>", "", html)
