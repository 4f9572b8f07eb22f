"""Values in little room: those that many things hold, or that travel far, and that few ask for."""

import pickle
import zlib
from functools import lru_cache
from typing import Any


def pack_values(values: object) -> bytes:
    """Return values in a quarter of their room, as one piece; no bytes where there are none."""
    return zlib.compress(pickle.dumps(values), level=1) if values else b""


@lru_cache(2)
def unpack_values(data: bytes) -> Any:
    """Return what was packed by this program, here or where a task comes from; None of no bytes."""
    # As safe as the task itself, which crosses to workers in the same way.
    return pickle.loads(zlib.decompress(data)) if data else None  # noqa: S301
