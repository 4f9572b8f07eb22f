"""Imports the renderers, in the process that workers are forked from and in every worker.

What this machine lacks is not said here, where nobody listens: the task that needs it says so.
"""

from contextlib import suppress

import dreiebok.website.engines
from dreiebok.problems import MissingOnMachine

with suppress(MissingOnMachine):
    import dreiebok.press.weasyprint_  # noqa: F401
