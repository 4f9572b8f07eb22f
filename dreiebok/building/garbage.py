"""Clears away what templates leave behind, a language at a time."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def clearing() -> Iterator[Callable[[], object]]:
    """Give what clears the garbage away of what is made from now on.

    Jinja's macros hold each other in circles, and with them the records of their language. Python
    by itself looks for circles when a quarter of all objects are new, which is some languages
    later. What was there before is passed over, so that it takes hundredths of a second.
    """
    gc.freeze()
    try:
        yield gc.collect
    finally:
        gc.unfreeze()
