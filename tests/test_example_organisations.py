"""The organisations in organisations/: each is sound, whole and legible, and none is like another.

Where the base has changed under an override, the test of the lock fails: read the override, mend
it if need be, and run `dreiebok accept --organisation organisations/NAME --base .`.
"""

import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from dreiebok.building.loading import load_brand, load_catalogs, load_organisation
from dreiebok.building.overlaid import load_trees
from dreiebok.building.reviewing import unfinished
from dreiebok.editions.edition import Edition
from dreiebok.editions.making import make_edition
from dreiebok.model.chapters import Chapter, ExampleBlock
from dreiebok.model.colours import DARK_BOX, LIGHT_BOX, TEXT_CONTRAST, contrast
from dreiebok.sources.locks import add_new, read_lock, write_lock
from tests.examples import EXAMPLES, ExampleProjects

LOCK = "organisation.lock"


@pytest.fixture(scope="module")
def editions(examples: ExampleProjects) -> dict[str, Edition]:
    """The edition of each in the language that it names first; no problem was met on the way."""
    found = {}
    for name, (project, handbook) in examples.items():
        organisation, problems = load_organisation(project)
        assert organisation and problems == ()
        locale = str(organisation.languages[0])
        brand, problems = load_brand(project, organisation, (locale,))
        assert problems == ()
        programmes = tuple(map(str, organisation.programmes))
        found[name] = make_edition(handbook, locale, programmes, organisation, brand=brand)
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_term_could_be_inflected(editions: dict[str, Edition], name: str) -> None:
    assert editions[name].wording.problems == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_lock_knows_the_base_of_today(examples: ExampleProjects, name: str, root: Path) -> None:
    data = (root / "organisations" / name / LOCK).read_bytes()
    overridden = load_trees(examples[name][0]).overlaid.overridden
    assert overridden
    assert write_lock(add_new(read_lock(data, LOCK), overridden)) == data
    # A lock made today would say the same: nothing is outdated, nothing is left over.
    assert write_lock(add_new(read_lock(b"", LOCK), overridden)) == data


def test_its_own_catalog_is_whole(examples: ExampleProjects) -> None:
    project, _ = examples["nordlys-sikkerhet"]
    assert "organisation" in load_catalogs(project, "en")[0]
    # The base's catalogs are not its to mend, and nothing is said of them.
    assert unfinished(project, ("en",)) == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_words_in_its_colours_can_be_read(editions: dict[str, Edition], name: str) -> None:
    palette = editions[name].brand.palette
    assert palette
    assert contrast(palette.primary, LIGHT_BOX) >= TEXT_CONTRAST
    assert contrast(palette.dark, DARK_BOX) >= TEXT_CONTRAST


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_tells_episodes_of_its_own(editions: dict[str, Edition], name: str) -> None:
    edition = editions[name]
    own = [
        record
        for record in edition.handbook.records
        if isinstance(record, Chapter) and not record.id.at.file.startswith("base/")
    ]
    blocks = [block for record in own for section in record.sections for block in section.blocks]
    assert sum(isinstance(block, ExampleBlock) for block in blocks) >= 3
    shown = {record.id for p in edition.programmes for record in edition.pages_of(p)}
    assert {record.id for record in own} <= shown


def test_no_two_are_alike(editions: dict[str, Edition]) -> None:
    assert len({edition.brand.palette for edition in editions.values()}) == len(EXAMPLES)
    logos = {e.brand.logo.data for e in editions.values() if e.brand.logo}
    assert len(logos) == len(EXAMPLES)
    assert len({edition.programmes for edition in editions.values()}) == len(EXAMPLES)


def test_programmes_stand_as_the_organisation_names_them(editions: dict[str, Edition]) -> None:
    shown = [str(programme.id) for programme in editions["solbakken"].programmes]
    assert shown == ["refleksjonsgruppe", "mestringsgruppe"]


def test_a_question_of_its_own_stands_in_the_form(editions: dict[str, Edition]) -> None:
    element = editions["nav-fjord"].handbook.elements["vg-fjord-neste-samtale"]
    assert str(element.record.id) == "vg-loggskjema"
    assert "vg-intervjuguide" not in editions["nav-fjord"].handbook.elements


def test_they_travel_with_the_source_and_not_with_the_wheel(root: Path, tmp_path: Path) -> None:
    (source,) = SdistBuilder(str(root)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {f"organisations/{name}/{file}" for name in EXAMPLES for file in (LOCK, "logo.svg")}
    assert wanted <= names
    (wheel,) = WheelBuilder(str(root)).build(directory=str(tmp_path), versions=["standard"])
    assert not [n for n in zipfile.ZipFile(wheel).namelist() if "organisations/" in n]
