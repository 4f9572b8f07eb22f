"""What the machine lacks is found, installed where allowed, and else named with its commands."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dreiebok import machine
from dreiebok.machine import describe, install
from dreiebok.needs import CHROMIUM, LIBRARIES, NEEDS, PDFTOPPM, WISHES, Kind, Need
from dreiebok.problems import ExitCode, MissingOnMachine

ROOT = Path(__file__).parent.parent
SUBSET = next(need for need in LIBRARIES if need.title == "HarfBuzz-Subset")
NOWHERE = Need("Nothing", Kind.LIBRARY, ("libnowhere.so.9",), "a", "b", "c")


class Apt:
    """Stands in for the shell: notes each command and answers from a list of exit codes."""

    def __init__(self, *codes: int) -> None:
        """Answer with these codes in turn, then with 0."""
        self.codes = list(codes)
        self.commands: list[str] = []

    def __call__(self, command: Sequence[str]) -> tuple[int, str]:
        """Run nothing."""
        self.commands.append(" ".join(command))
        return (self.codes.pop(0) if self.codes else 0), f"said {len(self.commands)}\n"


def test_a_machine_that_runs_the_tests_lacks_nothing() -> None:
    assert machine.find_missing("test") == ()


@pytest.mark.parametrize("need", NEEDS["test"], ids=lambda need: need.title)
def test_each_need_names_a_package_for_every_system(need: Need) -> None:
    assert need.names
    assert all((need.debian, need.fedora, need.homebrew))


def test_a_library_that_does_not_load_is_missing() -> None:
    assert not machine.is_here(NOWHERE)


def test_a_program_is_found_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "my-chromium"
    own.write_text("#!/bin/sh\n", encoding="utf-8")
    own.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(own))
    assert machine.find_program(CHROMIUM) == own


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", "#!/nowhere\n"])
def test_a_program_that_only_says_where_the_real_one_is_is_none(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "chromium"
    stub.write_text(script, encoding="utf-8")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    only = replace(CHROMIUM, names=("chromium",))
    assert machine.find_program(only) is None
    assert machine.find_program(replace(only, tried=())) == stub
    assert not machine.is_here(only)


def test_the_message_gives_each_system_its_command() -> None:
    assert describe([LIBRARIES[0], LIBRARIES[1], SUBSET]) == (
        "This machine lacks what Dreiebok needs: Pango, PangoFT2, HarfBuzz-Subset.\n"
        "Install it, then run the same command again:\n"
        "  Debian, Ubuntu: sudo apt-get install"
        " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
        "  Fedora:         sudo dnf install pango harfbuzz\n"
        "  macOS:          brew install pango harfbuzz\n"
        "On macOS with a Python that is not Homebrew's, also run\n"
        '  export DYLD_FALLBACK_LIBRARY_PATH="$(brew --prefix)/lib"'
    )


def test_ubuntu_has_a_line_of_its_own_where_its_package_differs() -> None:
    assert describe([CHROMIUM, PDFTOPPM]) == (
        "This machine lacks what Dreiebok needs: Chromium or Google Chrome, pdftoppm.\n"
        "Install it, then run the same command again:\n"
        "  Debian:         sudo apt-get install chromium poppler-utils\n"
        "  Ubuntu:         sudo apt-get install chromium-browser poppler-utils\n"
        "  Fedora:         sudo dnf install chromium poppler-utils\n"
        "  macOS:          brew install poppler && brew install --cask google-chrome\n"
        "If Chromium or Google Chrome lies elsewhere, put its path in CHROMIUM.\n"
        "Ubuntu's Chromium is a snap, which containers cannot run: install Google Chrome there."
    )


def test_package_lists_are_left_alone_when_the_first_try_succeeds() -> None:
    apt = Apt(0)
    assert install([SUBSET], ("sudo", "-n"), is_ubuntu=False, run=apt) == ""
    (command,) = apt.commands
    assert command.startswith("sudo -n apt-get ")
    assert command.endswith(" install -y --no-install-recommends libharfbuzz-subset0")


def test_package_lists_are_fetched_when_the_first_try_fails() -> None:
    apt = Apt(100, 0, 0)
    assert install([CHROMIUM], (), is_ubuntu=True, run=apt) == ""
    assert [command.rsplit(maxsplit=1)[1] for command in apt.commands] == [
        "chromium-browser",
        "update",
        "chromium-browser",
    ]


def test_what_apt_get_said_is_kept_when_it_fails() -> None:
    assert install([SUBSET], (), is_ubuntu=False, run=Apt(100, 0, 100)) == "said 2\nsaid 3"


def test_what_is_nice_to_have_is_tried_once_and_missed_by_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    apt = Apt(100)
    monkeypatch.setitem(NEEDS, "test", ())
    monkeypatch.setitem(WISHES, "test", (NOWHERE,))
    monkeypatch.setattr(machine, "find_privilege", lambda: ("sudo", "-n"))
    monkeypatch.setattr(machine, "_is_ubuntu", lambda: False)
    monkeypatch.setattr(machine.add_if_possible, "__defaults__", (apt,))
    assert machine.main(["--for", "test", "--install", "--quiet"]) == ExitCode.OK
    (command,) = apt.commands
    assert command.endswith(" install -y --no-install-recommends a")
    monkeypatch.setattr(machine, "_is_ubuntu", lambda: True)
    assert machine.main(["--for", "test", "--install", "--quiet"]) == ExitCode.OK
    assert machine.main(["--for", "test", "--quiet"]) == ExitCode.OK
    assert (len(apt.commands), *capsys.readouterr()) == (1, "", "")


def test_without_root_or_sudo_apt_get_is_not_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert machine.find_privilege(Apt(1)) is None
    assert machine.find_privilege(Apt(0)) == (
        "sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive",
    )  # fmt: skip
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert machine.find_privilege(Apt()) == ()
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert machine.find_privilege(Apt()) is None


def test_what_cannot_be_installed_is_named_and_exits_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(NEEDS, "site", (NOWHERE,))
    monkeypatch.setattr(machine, "find_privilege", lambda: None)
    assert machine.main(["--for", "site", "--install"]) == ExitCode.MISSING
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("This machine lacks what Dreiebok needs: Nothing.\n")


def test_an_import_that_fails_names_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NEEDS, "site", (NOWHERE,))
    with (
        pytest.raises(MissingOnMachine, match="lacks what Dreiebok needs: Nothing"),
        machine.explaining_missing_libraries(),
    ):
        raise OSError("cannot load library 'nowhere'")


def test_an_import_that_fails_though_all_is_there_keeps_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(NEEDS, "site", ())
    with (
        pytest.raises(MissingOnMachine, match="wrong ELF class"),
        machine.explaining_missing_libraries(),
    ):
        print("WeasyPrint could not import some external libraries.")
        raise OSError("wrong ELF class")
    assert capsys.readouterr().out == ""


def test_it_runs_before_any_package_is_installed() -> None:
    # -S leaves out site-packages, -E the environment's additions.
    command = [sys.executable, "-S", "-E", "-m", "dreiebok.machine", "--for", "site"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "This machine has everything that Dreiebok needs.\n"
