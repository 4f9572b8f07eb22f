"""The success criteria of WCAG 2.2, A and AA, and what we do about each beside running axe-core.

What axe-core covers is not written here: its rules name their criteria. `script` is said of what
`tests/accessibility.py` measures on every page; `test` names a test, which holds for every change.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Criterion:
    """A success criterion, how we look beside axe-core, and what that leaves open.

    `script`: what is measured on every page. `tests`: file and name. `absent`: why it does not
    apply. `eye`: what was seen in pictures of pages, a sample. `source`: what was read in
    templates. `left`: what nobody has looked at.
    """

    number: str
    name: str
    level: str
    script: str = ""
    tests: tuple[str, ...] = ()
    absent: str = ""
    eye: str = ""
    source: str = ""
    left: str = ""


OURS = "test_accessibility.py::"
WALK = OURS + "test_the_keyboard_reaches_everything_in_order_and_is_seen"
MENU = OURS + "test_the_menu_of_a_narrow_page_is_for_the_keyboard_too"
NO_FILM = "the script looks for sound and film on every page; the website has none"
WORDS = "whether the words say what they should is for people to judge"
READER = "no screen reader has been used"

CRITERIA = (
    Criterion("1.1.1", "Non-text Content", "A", left=WORDS),
    Criterion("1.2.1", "Audio-only and Video-only (Prerecorded)", "A", absent=NO_FILM),
    Criterion("1.2.2", "Captions (Prerecorded)", "A", absent=NO_FILM),
    Criterion("1.2.3", "Audio Description or Media Alternative (Prerecorded)", "A", absent=NO_FILM),
    Criterion("1.2.4", "Captions (Live)", "AA", absent=NO_FILM),
    Criterion("1.2.5", "Audio Description (Prerecorded)", "AA", absent=NO_FILM),
    Criterion("1.3.1", "Info and Relationships", "A", script="headings skip no level", left=READER),
    Criterion("1.3.2", "Meaningful Sequence", "A", tests=(WALK,), left=READER),
    Criterion("1.3.3", "Sensory Characteristics", "A", left="the texts were not read for this"),
    Criterion("1.3.4", "Orientation", "AA", script="pages fit upright and lying windows"),
    Criterion(
        "1.3.5",
        "Identify Input Purpose",
        "AA",
        left="forms switch autocomplete off, so that a shared machine keeps no names; "
        "whether a form asks for personal data is the organisation's to judge",
    ),
    Criterion(
        "1.4.1",
        "Use of Color",
        "A",
        eye="open tab and open page in the menu",
        left="warnings, errors, choices",
    ),
    Criterion(
        "1.4.2",
        "Audio Control",
        "A",
        tests=("test_meeting.py::test_the_tone_can_be_off",),
    ),
    Criterion("1.4.3", "Contrast (Minimum)", "AA", script="words in figures, against their boxes"),
    Criterion("1.4.4", "Resize Text", "AA", script="nothing is lost at 400 %, see 1.4.10"),
    Criterion(
        "1.4.5",
        "Images of Text",
        "AA",
        eye="the figure of the first page; its words are text",
        left="other figures, logos",
    ),
    Criterion("1.4.10", "Reflow", "AA", script="no sideways scroll at 320 × 256 px"),
    Criterion(
        "1.4.11",
        "Non-text Contrast",
        "AA",
        script="edges of fields",
        tests=(WALK,),
        left="lines of figures, icons",
    ),
    Criterion("1.4.12", "Text Spacing", "AA", script="nothing cut or too wide at 1280 and 390 px"),
    Criterion(
        "1.4.13",
        "Content on Hover or Focus",
        "AA",
        tests=(OURS + "test_escape_shuts_the_languages",),
    ),
    Criterion(
        "2.1.1",
        "Keyboard",
        "A",
        tests=(WALK, MENU, "test_browser_forms.py::test_the_keyboard_alone_fills_and_saves"),
    ),
    Criterion(
        "2.1.2",
        "No Keyboard Trap",
        "A",
        tests=(WALK, "test_meeting.py::test_the_keyboard_reaches_everything_and_is_not_caught"),
    ),
    Criterion(
        "2.1.4",
        "Character Key Shortcuts",
        "A",
        tests=(OURS + "test_a_letter_alone_does_nothing",),
    ),
    Criterion(
        "2.2.1",
        "Timing Adjustable",
        "A",
        absent="nothing runs out; the clock of meeting mode only tells",
    ),
    Criterion(
        "2.2.2",
        "Pause, Stop, Hide",
        "A",
        tests=("test_meeting.py::test_the_clock_counts_pauses_and_runs_over_calmly",),
    ),
    Criterion("2.3.1", "Three Flashes or Below Threshold", "A", absent="nothing flashes"),
    Criterion("2.4.1", "Bypass Blocks", "A", tests=(WALK,)),
    Criterion("2.4.2", "Page Titled", "A", left=WORDS),
    Criterion("2.4.3", "Focus Order", "A", tests=(WALK, MENU)),
    Criterion("2.4.4", "Link Purpose (In Context)", "A", left=WORDS),
    Criterion(
        "2.4.5",
        "Multiple Ways",
        "AA",
        tests=("test_site_search.py::test_the_search_finds_what_is_akin",),
        eye="menu, search and doors of the first page",
    ),
    Criterion("2.4.6", "Headings and Labels", "AA", left=WORDS),
    Criterion("2.4.7", "Focus Visible", "AA", tests=(WALK, MENU)),
    Criterion("2.4.11", "Focus Not Obscured (Minimum)", "AA", tests=(WALK,)),
    Criterion(
        "2.5.1",
        "Pointer Gestures",
        "A",
        tests=("test_meeting.py::test_a_meeting_goes_through_every_step",),
        source="what a swipe does in meeting mode, buttons do too",
    ),
    Criterion("2.5.2", "Pointer Cancellation", "A", left="not tried; buttons and links are HTML's"),
    Criterion("2.5.3", "Label in Name", "A"),
    Criterion("2.5.4", "Motion Actuation", "A", absent="nothing listens to motion"),
    Criterion("2.5.7", "Dragging Movements", "AA", absent="nothing is dragged"),
    Criterion("2.5.8", "Target Size (Minimum)", "AA", script="24 px, but for links in a sentence"),
    Criterion("3.1.1", "Language of Page", "A"),
    Criterion(
        "3.1.2",
        "Language of Parts",
        "AA",
        tests=(
            "test_status_page.py::"
            "test_a_stale_text_stands_in_the_source_language_and_the_footer_says_so",
        ),
        left="foreign words in a sentence are not marked",
    ),
    Criterion("3.2.1", "On Focus", "A", tests=(WALK,)),
    Criterion("3.2.2", "On Input", "A", left="not tried on every field"),
    Criterion("3.2.3", "Consistent Navigation", "AA", source="one template makes the menu"),
    Criterion("3.2.4", "Consistent Identification", "AA", source="one template for each kind"),
    Criterion(
        "3.2.6",
        "Consistent Help",
        "A",
        left="the handbook itself names no contact; an organisation's is its own to look at",
    ),
    Criterion(
        "3.3.1",
        "Error Identification",
        "A",
        tests=("test_browser_forms.py::test_what_is_wrong_is_said_at_its_field",),
    ),
    Criterion("3.3.2", "Labels or Instructions", "A", left=WORDS),
    Criterion(
        "3.3.3",
        "Error Suggestion",
        "AA",
        tests=("test_browser_forms.py::test_what_is_wrong_is_said_at_its_field",),
    ),
    Criterion(
        "3.3.4",
        "Error Prevention (Legal, Financial, Data)",
        "AA",
        absent="nothing is sent or ordered",
        tests=("test_browser_forms.py::test_clear_all_asks_first_and_then_leaves_nothing",),
    ),
    Criterion("3.3.7", "Redundant Entry", "A", absent="a form has one page"),
    Criterion("3.3.8", "Accessible Authentication (Minimum)", "AA", absent="nobody logs in"),
    Criterion("4.1.2", "Name, Role, Value", "A", tests=(MENU,), left=READER),
    Criterion(
        "4.1.3",
        "Status Messages",
        "AA",
        source="what is told has the role of a status",
        left=READER,
    ),
)
