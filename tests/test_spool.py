"""What waits on the disk while a build goes on: whole, apart, and gone afterwards."""

from pathlib import Path

import pytest

from dreiebok.building.spool import RENDERED, Spool
from dreiebok.press.values import PressedPdf
from tests.projects import build, copy_book


def test_values_come_back_as_they_went(tmp_path: Path) -> None:
    spool: Spool[object] = Spool(tmp_path / "spool")
    pdf = PressedPdf(b"%PDF", 2, (105.0, 148.0), 3.0, ("PDF/A-2a",), ())
    spool["nb/a.pdf"], spool["../b"] = pdf, {"c.html": b"d"}
    assert dict(spool) == {"nb/a.pdf": pdf, "../b": {"c.html": b"d"}}
    assert [path.name for path in sorted((tmp_path / "spool").iterdir())] == ["0", "1"]
    spool["nb/a.pdf"] = b"another"
    del spool["../b"]
    spool["e"] = b"f"
    assert dict(spool) == {"nb/a.pdf": b"another", "e": b"f"}
    assert ("e" in spool, "../b" in spool, len(spool)) == (True, False, 2)
    with pytest.raises(KeyError):
        spool["../b"]


def test_a_spool_begins_empty_and_makes_no_folder_for_nothing(tmp_path: Path) -> None:
    Spool[bytes](tmp_path / "spool")["a"] = b"b"
    assert dict(Spool[bytes](tmp_path / "spool")) == {}
    assert not (tmp_path / "spool").exists()


def test_a_build_leaves_nothing_in_it_nor_what_a_killed_one_left(tmp_path: Path) -> None:
    project = copy_book("minimal", tmp_path)
    left = project / "build" / RENDERED / "prints" / "0"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a PD")
    assert build(project, "--quiet", "--only", "website") == 0
    assert not (project / "build" / RENDERED).exists()
