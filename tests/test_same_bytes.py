"""The same sources give the same bytes: whoever builds, wherever, whenever and however.

tests/test_building.py shows it for another folder, locale, time zone and hash seed with one worker;
here is one build after another, each with as many differences as go together.
"""

import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.hardship import another_user, run
from tests.projects import copy_book, tree

BUILT = ("--zip",)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built copy of the tiny book with its ZIP file; tests must leave it as it is."""
    project = copy_book("minimal", tmp_path_factory.mktemp("bytes") / "book")
    ended = run(project, *BUILT, LC_ALL="C.UTF-8", TZ="UTC", PYTHONHASHSEED="1")
    assert (ended.code, ended.errors) == (0, "")
    return project


def narrow() -> None:
    """Let new files be their owner's alone (runs in the build, before Python)."""
    os.umask(0o077)


def wide() -> None:
    """Let new files be everybody's."""
    os.umask(0)


def look(project: Path) -> dict[str, tuple[bytes, int]]:
    """Return the bytes and rights of all that a build publishes."""
    site = {
        f"site/{name}": (data, stat.S_IMODE((project / "site" / name).stat().st_mode))
        for name, data in tree(project / "site").items()
    }
    package = project / "site.zip"
    return site | {"site.zip": (package.read_bytes(), stat.S_IMODE(package.stat().st_mode))}


def test_another_user_of_another_world_makes_the_same_bytes(book: Path, tmp_path: Path) -> None:
    means, prefix, nobody = another_user()
    print(means)
    place = copy_book("minimal", tmp_path / "Et annet sted, med mellomrom og æøå")
    words = {**nobody, "LANG": "tr_TR.UTF-8", "LC_ALL": "POSIX", "LANGUAGE": "ar"}
    clock = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711"}
    ended = run(
        place, *BUILT, "--jobs", "8",
        prefix=prefix, limit=narrow, **words, **clock,
    )  # fmt: skip
    assert (ended.code, ended.errors) == (0, "")
    assert look(place) == look(book)


def test_one_worker_another_umask_and_no_encoding_make_the_same_bytes(
    book: Path, tmp_path: Path
) -> None:
    place = copy_book("minimal", tmp_path / "b")
    # As in a container whose image sets nothing.
    surroundings = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "LOL-3:17"}
    ended = run(place, *BUILT, "--jobs", "1", limit=wide, **surroundings)
    assert (ended.code, ended.errors) == (0, "")
    assert look(place) == look(book)


@pytest.mark.parametrize("kept", ["all", "every other entry"])
def test_any_part_of_a_cache_makes_the_same_bytes(kept: str, book: Path, tmp_path: Path) -> None:
    place = copy_book("minimal", tmp_path / "c")
    cache = place / "build" / "cache"
    shutil.copytree(book / "build" / "cache", cache)
    for number, facts in enumerate(sorted(cache.glob("*.json"))):
        if kept != "all" and number % 2:
            facts.unlink()
    ended = run(place, *BUILT, PYTHONHASHSEED="0")
    assert (ended.code, ended.errors) == (0, "")
    assert ("(0 rendered anew)" in ended.said) == (kept == "all")
    assert look(place) == look(book)


def test_a_site_built_over_another_is_the_same_as_one_built_from_nothing(
    book: Path, tmp_path: Path
) -> None:
    place = tmp_path / "d"
    shutil.copytree(book, place)
    (place / "content" / "lenke.yml").write_text(
        (place / "content" / "om.yml").read_text(encoding="utf-8").replace("id: ", "id: ny-"),
        encoding="utf-8",
    )
    first = run(place, *BUILT, "--only", "website")
    (place / "content" / "lenke.yml").unlink()
    print(first)
    ended = run(place, *BUILT)
    assert (ended.code, ended.errors) == (0, "")
    assert look(place) == look(book)
