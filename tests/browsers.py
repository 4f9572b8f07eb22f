"""Chromium for the tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from dreiebok.machine import find_program
from dreiebok.needs import CHROMIUM, HEADLESS

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@contextmanager
def running_browser(*, light: bool = False) -> Iterator[Browser]:
    """Give a browser, which is closed afterwards.

    Where hundreds of pages are only looked at, a `light` one will do: the same engine without all
    that makes it a program with windows, for three fifths of the processor. Without it on this
    machine, the whole one is used.
    """
    program = (light and find_program(HEADLESS)) or find_program(CHROMIUM)
    assert program, "make test installs Chromium"
    # The press has pointed fontconfig at no fonts; without any a browser shows no text.
    environment: dict[str, str | float | bool] = {**os.environ}
    environment.pop("FONTCONFIG_FILE", None)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(program), args=FLAGS, env=environment
        )
        yield started
        started.close()
