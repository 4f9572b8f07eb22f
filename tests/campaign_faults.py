"""Hundreds of real faults in a row, apart from the tests: `python -m tests.campaign_faults 200`.

Each round changes a sentence, builds, and harms the build at a random moment: the whole build or
its main process killed, one worker killed, one starved of memory, Ctrl-C; or spoils a random file
of its work folder before. After each round the site must be whole and the message no traceback;
every tenth round, and at the end, an undisturbed build must give the bytes of one from nothing.
"""

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import Popen, TimeoutExpired

import psutil

from tests.hardship import (
    Ended,
    begin,
    end,
    left_behind,
    run,
    sentence_of,
    workers_of,
    write_sentence,
)
from tests.projects import copy_book, tree

Harm = Callable[[random.Random, "Popen[str]"], None]


def kill_all(chance: random.Random, build: "Popen[str]") -> None:
    os.killpg(build.pid, signal.SIGKILL)


def kill_main(chance: random.Random, build: "Popen[str]") -> None:
    build.kill()


def kill_one(chance: random.Random, build: "Popen[str]") -> None:
    """Kill any process of the build but its main one: a worker, the fork server, an engine.

    Python's own resource tracker is left alone: without it Python prints tracebacks at the end of a
    build that is sound.
    """
    below = psutil.Process(build.pid).children(recursive=True)
    if found := [one for one in below if "resource_tracker" not in " ".join(one.cmdline())]:
        chance.choice(found).kill()


def starve_one(chance: random.Random, build: "Popen[str]") -> None:
    if found := workers_of(build.pid):
        worker = chance.choice(found)
        room = worker.memory_info().vms + chance.randrange(1 << 26)
        resource.prlimit(worker.pid, resource.RLIMIT_AS, (room, room))


def own_lines(ended: Ended) -> list[str]:
    """Return what our program said on standard error, of all that stands there.

    Python tells of a Ctrl-C that comes before any line of ours runs, and GLib of a thread that a
    starved worker was refused.
    """
    if ended.code == -signal.SIGINT and f"{os.sep}dreiebok{os.sep}" not in ended.errors:
        return []
    return [one for one in ended.errors.splitlines() if one and "GLib-ERROR" not in one]


def interrupt(chance: random.Random, build: "Popen[str]") -> None:
    os.killpg(build.pid, signal.SIGINT)


HARMS: tuple[Harm, ...] = (kill_all, kill_main, kill_one, starve_one, interrupt)


def spoil_a_file(chance: random.Random, work: Path) -> None:
    """Flip bits of a random file of a work folder, or cut it off."""
    if files := sorted(path for path in work.rglob("*") if path.is_file() and path.stat().st_size):
        path = chance.choice(files)
        data = bytearray(path.read_bytes())
        if chance.random() < 0.5:
            del data[chance.randrange(len(data)) :]
        else:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(data))


def campaign(rounds: int, seed: int) -> Counter[str]:
    """Go through all rounds; return how often each harm ended with each exit code."""
    chance, counts = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="dreiebok-faults-") as folder:
        book = copy_book("minimal", Path(folder) / "book")
        began = time.monotonic()
        assert run(book).code == 0
        lasts = time.monotonic() - began
        good = tree(book / "site")
        shown = sentence_of(book / "site", good)
        for number in range(rounds):
            harm = HARMS[number % len(HARMS)]
            if number % 3 == 0:
                spoil_a_file(chance, book / "build")
            write_sentence(book, f"for gang {number}")
            build = begin(book, "--quiet")
            try:
                build.wait(chance.uniform(0, lasts))
            except TimeoutExpired:
                with suppress(ProcessLookupError, psutil.NoSuchProcess):
                    harm(chance, build)
            ended = end(build)
            counts[f"{harm.__name__}: {ended.code}"] += 1
            assert ended.code in {0, 3, 130, -signal.SIGINT, -signal.SIGKILL}, ended
            told = own_lines(ended)
            assert len(told) <= 2, ended
            assert "Traceback" not in "".join(told), ended
            now = sentence_of(book / "site", good)
            new = f"Vi gjør noe for gang {number}."
            assert now == new if ended.code == 0 else now in {shown, new}, (now, ended)
            if "as it was" in ended.errors:
                assert now == shown, (now, ended)
            shown = now
            if number % 10 == 9 or number == rounds - 1:
                ended = run(book, "--quiet")
                assert (ended.code, ended.errors) == (0, ""), ended
                assert left_behind(book) == []
                warm = tree(book / "site")
                fresh = Path(folder) / "fresh"
                shutil.copytree(book, fresh)
                for made in ("build", "site"):
                    shutil.rmtree(fresh / made)
                ended = run(fresh, "--quiet")
                assert ended.code == 0, ended
                assert tree(fresh / "site") == warm
                shutil.rmtree(fresh)
                shown = sentence_of(book / "site", good)
                print(f"{number + 1} of {rounds}: {dict(counts)}", file=sys.stderr, flush=True)
    return counts


def main() -> None:
    """Read the command line, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    for name, count in sorted(campaign(options.rounds, options.seed).items()):
        print(f"{count:5} {name}")


if __name__ == "__main__":
    main()
