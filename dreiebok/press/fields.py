"""What the dictionary of a form field in a PDF says (ISO 32000-1, 12.7): flags, and the font."""

import re
from typing import Any

READ_ONLY, REQUIRED = 1, 2
"""Flags of any field (12.7.3.1)."""
FONT = re.compile(rb"/(\S+) ([\d.]+) Tf")
"""The font's name and its size in pt, in a default appearance (12.7.3.3)."""
_MULTILINE = 1 << 12
"""Flag of a text field (12.7.4.3)."""


def is_multiline(field: Any) -> bool:
    """Tell whether a field, as pikepdf reads it, takes text of several lines."""
    return bool(field.FT == "/Tx" and int(field.get("/Ff", 0)) & _MULTILINE)
