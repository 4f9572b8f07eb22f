"""The states that a page of the website can be in, brought about one after the other."""

from collections.abc import Iterator

from playwright.sync_api import Page

FILL = """form => {
  for (const e of form.querySelectorAll("input, textarea, select")) {
    if (/radio|checkbox/.test(e.type)) e.checked = true;
    else if (e.matches("select")) e.selectedIndex = e.options.length - 1;
    else e.value = e.dataset.kind === "date" ? "i morgen" : "Vi prøvde noe nytt, og det gikk bra.";
    e.dispatchEvent(new Event("input", {bubbles: true}));
  }
}"""
"""Answers everything; a date that is none makes the form tell what is wrong."""
UNFOLD = "() => document.querySelectorAll('details').forEach((e) => { e.open = true })"


def states_of(page: Page) -> Iterator[str]:
    """Bring an opened page into each of its states, and yield what each is called.

    The first has no name: the page as it was opened. Whoever asks for the next leaves the page as
    it was given.
    """
    yield ""
    if page.locator(".m-start").count():
        yield from _meeting(page)
        return
    if page.locator("details").count():
        page.evaluate(UNFOLD)
        yield "unfolded"
    for number in range(page.locator("[data-do=open]").count()):
        yield from _form(page, number)
    # The bar and its menus are the same on every page: one page of a language shows them.
    if page.locator(".db-home").count():
        yield from _bar(page)


def _form(page: Page, number: int) -> Iterator[str]:
    page.locator("[data-do=open]").nth(number).click()
    form = page.locator(".db-fill form").nth(number)
    yield f"form {number + 1}"
    form.evaluate(FILL)
    form.locator("[data-do=save]").click()
    form.locator(".db-fill-note:visible, .db-error:visible").first.wait_for()
    form.locator("[data-do=ask]").click()
    yield f"form {number + 1}, filled in, told what is wrong, asked whether to clear all"
    form.locator("[data-do=keep]").click()
    form.locator("[data-do=close]").click()


def _bar(page: Page) -> Iterator[str]:
    if page.locator(".md-select").count():
        page.locator(".md-select button").focus()
        yield "languages shown"
    for toggle, name in (("__drawer", "menu open"), ("__search", "search open")):
        box = page.locator(f"#{toggle}")
        box.evaluate("e => { e.checked = true; e.dispatchEvent(new Event('change')) }")
        yield name
        box.evaluate("e => { e.checked = false; e.dispatchEvent(new Event('change')) }")


def _meeting(page: Page) -> Iterator[str]:
    page.evaluate(UNFOLD)
    several = page.locator("[name=episodes][value='2']")
    if several.count():
        several.locator("xpath=..").click()
    page.locator("[name=initials]").fill("ÆØÅ Wm")
    yield "choices"
    page.locator("[type=submit]").click()
    for step in range(1, 60):
        more = page.locator("[data-do=question-all]:visible")
        if step % 2 and more.count():
            more.click()
        yield f"step {step}"
        page.locator(".m-bottom [data-do=next]").click()
        if page.locator(".m-end").is_visible():
            break
    yield "the end"
