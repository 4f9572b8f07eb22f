"""Watches one input: no exception, no more than 5 s, no more than 500 MB.

The time is that of the processor, so that other work on the machine is not found fault with; what
waits for something is given twelve times as long.
"""

import os
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from types import FrameType

import psutil

SECONDS = 5.0
PATIENCE = 12
MEMORY = 500_000_000


class Hang(BaseException):
    """Reading takes longer than it may; no `except Exception` may catch it."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise Hang


def confine() -> None:
    """Hold this process to the memory it has now, and 500 MB; after that Python raises MemoryError.

    Address space is more than memory: what passes here stays below the limit for certain.
    """
    room = psutil.Process(os.getpid()).memory_info().vms + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(1000)


def finding(read: Callable[[bytes], None], data: bytes) -> str:
    """Return what is wrong with how an input is read; nothing where it is as it should be."""
    signal.signal(signal.SIGPROF, _ring)
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, SECONDS * PATIENCE)
    began = time.process_time()
    try:
        read(data)
    except Hang:
        return f"no answer within {SECONDS:g} s"
    except MemoryError:
        return f"more than {MEMORY // 10**6} MB of memory"
    except KeyboardInterrupt:
        raise
    except BaseException:
        return traceback.format_exc(limit=-6)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    # A library's own code hears no signal until it is done.
    took = time.process_time() - began
    return f"{took:.1f} s" if took > SECONDS else ""
