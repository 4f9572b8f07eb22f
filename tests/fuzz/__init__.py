"""Inputs that nobody would write: `python -m tests.fuzz` (docs/security.md, “Fuzzing”).

`targets.py` says what is read and what must hold of it, `mutating.py` makes inputs, `guarding.py`
watches one input, `found/` keeps every input that once did harm: the tests read those again.
"""
