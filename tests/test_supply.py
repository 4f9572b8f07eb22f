"""What the project rests on and hands on: tested versions, licences, who keeps it, and the SBOM."""

import ast
import json
import re
import sys
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path
from types import SimpleNamespace

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.spdx import is_expression, is_supported_id
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dreiebok import __version__
from dreiebok.model.engines import Engine
from dreiebok.website.drivers import driving
from dreiebok.website.engines import STOP_WORDS
from tests.supply.packages import MACHINE, UnclearLicenceError, Use, direct, read_licence
from tests.supply.writing import BOM, PAGE, facts, made, packages, pins, project

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = packages()
FACTS = facts()
MADE = made()
NAMED = direct(project())
LATER = {"distributed": "cluster", "properdocs": "properdocs", "zensical": "zensical"}
"""What the code imports when an extra is there, by the extra."""
BROUGHT = {"pydantic-core": "pydantic", "pydyf": "weasyprint"}
"""The inner part of a library through which it speaks to us, by the part."""
NOT_IMPORTED = {
    "mkdocs-material": "the theme, by its name in mkdocs.yml",
    "tzdata": "read by zoneinfo where the system has none",
}
MISSING = {name for name in pins() if name not in {package.name for package in PACKAGES}}
"""Pinned packages that this Python or system does not need, such as backports for 3.11."""


def requirements() -> list[Requirement]:
    extras = project()["optional-dependencies"].values()
    return [Requirement(line) for lines in (project()["dependencies"], *extras) for line in lines]


def strongly_copyleft(licence: str) -> bool:
    """Tell whether no choice of a licence leaves what is built upon it free of GPL and AGPL."""
    return all(re.search(r"\bA?GPL-", choice) for choice in licence.split(" OR "))


def known_here(name: str, text: str) -> str:
    """Return a written file without what this Python or system does not need."""
    if name == PAGE:
        lines = text.splitlines(keepends=True)
        return "".join(x for x in lines if not any(x.startswith(f"| {n} |") for n in MISSING))
    if not MISSING:
        return text
    data = json.loads(text)
    for key, ref in (("components", "bom-ref"), ("dependencies", "ref")):
        data[key] = [part for part in data[key] if part[ref] not in MISSING]
    for edge in data["dependencies"]:
        edge["dependsOn"] = [need for need in edge.get("dependsOn", []) if need not in MISSING]
    return json.dumps(data, sort_keys=True)


@pytest.fixture(scope="module")
def sbom() -> dict[str, object]:
    return dict(json.loads((ROOT / BOM).read_text(encoding="utf-8")))


def test_the_versions_are_those_of_a_fresh_environment() -> None:
    assert {package.name for package in PACKAGES} <= set(pins()), "make constraints licences"
    on_our_machine = sys.version_info[:2] == (3, 11) and sys.platform == MACHINE["sys_platform"]
    assert not (MISSING and on_our_machine), "pinned, and needed by nothing"


def test_what_is_installed_is_what_was_tested() -> None:
    there = {package.name: distribution(package.name).version for package in PACKAGES}
    assert {name: pins()[name] for name in there} == there


@pytest.mark.parametrize("wish", requirements(), ids=str)
def test_a_range_begins_ends_and_holds_the_tested_version(wish: Requirement) -> None:
    signs = {part.operator for part in wish.specifier}
    # Data of the world's time zones: the newest is always the right one.
    wanted = {">="} if wish.name == "tzdata" else {">=", "<"}
    assert signs in (wanted, {"=="})
    assert wish.url is None
    assert wish.specifier.contains(pins()[canonicalize_name(wish.name)])


def test_the_code_imports_only_what_installs_with_it() -> None:
    owners = packages_distributions()
    wrong, used = set(), set()
    for path in (ROOT / "dreiebok").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in {name.partition(".")[0] for name in names} - {"dreiebok"}:
                if name not in sys.stdlib_module_names:
                    found = {canonicalize_name(owner) for owner in owners[name]}
                    owner = {BROUGHT.get(one, one) for one in found}
                    used |= owner
                    if not any(NAMED.get(o) is Use.RUN or o in LATER for o in owner):
                        wrong.add(f"{path.relative_to(ROOT)}: {name}")
    assert wrong == set()
    wished = {canonicalize_name(Requirement(line).name) for line in project()["dependencies"]}
    assert wished - used == set(NOT_IMPORTED)
    needs = {package.name: package.needs for package in PACKAGES}
    assert all(part in needs[library] for part, library in BROUGHT.items())


def test_every_dependency_has_a_purpose_and_a_keeper_or_a_reason() -> None:
    assert set(FACTS["direct"]) == set(NAMED)
    for name, why in FACTS["direct"].items():
        assert set(why) == {"for", "kept"}, name
        assert why["kept"] == "yes" or len(why["kept"].split()) > 8, name
    assert "May 2027" in FACTS["direct"]["mkdocs-material"]["kept"]
    assert "MkDocs 2" in FACTS["direct"]["mkdocs"]["kept"]
    assert FACTS["old"].keys() <= {package.name for package in PACKAGES} | MISSING
    assert not FACTS["old"].keys() & NAMED.keys()


def test_what_its_makers_call_inactive_has_a_reason() -> None:
    inactive = {
        package.name
        for package in PACKAGES
        for line in distribution(package.name).metadata.get_all("Classifier") or ()
        if line == "Development Status :: 7 - Inactive"
    }
    told = {name for name, why in FACTS["direct"].items() if why["kept"] != "yes"}
    assert inactive <= told | FACTS["old"].keys()


def test_what_only_the_gpl_or_agpl_allows_only_tests() -> None:
    strong = {p.name: p.use for p in PACKAGES if strongly_copyleft(p.licence)}
    assert set(strong.values()) == {Use.TEST}
    assert "pymupdf" in strong
    assert not strongly_copyleft("GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1")
    assert not strongly_copyleft("LGPL-3.0-only")


@pytest.mark.parametrize("name", [PAGE, BOM])
def test_page_and_sbom_are_in_step(name: str) -> None:
    committed = (ROOT / name).read_text(encoding="utf-8")
    assert known_here(name, committed) == known_here(name, MADE[name]), "make licences"


def test_the_sbom_keeps_its_standard(sbom: dict[str, object]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(sbom)) is None
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str('{"bomFormat": "x"}') is not None


def test_the_sbom_names_what_is_in_the_wheel_and_what_runs(sbom: dict[str, object]) -> None:
    text = (ROOT / BOM).read_text(encoding="utf-8")
    data = json.loads(text)
    root = data["metadata"]["component"]
    assert (root["name"], root["version"]) == ("dreiebok", __version__)
    assert {part["name"] for part in root["components"]} == {p["name"] for p in FACTS["bundled"]}
    listed = {part["name"]: part["version"] for part in data["components"]}
    there = {name: version for name, version in listed.items() if name not in MISSING}
    assert there == {p.name: p.version for p in PACKAGES if p.use is not Use.TEST}
    assert "pymupdf" not in text
    edges = {edge["ref"]: edge.get("dependsOn", []) for edge in data["dependencies"]}
    assert {"weasyprint", "mkdocs"} <= set(edges["dreiebok"])
    assert "pydyf" in edges["weasyprint"]
    assert re.findall(r"\w+://[^\"]+", text) == ["http://cyclonedx.org/schema/bom-1.6.schema.json"]
    assert {"serialNumber", "timestamp"}.isdisjoint({*data, *data["metadata"]})


def test_every_licence_is_one_of_spdx() -> None:
    said = [part["licence"] for part in FACTS["bundled"]]
    said += [part[1] for lot in FACTS["copied"] for part in lot["parts"]]
    said += [*FACTS["npm"].values(), *(package.licence for package in PACKAGES)]
    strange = [s for s in said if not is_supported_id(s) and not is_expression(s)]
    # SPDX has no name for the terms of the International Color Consortium.
    assert strange == ["LicenseRef-ICC"]


def test_what_travels_beside_our_code_lies_where_the_page_says() -> None:
    named = {path for p in FACTS["bundled"] for files in p["files"] for path in ROOT.glob(files)}
    fonts = {path for path in (ROOT / "templates").rglob("*") if path.suffix in {".ttf", ".woff2"}}
    assert fonts <= named
    assert {ROOT / "content/handbook.yml", ROOT / "forms/mestringsgruppe"} & named
    assert [part["text"] for part in FACTS["bundled"] if not (ROOT / part["text"]).is_file()] == []
    # Scripts of others keep their line of licence (/*! … */), and are named.
    foreign = {p for p in (ROOT / "templates").rglob("*.js") if p.read_bytes().startswith(b"/*!")}
    assert foreign
    assert foreign <= named


def test_every_part_of_the_theme_is_named() -> None:
    """Source maps say of what the theme's scripts and styles were put together."""
    (copied,) = (lot for lot in FACTS["copied"] if lot["package"] == "mkdocs-material")
    named = {name.lower().removesuffix(".js") for name, *_ in copied["parts"]}
    maps = [
        Path(str(file.locate()))
        for file in distribution("mkdocs-material").files or ()
        if file.name.endswith(".map")
    ]
    found = {
        part
        for path in maps
        for source in json.loads(path.read_bytes())["sources"]
        for part in re.findall(r"node_modules/((?:@[^/]+/)?[^/]+)", source)
    }
    assert {"lunr", "rxjs"} <= found
    assert found <= named


def test_no_site_holds_what_nothing_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = [Path(name) for name in driving.UNUSED]
    theme = [Path(str(f.locate())) for f in distribution("mkdocs-material").files or ()]
    assert all(any(p.as_posix().endswith(s.as_posix()) for p in theme) for s in scripts)
    assert {"th", "ja"}.isdisjoint(STOP_WORDS.values())
    maps = [Path("assets/javascripts/workers/search.min.js.map"), Path("assets/main.css.map")]
    for script in (*scripts, *maps, Path("assets/javascripts/lunr/min/lunr.no.min.js")):
        (tmp_path / script).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / script).touch()
    done = SimpleNamespace(run_pages=lambda *_: driving.Built(()))
    monkeypatch.setattr(driving, "import_module", lambda name: done)
    assert driving.drive_pages(Engine.MKDOCS, tmp_path, tmp_path, 0).problems == ()
    assert [path.name for path in tmp_path.rglob("*.*")] == ["lunr.no.min.js"]


def test_what_tests_take_from_npm_is_named() -> None:
    wanted = json.loads((ROOT / "tests/package.json").read_bytes())["dependencies"]
    assert FACTS["npm"].keys() == wanted.keys()


class Silent(Distribution):
    """A package whose metadata says something vague about its licence."""

    def read_text(self, filename: str) -> str:
        assert filename == "METADATA"
        return "Name: x\nVersion: 1\nLicense: free as in beer\n"

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


def test_a_vague_licence_is_asked_for_and_then_known() -> None:
    with pytest.raises(UnclearLicenceError, match=r"free as in beer.*tests/supply/facts\.toml"):
        read_licence(Silent(), FACTS)
    assert read_licence(Silent(), {"licences": {"x": "MIT"}, "spdx": {}}) == "MIT"
