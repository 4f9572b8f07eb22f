"""The cache: finished PDFs and sites under the fingerprint of all that could change them.

An entry, its facts too, is checked against its own digest when it is read; a damaged one counts as
missing.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from dreiebok.building.paths import real
from dreiebok.building.writing import clear_folder, make_folder, write_atomically
from dreiebok.keeping import fingerprint

USERS = "users"
"""The folder in which a cache remembers who needs which entries."""


class Cache:
    """Files under a folder, by fingerprint. Writing is atomic; reading never fails loudly."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made when something is stored."""
        self.folder = folder

    def load(self, key: str) -> tuple[bytes, dict[str, Any]] | None:
        """Return an entry's bytes and facts, or None when it is missing or damaged."""
        try:
            facts = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            data = (self.folder / f"{key}.bin").read_bytes()
        except (OSError, ValueError, RecursionError):
            return None
        digest = hashlib.sha256(data).hexdigest()
        if not isinstance(facts, dict) or facts.pop("sha256", "") != _sealed(key, digest, facts):
            return None
        return data, facts

    def holds(self, key: str) -> bool:
        """Tell whether there is an entry, which may turn out to be damaged."""
        return (self.folder / f"{key}.json").is_file()

    def store(
        self, key: str, data: bytes | Callable[[BinaryIO], object], facts: dict[str, Any]
    ) -> None:
        """Keep facts, and bytes or what writes them."""
        make_folder(self.folder)
        path = self.folder / f"{key}.bin"
        write_atomically(path, data)
        if callable(data):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        else:
            digest = hashlib.sha256(data).hexdigest()
        text = json.dumps({**facts, "sha256": _sealed(key, digest, facts)}, ensure_ascii=False)
        write_atomically(self.folder / f"{key}.json", text.encode())

    def drop(self, key: str) -> None:
        """Throw an entry away, unless an edition needs it."""
        if key not in self._needed():
            for ending in ("json", "bin"):
                (self.folder / f"{key}.{ending}").unlink(missing_ok=True)

    def note(self, user: Path, keys: Iterable[str]) -> None:
        """Remember which entries the edition of a folder needs, instead of those it needed before.

        Several organisations may share one cache: none may throw away what another one uses.
        """
        text = json.dumps({"folder": str(real(user)), "keys": sorted(keys)})
        name = hashlib.sha256(os.fsencode(real(user))).hexdigest()[:32]
        write_atomically(self.folder / USERS / f"{name}.json", text.encode())

    def sweep(self) -> None:
        """Drop every entry that no edition needs."""
        needed = self._needed()
        for path in self.folder.glob("[!.]*.*"):
            if path.is_file() and path.name.partition(".")[0] not in needed:
                path.unlink(missing_ok=True)

    def _needed(self) -> set[str]:
        """Return the keys that editions have noted; one whose folder is gone needs none."""
        needed: set[str] = set()
        for path in self.folder.glob(f"{USERS}/*.json"):
            try:
                noted = json.loads(path.read_text(encoding="utf-8"))
                keys = set(noted["keys"]) if Path(noted["folder"]).is_dir() else None
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                keys = None
            if keys is None:
                path.unlink(missing_ok=True)
            else:
                needed |= keys
        return needed

    def clear(self) -> None:
        """Remove what killed builds left half-written."""
        clear_folder(self.folder)
        clear_folder(self.folder / USERS)


class Values:
    """A shelf in a cache for values that this program's functions give; `keys` are those needed.

    Another version of the program has its own.
    """

    def __init__(self, cache: Cache, program: str) -> None:
        """Use a cache and the fingerprint of the program."""
        self._cache, self._program = cache, program
        self.keys: set[str] = set()

    def need(self, name: str) -> None:
        """Note that a value is asked for."""
        self.keys.add(self._key(name))

    def load(self, name: str) -> bytes | None:
        """Return a value, or None where it is missing or damaged."""
        entry = self._cache.load(self._key(name))
        return entry[0] if entry else None

    def store(self, name: str, data: bytes) -> None:
        """Keep a value."""
        self._cache.store(self._key(name), data, {})

    def _key(self, name: str) -> str:
        return fingerprint("value", self._program, name)


def _sealed(key: str, digest: str, facts: dict[str, Any]) -> str:
    """Return the digest of an entry: under another key, or with other facts, it is another one."""
    return fingerprint(key, digest, json.dumps(facts, sort_keys=True))
