"""Ctrl-C stands in line with the tasks that end, so that it never hits a lock."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from dreiebok.building.arrivals import Arrivals, later_interrupts

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="there os.kill ends a process")

# Tasks of no length are handed out and waited for, while Ctrl-C comes at any moment.
HAMMERED = """
import os, random, signal, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from dreiebok.building.arrivals import Arrivals

def hammer(stop):
    dice = random.Random(int(sys.argv[1]))
    while not stop.wait(dice.random() / 500):
        os.kill(os.getpid(), signal.SIGINT)

count = 0
until = time.monotonic() + 2
with ThreadPoolExecutor(2) as pool:
    while time.monotonic() < until:
        stop = threading.Event()
        hammering = threading.Thread(target=hammer, args=(stop,), daemon=True)
        line = Arrivals()
        try:
            with line.with_interrupts():
                hammering.start()
                for _ in range(20):
                    line.expect(pool.submit(int))
                while True:
                    line.next()
        except KeyboardInterrupt:
            count += 1
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            stop.set()
            hammering.join()
            signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
print(count)
"""


def test_tasks_come_in_the_order_in_which_they_end() -> None:
    line, tasks = Arrivals(), [Future[int]() for _ in range(3)]
    tasks[1].set_result(1)  # Before it is expected.
    for task in tasks:
        line.expect(task)
    tasks[2].set_exception(ValueError("x"))
    tasks[0].set_result(0)
    assert [line.next() for _ in tasks] == [tasks[1], tasks[2], tasks[0]]


@WINDOWS
def test_ctrl_c_is_raised_where_the_line_is_waited_for() -> None:
    line, done = Arrivals(), Future[int]()
    with pytest.raises(KeyboardInterrupt), line.with_interrupts():
        os.kill(os.getpid(), signal.SIGINT)
        reached = "the next line"
        done.set_result(1)
        line.expect(done)
        line.next()
    assert reached == "the next line"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@WINDOWS
def test_ctrl_c_wakes_who_waits_for_the_line() -> None:
    line = Arrivals()
    soon = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt), line.with_interrupts():
        soon.start()
        line.next()
    soon.join()


@WINDOWS
def test_ctrl_c_that_nobody_waited_for_is_not_lost() -> None:
    with pytest.raises(KeyboardInterrupt), later_interrupts():
        os.kill(os.getpid(), signal.SIGINT)
        reached = "the end"
    assert reached == "the end"


@WINDOWS
def test_where_ctrl_c_is_ignored_it_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with later_interrupts():
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_leaves_it_alone() -> None:
    def answer() -> object:
        with later_interrupts():
            return signal.getsignal(signal.SIGINT)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(answer).result() is signal.default_int_handler


@WINDOWS
@pytest.mark.parametrize("seed", ["1", "2"])
def test_ctrl_c_at_any_moment_leaves_no_lock_behind(seed: str) -> None:
    """With `concurrent.futures.wait` in its place one run of three hung."""
    ended = subprocess.run(
        [sys.executable, "-c", HAMMERED, seed],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert int(ended.stdout) > 20
