"""A cluster renders what workers here would: two Dask workers that share no folder with us."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from dreiebok.building import distant, workers
from dreiebok.building.options import Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.publishing import write_tree
from dreiebok.building.reading import read_project
from dreiebok.cli import main
from dreiebok.model.engines import Engine
from dreiebok.problems import MissingOnMachine, WrongUse
from dreiebok.website.drivers.driving import Built
from tests.projects import ROOT, copy_book, tree


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process in a folder of its own."""
    from distributed import LocalCluster

    # The nannies start fresh interpreters, which find the house as we do.
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        with LocalCluster(
            n_workers=2,
            threads_per_worker=2,
            processes=True,
            dashboard_address=":0",  # None takes port 8787, which others may have.
            local_directory=str(tmp_path_factory.mktemp("dask")),
        ) as started:
            yield started.scheduler_address
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def test_a_cluster_makes_the_same_bytes(cluster: str, tmp_path: Path) -> None:
    base = copy_book("minimal", tmp_path / "base")
    for name in ("a", "b"):
        (tmp_path / "alle" / name).mkdir(parents=True)
        (tmp_path / "alle" / name / "organisation.yml").write_text(f"name: {name}\n")
    common = ("--base", str(base), "--quiet")
    many = ["build", "--organisations", str(tmp_path / "alle"), "--cluster", cluster, *common]
    assert main(many) == 0
    alone = tmp_path / "alle" / "a"
    assert main(["build", "--source", str(alone), "--output", str(tmp_path / "ut"), *common]) == 0
    assert tree(alone / "site") == tree(tmp_path / "ut")
    # One build, with nothing kept, on the cluster too.
    again = (
        "--work",
        str(tmp_path / "ny"),
        "--output",
        str(tmp_path / "ut2"),
        "--cluster",
        cluster,
    )
    assert main(["build", "--source", str(alone), *again, *common]) == 0
    assert tree(tmp_path / "ut2") == tree(tmp_path / "ut")


@pytest.mark.parametrize("pages", [None, ("prove/manus.md",)])
def test_a_worker_needs_nothing_of_our_folders(
    pages: tuple[str, ...] | None, cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, _ = make_plan(read_project(copy_book("minimal", tmp_path)), Selection(("nb",)))
    folder, made = tmp_path / "tree", tmp_path / "made"
    write_tree(folder, plan.sites[0].tree)
    with distant.connect(cluster) as far:
        submit = far.far.submit

        def without_the_tree(*given: Any) -> Future[Any]:
            shutil.rmtree(folder)
            return submit(*given)

        monkeypatch.setattr(far.far, "submit", without_the_tree)
        work = far.submit(workers.build_pages, Engine.MKDOCS, str(folder), str(made), 0, pages)
        built: Built = work.result(60)
    assert (built.problems, built.whole) == ((), pages is None)
    assert (made / "prove/manus.html").is_file()
    assert (made / "prove/regler.html").is_file() == (pages is None)


def test_a_worker_with_another_program_is_refused(cluster: str) -> None:
    with distant.connect(cluster) as far:
        far.program = "another"
        with pytest.raises(WrongUse, match="another dreiebok"):
            far.submit(workers.default_jobs).result()


def test_a_cluster_that_is_lost_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from distributed import LocalCluster

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(distant, "PATIENCE_S", 2)
    book = copy_book("minimal", tmp_path)
    cluster = LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0",
        local_directory=str(tmp_path / "dask"),
    )  # fmt: skip
    with cluster, distant.connect(cluster.scheduler_address) as far:
        with pytest.raises(MissingOnMachine, match="died one after another"):
            far.submit(os._exit, 1).result(60)
        waits = far.submit(time.sleep, 60)
        monkeypatch.setattr(distant, "connect", lambda _: far)
        cluster.close()
        with pytest.raises(MissingOnMachine, match="no longer answers"):
            waits.result(60)
        options = ("--work", str(book / "b"), "--output", str(book / "s"))
        assert main(["build", "--source", str(book), *options, "--cluster", "lost"]) == 3
    assert "the cluster no longer answers" in capsys.readouterr().err


def test_an_address_where_nothing_answers_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(distant, "PATIENCE_S", 1)
    with pytest.raises(MissingOnMachine, match="no Dask scheduler answers"):
        distant.connect("tcp://127.0.0.1:9")
    with pytest.raises(WrongUse, match="no address of a scheduler"):
        distant.connect("ingen://sted")
    book = copy_book("minimal", tmp_path)
    assert main(["build", "--source", str(book), "--work", str(book / "b"), "--output",
                 str(book / "s"), "--cluster", "tcp://127.0.0.1:9"]) == 3  # fmt: skip
    assert "no Dask scheduler answers at" in capsys.readouterr().err


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingOnMachine, match=r"dreiebok\[cluster\]"):
        distant.connect("tcp://127.0.0.1:9")
