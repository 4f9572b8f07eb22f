"""`python -m tests.fuzz --cases 1000000`: read that many inputs in all, and keep what does harm.

    --target NAME   only this one        --seed N    the same inputs again
    --jobs N        side by side         --guided    led by coverage (pip install atheris)

What is found lies under tests/fuzz/found/NAME, and its cause is printed once. Exit code 1 where
something was found.
"""

import argparse
import faulthandler
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from tests.fuzz.guarding import confine, finding
from tests.fuzz.mutating import LONGEST, mutate
from tests.fuzz.targets import FOUND, TARGETS

STUCK = 60
"""Seconds after which a process that hears nothing, not even a signal, is ended."""
LED = ("dreiebok", "markdown_it", "babel.messages")
"""The packages whose coverage leads; PyYAML, in C, would miss the classes that it knows."""
KEPT = 3
"""Inputs that are kept of one cause."""


def work(name: str, cases: int, seed: int, current: Path) -> dict[str, list[str]]:
    """Read so many inputs; return those that did harm, as hexadecimal digits, by their cause."""
    target = TARGETS[name]
    chance = random.Random(f"{name} {seed}")
    seeds = [*target.seeds(), *(path.read_bytes() for path in (FOUND / name).glob("*"))]
    for data in seeds:
        target.read(data)  # Loads what is loaded once.
    confine()
    found: dict[str, list[str]] = {}
    with current.open("r+b", buffering=0) as last:
        for number in range(cases):
            if number % 100 == 0:  # It starts a thread.
                faulthandler.dump_traceback_later(STUCK, exit=True)
            data = mutate(chance, seeds, target.words)
            # Whoever ends this process still finds the input.
            last.seek(0)
            last.write(len(data).to_bytes(4, "big") + data)
            if cause := finding(target.read, data):
                kept = found.setdefault(cause, [])
                if len(kept) < KEPT:
                    kept.append(data.hex())
    faulthandler.cancel_dump_traceback_later()
    return found


def guide(name: str, cases: int, seed: int, current: Path) -> dict[str, list[str]]:
    """Read inputs that libFuzzer makes: it goes on from those that reached new code."""
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]

    # What was imported already is not instrumented.
    again = (*LED, "tests.projects", "tests.fuzz.targets", "tests.fuzz.templates")
    for module in [one for one in sys.modules if one.startswith(again)]:
        del sys.modules[module]
    with atheris.instrument_imports(include=list(LED)):
        target = import_module("tests.fuzz.targets").TARGETS[name]
    found: dict[str, list[str]] = {}
    words = target.words

    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(target.seeds()):
            Path(folder, f"seed-{number}").write_bytes(data)
        dictionary = Path(folder).with_suffix(".dict")
        lines = ('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in words)
        dictionary.write_text("".join(lines), encoding="ascii")
        arguments = [
            "fuzz", folder, f"-runs={cases}", f"-seed={seed + 1}", f"-max_len={LONGEST}",
            f"-dict={dictionary}", f"-timeout={STUCK}", "-print_final_stats=1",
            "-rss_limit_mb=2000",
        ]  # fmt: skip
        told = Path(folder).with_suffix(".found")
        told.touch()

        def one(data: bytes) -> None:
            if cause := finding(target.read, data):
                with told.open("a", encoding="utf-8") as file:
                    print(json.dumps([cause, data.hex()]), file=file)

        child = os.fork()
        if not child:
            atheris.Setup(arguments, one)
            confine()
            atheris.Fuzz()  # Ends the process.
        _, status = os.waitpid(child, 0)
        for line in told.read_text(encoding="utf-8").splitlines():
            cause, data = json.loads(line)
            kept = found.setdefault(cause, [])
            if len(kept) < KEPT:
                kept.append(data)
        for path in (told, dictionary):
            path.unlink()
    if status:
        raise SystemExit(f"libFuzzer ended with {os.waitstatus_to_exitcode(status)}")
    return found


def main() -> int:
    """Do what the command line says; see the top of this file."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--target", choices=TARGETS)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--guided", action="store_true")
    parser.add_argument("--work", nargs=2, metavar=("CURRENT", "CASES"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        run = guide if given.guided else work
        print(json.dumps(run(given.target, int(given.work[1]), given.seed, Path(given.work[0]))))
        return 0
    return lead(given)


def lead(given: argparse.Namespace) -> int:
    """Share the cases out to processes; keep and print what they found."""
    print(f"seed {given.seed}")
    shares = []
    for name, target in TARGETS.items():
        if given.target in {None, name}:
            cases = given.cases if given.target else round(given.cases * target.share)
            shares += [(name, cases // given.jobs, given.seed + job) for job in range(given.jobs)]
    began = time.monotonic()
    with ThreadPoolExecutor(given.jobs) as threads:
        results = list(threads.map(lambda share: run_one(*share, guided=given.guided), shares))
    harm = 0
    for name in dict.fromkeys(name for name, *_ in shares):
        mine = [r for (n, *_), r in zip(shares, results, strict=True) if n == name]
        causes = {cause: inputs for _, found in mine for cause, inputs in found.items()}
        cases = sum(c for n, c, _ in shares if n == name)
        print(f"{name}: {cases} cases, {sum(t for t, _ in mine):.0f} s, {len(causes)} causes")
        for cause, inputs in causes.items():
            harm += 1
            print(f"  {cause.strip()}".replace("\n", "\n  "))
            for data in map(bytes.fromhex, inputs):
                path = FOUND / name / hashlib.sha256(data).hexdigest()[:12]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                print(f"  kept: {path.relative_to(Path.cwd())}")
    cases = sum(cases for _, cases, _ in shares)
    print(f"{cases} cases in {time.monotonic() - began:.0f} s, {harm} findings")
    return int(harm > 0)


def run_one(
    name: str, cases: int, seed: int, *, guided: bool
) -> tuple[float, dict[str, list[str]]]:
    """Run a share in a process of its own; return its seconds and what it found."""
    began = time.monotonic()
    with tempfile.NamedTemporaryFile() as current:
        command = [sys.executable, "-m", "tests.fuzz", "--target", name, "--seed", str(seed)]
        command += ["--work", current.name, str(cases), *(["--guided"] if guided else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        took = time.monotonic() - began
        try:
            found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            held = io.BytesIO(Path(current.name).read_bytes())
            data = held.read(int.from_bytes(held.read(4), "big"))
            found = {f"the process ended ({done.returncode}): {done.stderr[-1500:]}": [data.hex()]}
        return took, found


if __name__ == "__main__":
    sys.exit(main())
