"""Imports the renderers, in the process that workers are forked from and in every worker.

What this machine lacks is not said here, where nobody listens: the task that needs it says so. It
may be anything: Python answers a lack of memory with a SyntaxError in a sound file.
"""

import gc
from contextlib import suppress

with suppress(Exception):
    import dreiebok.website.engines
with suppress(Exception):
    import dreiebok.press.weasyprint_  # noqa: F401
# Workers share it, and neither they nor this process need look for garbage in it, least of all when
# they end: that took a tenth of a second of every build.
gc.freeze()
