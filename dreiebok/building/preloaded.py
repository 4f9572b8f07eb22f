"""Imports the renderers, in the process that workers are forked from and in every worker.

What this machine lacks is not said here, where nobody listens: the task that needs it says so. It
may be anything: Python answers a lack of memory with a SyntaxError in a sound file.
"""

from contextlib import suppress

with suppress(Exception):
    import dreiebok.website.engines
with suppress(Exception):
    import dreiebok.press.weasyprint_  # noqa: F401
