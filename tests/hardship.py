"""Real faults for builds: signals, full disks, missing rights; and what must hold after each.

Nothing here is a stand-in. Where a machine does not allow one means (a file system of our own needs
root), another real limit of the system takes its place, and its name says which.
"""

import ctypes
import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.projects import ROOT, tree

SENTENCE = re.compile(r"Vi gjør noe[^.<]*\.")
"""Stands in the script of the tiny book; shown by its page, its search and most of its PDFs."""
DERIVED = ("manifest.json", "/print-codes.js", "/meeting-worker.js")
"""Files with digests or codes of prints and pages, which follow from the texts."""
_PR_CAPBSET_DROP = 24
_RIGHTS_OF_ROOT = {"CAP_DAC_OVERRIDE": 1, "CAP_DAC_READ_SEARCH": 2, "CAP_FOWNER": 3}
"""What lets root write where it may not (linux/capability.h)."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code and what it said."""

    code: int
    said: str
    errors: str


def begin(
    project: Path,
    *options: str,
    limit: Callable[[], None] | None = None,
    prefix: tuple[str, ...] = (),
    command: str = "build",
    **environment: str,
) -> "subprocess.Popen[str]":
    """Start a command in a session of its own; `limit` runs in it before Python does."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", "dreiebok", command, *options],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=limit,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def end(process: "subprocess.Popen[str]") -> Ended:
    """Wait for a command and for all its workers, which hold the same pipes."""
    said, errors = process.communicate(timeout=300)
    return Ended(process.returncode, said, errors)


def run(project: Path, *options: str, **how: object) -> Ended:
    """Run a command to its end."""
    return end(begin(project, *options, **how))  # type: ignore[arg-type]


def write_sentence(project: Path, words: str) -> None:
    """Change the sentence in the script of the tiny book."""
    source = project / "content" / "manus.yml"
    text, count = SENTENCE.subn(f"Vi gjør noe {words}.", source.read_text(encoding="utf-8"))
    assert count
    source.write_text(text, encoding="utf-8")


def sentence_of(site: Path, like: Mapping[str, bytes]) -> str:
    """Return the one sentence that a site shows; fail if the site is not whole, or a mixture.

    `like` is a good site of the same book with another sentence: the same files, and the same bytes
    in all that the manifest does not list and that does not show the sentence.
    """
    found = tree(site)
    assert sorted(found) == sorted(like)
    listed = {one["path"]: one["sha256"] for one in json.loads(found["manifest.json"])["artefacts"]}
    assert listed
    shown: set[str] = set()
    for path, data in found.items():
        if path in listed:
            assert hashlib.sha256(data).hexdigest() == listed[path], path
        here: list[str] = []
        if path.endswith((".html", ".json", ".js")):
            here = _sentences(data)
            assert bool(here) == bool(_sentences(like[path])), path
            shown.update(here)
        if not here and path not in listed and not path.endswith(DERIVED):
            assert data == like[path], path
    (sentence,) = shown
    return sentence


def _sentences(data: bytes) -> list[str]:
    # The engine writes its search as JSON in ASCII.
    return SENTENCE.findall(data.decode().replace("\\u00f8", "ø"))


def left_behind(folder: Path) -> list[str]:
    """Return what is half-written, or on its way out, anywhere in a folder."""
    hidden = (path.relative_to(folder).as_posix() for path in folder.rglob(".*"))
    return sorted(name for name in hidden if ".new-" in name or ".old-" in name)


def workers_of(pid: int) -> list[psutil.Process]:
    """Return the workers of a build: what its fork server, or on other systems itself, began."""
    below = psutil.Process(pid).children(recursive=True)
    parents = {process.ppid() for process in below}
    # The fork server has no children as long as there is no task.
    helpers = {
        process.pid
        for process in below
        if process.ppid() == pid
        and re.search("resource_tracker|forkserver", " ".join(process.cmdline()))
    }
    return [process for process in below if process.pid not in parents | helpers]


def without_rights() -> None:
    """Make root obey the rights of files as everybody does (runs in a new process)."""
    if os.geteuid() == 0:
        library = ctypes.CDLL(None, use_errno=True)
        for number in _RIGHTS_OF_ROOT.values():
            if library.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "cannot drop a right of root")


def another_user() -> tuple[str, tuple[str, ...], dict[str, str]]:
    """Return how to be somebody else: in words, what stands before a command, its surroundings.

    In a user namespace the system calls us nobody. Where it grants none, a process of ours only has
    another name and no home.
    """
    mapped = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
    nobody = {"HOME": "/nonexistent", "USER": "nobody", "LOGNAME": "nobody"}
    if shutil.which("unshare") and not subprocess.run([*mapped, "true"], check=False).returncode:
        return "uid 65534", mapped, nobody
    return "another name and no home", (), nobody


class SmallDisk:
    """A disk with little room, or what comes next to it, and how to give it more."""

    def __init__(self, folder: Path) -> None:
        """Mount a file system at a folder; where that is not allowed, limit the size of files."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.is_mounted = self._mount("size=64k")
        self.room = 1 << 16

    @property
    def means(self) -> str:
        """How the disk is small."""
        return "tmpfs" if self.is_mounted else "RLIMIT_FSIZE"

    @property
    def complaint(self) -> str:
        """What the system says where there is no room."""
        return "No space left on device" if self.is_mounted else "File too large"

    def limit(self) -> None:
        """Limit the files of a process, where the disk itself has no limit (runs in it)."""
        if not self.is_mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.room, self.room))

    def resize(self, room: int) -> None:
        """Let the disk hold that many bytes."""
        self.room = room
        if self.is_mounted:
            assert self._mount(f"remount,size={max(room >> 10, 4)}k")

    def used(self) -> int:
        """Return how many bytes are taken."""
        facts = os.statvfs(self.folder)
        return (facts.f_blocks - facts.f_bfree) * facts.f_frsize

    def close(self) -> None:
        """Unmount it."""
        if self.is_mounted:
            subprocess.run(["umount", str(self.folder)], check=True)

    def _mount(self, options: str) -> bool:
        if os.geteuid() != 0 or not shutil.which("mount"):
            return False
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """Give a small disk, for the time being.

    Its path is short: a socket among the temporary files has a name of a hundred letters at most.
    """
    with tempfile.TemporaryDirectory(prefix="small-") as folder:
        disk = SmallDisk(Path(folder))
        try:
            yield disk
        finally:
            disk.close()
