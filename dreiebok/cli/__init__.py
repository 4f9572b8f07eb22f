"""The command line: options, exit codes, and what the terminal shows. Decides nothing else."""

from dreiebok.cli.console import Console
from dreiebok.cli.options import make_parser
from dreiebok.cli.running import main

__all__ = ["Console", "main", "make_parser"]
