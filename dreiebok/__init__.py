"""Dreiebok: one structured handbook in, a searchable website and print-ready, fillable PDFs out.

The folders are the stages, in the order in which one sentence of YAML walks through them;
`docs/architecture.md` follows such a sentence all the way. This file stays empty of imports, so
that `python -m dreiebok.machine` runs before any package is installed.
"""

__version__ = "0.1.0"
