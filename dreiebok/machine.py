"""Looks for what the machine must have (`needs.py`), and installs it where that is allowed.

Runs with a bare `python3`, from the standard library alone, since `make` asks it first:
`python3 -m dreiebok.machine --for site --install`. It installs through apt-get where that is
allowed (root, or sudo without a password); elsewhere it names what is missing, with the command
for Debian and Ubuntu, Fedora and macOS, and exits 3. It installs no Python package.
"""

import argparse
import contextlib
import ctypes
import ctypes.util
import importlib.util
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from dreiebok.needs import DICTIONARIES, NEEDS, WISHES, Kind, Need
from dreiebok.problems import ExitCode, MissingOnMachine

# Another apt-get may be at work, such as a fresh machine's own upgrades: wait for it (seconds).
APT_GET = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "APT::Color=0")
OS_RELEASE = Path("/etc/os-release")

Run = Callable[[Sequence[str]], tuple[int, str]]
"""Runs a command; returns its exit code and everything it printed."""


def find_program(need: Need) -> Path | None:
    """Return where the program of a need is, or None."""
    own = os.environ.get(need.variable) if need.variable else None
    for name in (own, *need.names):
        if name and (found := shutil.which(name)) and _ends_well(found, need.tried):
            return Path(found)
    return None


def _ends_well(program: str, arguments: Sequence[str]) -> bool:
    """Try a program: a package may hold only a word about where the real one is."""
    try:
        return not arguments or run_quietly((program, *arguments))[0] == 0
    except OSError:
        return False


def is_here(need: Need) -> bool:
    """Look for one need on this machine, the way it will be looked for when it is used."""
    match need.kind:
        case Kind.LIBRARY:
            return any(map(_loads, need.names))
        case Kind.MODULE:
            return all(importlib.util.find_spec(name) is not None for name in need.names)
        case Kind.PROGRAM:
            return find_program(need) is not None
        case Kind.DICTIONARY:
            own = os.environ.get(need.variable, "").split(os.pathsep)
            folders = [Path(folder).expanduser() for folder in (*own, *DICTIONARIES) if folder]
            return any((folder / name).is_file() for folder in folders for name in need.names)


def _loads(name: str) -> bool:
    """Try to load a library, since only the loader knows its folders and the right processor."""
    names = [name]
    if name.endswith(".dylib") and sys.platform == "darwin":
        # As cffi does: macOS's loader does not look into Homebrew's folder by itself.
        names.append(ctypes.util.find_library(name.removeprefix("lib").split(".dylib")[0]) or name)
    for candidate in names:
        with contextlib.suppress(OSError):
            ctypes.CDLL(candidate)
            return True
    return False


def find_missing(purpose: str, is_here: Callable[[Need], bool] = is_here) -> tuple[Need, ...]:
    """Return the needs of a purpose (a key of NEEDS) that this machine lacks."""
    return tuple(need for need in NEEDS[purpose] if not is_here(need))


def describe(missing: Iterable[Need]) -> str:
    """Write one message: what is missing, and the command that installs it on each system."""
    needs = tuple(missing)
    apt = "sudo apt-get install "
    debian = apt + _listed(need.debian for need in needs)
    ubuntu = apt + _listed(need.ubuntu or need.debian for need in needs)
    formulas = _listed(need.homebrew for need in needs if not need.is_cask)
    casks = _listed(need.homebrew for need in needs if need.is_cask)
    brew = [f"brew install {formulas}"] * bool(formulas)
    brew += [f"brew install --cask {casks}"] * bool(casks)
    commands = {
        **(
            {"Debian, Ubuntu": debian} if debian == ubuntu else {"Debian": debian, "Ubuntu": ubuntu}
        ),
        "Fedora": "sudo dnf install " + _listed(need.fedora for need in needs),
        "macOS": " && ".join(brew),
    }
    titles = ", ".join(need.title for need in needs)
    lines = [
        f"This machine lacks what Dreiebok needs: {titles}.",
        "Install it, then run the same command again:",
    ]
    lines += [f"  {system + ':':<16}{command}" for system, command in commands.items()]
    if any(need.kind is Kind.LIBRARY for need in needs):
        lines.append("On macOS with a Python that is not Homebrew's, also run")
        lines.append('  export DYLD_FALLBACK_LIBRARY_PATH="$(brew --prefix)/lib"')
    lines += [
        f"If {need.title} lies elsewhere, put its path in {need.variable}."
        for need in needs
        if need.variable
    ]
    lines += [need.note for need in needs if need.note]
    return "\n".join(lines)


def _listed(names: Iterable[str]) -> str:
    """Write each name once, in the order in which they came."""
    return " ".join(dict.fromkeys(names))


def run_quietly(command: Sequence[str]) -> tuple[int, str]:
    """Run a command that asks nothing; return its exit code and what it printed."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def find_privilege(run: Run = run_quietly) -> tuple[str, ...] | None:
    """Return what must stand before apt-get here, or None where it may not be used."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and run(("sudo", "-n", "true"))[0] == 0:
        return ("sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive")
    return None


def install(
    missing: Iterable[Need], privilege: Sequence[str], is_ubuntu: bool, run: Run = run_quietly
) -> str:
    """Install the needs through apt-get; return what apt-get said if it failed, else "".

    The package lists are fetched anew only when the first try fails: a bare machine has none, and
    on any other a slow or broken archive of somebody else's should not stand in the way.
    """
    needs = tuple(missing)
    packages = dict.fromkeys((is_ubuntu and need.ubuntu) or need.debian for need in needs)
    command = (*privilege, *APT_GET, "install", "-y", "--no-install-recommends", *packages)
    if run(command)[0] == 0:
        return ""
    _, said_before = run((*privilege, *APT_GET, "update"))
    code, said = run(command)
    return "" if code == 0 else f"{said_before}{said}".strip() or f"apt-get exited with {code}"


def add_if_possible(
    wishes: Iterable[Need], privilege: Sequence[str], run: Run = run_quietly
) -> None:
    """Install through apt-get what is nice to have, if it can be had at once."""
    packages = [need.debian for need in wishes]
    at_once = ("DPkg::Lock::Timeout=0", "Acquire::Retries=0", "Acquire::http::Timeout=10")
    wanted = ("install", "-y", "--no-install-recommends", *packages)
    run((*privilege, *APT_GET, *(word for one in at_once for word in ("-o", one)), *wanted))


@contextlib.contextmanager
def explaining_missing_libraries() -> Iterator[None]:
    """Turn the OSError of a library that does not load into MissingOnMachine.

    Wrap the import of WeasyPrint in it. WeasyPrint's own advice, which it prints, is held back.
    """
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            yield
        except OSError as error:
            raise explain(error) from error


def explain(error: OSError) -> MissingOnMachine:
    """Say what the machine lacks that WeasyPrint could not load, and how to install it."""
    missing = find_missing("site")
    # All loads here and yet not there: only the loader's own words can help.
    return MissingOnMachine(
        describe(missing) if missing else f"WeasyPrint cannot load a system library: {error}"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Check the machine, install if asked and allowed; return 0 or 3."""
    parser = argparse.ArgumentParser(
        prog="python3 -m dreiebok.machine",
        description="Find, and with --install add, what Dreiebok needs from the system.",
    )
    parser.add_argument("--for", dest="purpose", choices=tuple(NEEDS), default="site")
    parser.add_argument("--install", action="store_true", help="use apt-get where allowed")
    parser.add_argument("--quiet", action="store_true", help="say nothing if nothing is missing")
    options = parser.parse_args(argv)
    missing = find_missing(options.purpose)
    said = ""
    if missing and options.install and (privilege := find_privilege()) is not None:
        titles = ", ".join(need.title for need in missing)
        print(f"Installing with apt-get: {titles}", flush=True)
        said = install(missing, privilege, is_ubuntu=_is_ubuntu())
        # An import system that has looked into a folder once may not see what came into it.
        importlib.invalidate_caches()
        missing = find_missing(options.purpose)
    if missing:
        print(describe(missing), file=sys.stderr)
        if said:
            print(f"\napt-get was tried here and said:\n{said}", file=sys.stderr)
        return ExitCode.MISSING
    wishes = tuple(need for need in WISHES[options.purpose] if not is_here(need))
    if (
        wishes
        and options.install
        and not _is_ubuntu()
        and (privilege := find_privilege()) is not None
    ):
        add_if_possible(wishes, privilege)
    if not options.quiet:
        print("This machine has everything that Dreiebok needs.")
    return ExitCode.OK


def _is_ubuntu() -> bool:
    """Tell Ubuntu and its children from Debian: there, Chromium has another package name."""
    try:
        lines = OS_RELEASE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return any("ubuntu" in line for line in lines if line.startswith(("ID=", "ID_LIKE=")))


if __name__ == "__main__":
    sys.exit(main())
