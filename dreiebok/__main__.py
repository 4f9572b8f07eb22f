"""Lets `python -m dreiebok` do what the command `dreiebok` does."""

import sys

from dreiebok.cli import run

if __name__ == "__main__":
    sys.exit(run())
