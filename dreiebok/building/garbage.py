"""Clears away what templates leave behind, when a language is done and at no other time."""

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


@contextmanager
def unwatched() -> Iterator[None]:
    """Let Python look for no circles while something is made that is wanted to its end.

    It would walk over hundreds of thousands of objects a few times: a tenth of the time of a plan
    (`clearing` is for what a plan leaves behind).
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # All of it is old now: else the next look, which is at what is new, would be at all of it.
        gc.freeze()
        gc.unfreeze()
        if was:
            gc.enable()
