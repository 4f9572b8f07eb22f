"""Lengths as PDF, CSS and paper count them: points, pixels and millimetres."""

PT_PER_MM = 72 / 25.4
PT_PER_PX = 72 / 96
PX_PER_MM = 96 / 25.4


def to_mm(length_pt: float) -> float:
    """Return a length in mm, to a tenth."""
    return round(length_pt / PT_PER_MM, 1)
