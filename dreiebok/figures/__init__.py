"""Figures as data become SVG: `draw` is the door. Pure; nothing here measures in a browser.

Sizes are in user units of the drawing: 600 wide on a page, 340 on a phone, text at 16.
"""

from dreiebok.figures.drawing import Layout, Palette, draw

__all__ = ["Layout", "Palette", "draw"]
