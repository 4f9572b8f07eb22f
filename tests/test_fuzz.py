"""What once did harm does none now, nor do new inputs; `python -m tests.fuzz` has more."""

import random
import time
from pathlib import Path

import pytest

from dreiebok.problems import SourceError
from tests.fuzz.guarding import SECONDS, finding
from tests.fuzz.mutating import LONGEST, mutate
from tests.fuzz.targets import FOUND, TARGETS

CASES = 150
KEPT = sorted(path for path in FOUND.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_once_did_harm_does_none(path: Path) -> None:
    assert finding(TARGETS[path.parent.name].read, path.read_bytes()) == ""


@pytest.mark.parametrize("name", TARGETS)
def test_new_inputs_do_none(name: str) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance, target = random.Random(seed), TARGETS[name]
    seeds = target.seeds()
    for data in (mutate(chance, seeds, target.words) for _ in range(CASES)):
        assert finding(target.read, data) == "", data


def test_sound_inputs_are_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # A target that refused everything would never find anything.
    told: list[object] = []
    monkeypatch.setattr("tests.fuzz.targets.refused", lambda problems, files: told.extend(problems))
    for name in ("yaml", "po", "pdf", "logo"):
        for data in TARGETS[name].seeds():
            TARGETS[name].read(data)
            assert told == [], (name, data)


def test_a_broken_promise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.guarding.SECONDS", 0.05)

    def hang(data: bytes) -> None:
        while True:
            try:
                len(data)
            except Exception:
                continue

    def fail(data: bytes) -> None:
        raise KeyError(data)

    def nowhere(data: bytes) -> None:
        raise SourceError

    assert finding(hang, b"") == "no answer within 0.05 s"
    assert finding(lambda data: time.sleep(60), b"") == "no answer within 0.05 s"
    assert "KeyError: b'x'" in finding(fail, b"x")
    assert "SourceError" in finding(nowhere, b"")
    assert finding(lambda data: None, b"") == ""
    assert SECONDS == 5


def test_mutants_are_many_and_bounded() -> None:
    chance, seed, words = random.Random(1), b"a: 1\nb: [x, y]\n", [b"&", b"!!"]
    assert len({mutate(chance, [seed], words) for _ in range(500)}) > 350
    assert len(mutate(chance, [seed * LONGEST], words)) == LONGEST
