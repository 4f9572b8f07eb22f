"""What the command writes, made from the files of this folder and from what is installed."""

import tomllib
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from dreiebok import __version__
from tests.supply.bom import make_bom
from tests.supply.notices import make_notices
from tests.supply.packages import Package, Use, direct, read_packages
from tests.supply.page import make_page

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = "docs/licences.md"
BOM = "dreiebok.cdx.json"
NOTICES = "templates/site/assets/LICENCES.txt"


def facts() -> dict[str, Any]:
    """Return what people have found out (facts.toml)."""
    return tomllib.loads((ROOT / "tests/supply/facts.toml").read_text(encoding="utf-8"))


def project() -> dict[str, Any]:
    """Return the table `project` of pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["project"])


def pins() -> dict[str, str]:
    """Return the tested versions (constraints.txt) by the normal name of the package."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {str(canonicalize_name(name)): version for name, version in pairs}


def texts() -> dict[str, str]:
    """Return the licences whose words must travel with what is under them, by SPDX name."""
    folder = ROOT / "tests/supply/texts"
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}


def packages() -> tuple[Package, ...]:
    """Return every package that the project needs and that is installed here."""
    return read_packages(project(), pins(), facts())


def made() -> dict[str, str]:
    """Return the text of every file that the command writes, by its place in this folder."""
    found, named, told = packages(), direct(project()), facts()
    runs_on = [name for name, use in named.items() if use is not Use.TEST]
    licence, bundled, copied = project()["license"], told["bundled"], told["copied"]
    return {
        PAGE: make_page(found, named, told),
        NOTICES: make_notices(told, texts()),
        BOM: make_bom(__version__, licence, found, bundled, copied, runs_on),
    }
