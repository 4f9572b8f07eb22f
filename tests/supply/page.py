"""`docs/licences.md`: every licence of what the project hands on or rests on, as one page."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.supply.packages import Package, Use

HEAD = """\
# Licences, and what the project rests on

Written by `make licences` from installed metadata, `constraints.txt` and
`tests/supply/facts.toml`; a test keeps them in step. Licences have their names in [SPDX](https://spdx.org/licenses/).
Versions are those that the project was tested with. The same, for programs, is the SBOM
`dreiebok.cdx.json` (CycloneDX 1.6): it travels in the wheel, as
`.dist-info/sboms/dreiebok.cdx.json` (PEP 770). Own
code is under the MIT licence; [which licence holds where](../LICENSE-CONTENT.md).
"""

CHOSEN = """\
Direct dependencies. *Kept* says whether somebody keeps it, or why we rest on it all the same.
"""
NEEDED = """\
With the extras. The system lends Pango (LGPL-2.0-or-later), HarfBuzz (MIT-Modern-Variant),
fontconfig (HPND-sell-variant) and Python (PSF-2.0). None of all these is handed on.
"""
TESTS = """\
Never handed on, and never installed by `pip install dreiebok`. PyMuPDF is under the AGPL, and so is
only here.
"""


def make_page(
    packages: Iterable[Package], direct: Mapping[str, Use], facts: Mapping[str, Any]
) -> str:
    """Return the page as Markdown.

    `direct` are the packages that pyproject.toml names. Raises KeyError for one without a line in
    `facts` (facts.toml).
    """
    known = {package.name: package for package in packages}
    run, test = (
        [package for package in known.values() if (package.use is Use.TEST) is tests]
        for tests in (False, True)
    )
    named = ((known[name], facts["direct"][name]) for name in direct if name in known)
    blocks = [
        HEAD,
        "## In the wheel\n",
        _table(
            ("What", "Version", "Licence", "Copyright", "Where", "Note"),
            (_bundled(part) for part in facts["bundled"]),
        ),
        "## In finished sites and PDFs\n",
        "A build copies these out of packages. Who publishes a site or a print hands them on; a\n"
        "site has their notices in `assets/LICENCES.txt`.\n",
        _table(
            ("What", "Licence", "Copyright", "From", "Into", "Note"),
            (
                (name, licence, copyright_, copied["package"], copied["into"], note)
                for copied in facts["copied"]
                for name, licence, copyright_, note in copied["parts"]
            ),
        ),
        "## What we chose\n",
        CHOSEN,
        _table(
            ("Package", "When", "Licence", "What for", "Kept"),
            ((p.name, p.use, p.licence, why["for"], why["kept"]) for p, why in named),
        ),
        "## Old ones that others bring\n",
        "Not chosen by us, and no release for three years.\n",
        _table(("Package", "Last release, and why it is borne"), facts["old"].items()),
        "## Every Python package that a build needs\n",
        NEEDED,
        _table(
            ("Package", "Version", "Licence", "When"),
            ((p.name, p.version, p.licence, p.use) for p in run),
        ),
        "## For tests only\n",
        TESTS,
        _table(("Package", "Version", "Licence"), ((p.name, p.version, p.licence) for p in test)),
        "From npm (`tests/package.json`):\n",
        _table(("Package", "Licence"), facts["npm"].items()),
    ]
    return "\n".join(blocks)


def _bundled(part: Mapping[str, Any]) -> tuple[str, ...]:
    licence = f"[{part['licence']}](../{part['text']})"
    where = ", ".join(f"`{files}`" for files in part["files"])
    return part["name"], part["version"], licence, part["copyright"], where, part["note"]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell or '–' for cell in line)} |\n" for line in lines)
