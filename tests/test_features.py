"""Font features: what text takes with them is given back, and they are seen as before."""

import subprocess
import sys

import weasyprint
from weasyprint.text import line_break

from dreiebok.press import features_
from tests.pressing import OPEN_PROFILE, press_body
from tests.projects import ROOT

pytestmark = OPEN_PROFILE
WORDS = f"<p>{'Vi løfter fram det som lyktes. ' * 12}</p>" * 40
SMALL = "p { font-variant-caps: small-caps }"
GROWTH = """
import gc
import psutil
from tests.pressing import press_body
from tests.test_features import SMALL, WORDS

def size() -> int:
    gc.collect()
    return psutil.Process().memory_info().rss

for _ in range(10):
    press_body(WORDS, SMALL)
before = size()
for _ in range(60):
    press_body(WORDS, SMALL)
print(size() - before)
"""
"""Tells by how many bytes a process has grown in which a document was pressed sixty times."""


def test_a_process_that_presses_text_with_features_does_not_grow() -> None:
    """WeasyPrint alone keeps a fifth of a MB of it a press, and it grew by 4 MB and more."""
    found = subprocess.run(
        [sys.executable, "-c", GROWTH], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(found.stdout) < 2_000_000


def test_features_are_still_seen() -> None:
    plain, wide = press_body(WORDS), press_body(WORDS, SMALL)
    assert plain.data != wide.data
    assert plain.problems == wide.problems == ()


def test_the_place_that_is_patched_is_still_there() -> None:
    """A newer WeasyPrint that has moved it would keep all of it again."""
    assert weasyprint.__version__.startswith("70.")
    assert line_break.font_features is features_.none
    assert line_break.Layout.setup is features_.set_up
    asked = features_._features_of.__code__
    assert asked.co_varnames[: asked.co_argcount] == features_._ASKED
    assert "font_features" in features_._set_up.__code__.co_names
