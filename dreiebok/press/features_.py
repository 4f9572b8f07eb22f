"""Font features whose memory is given back: WeasyPrint 70 keeps it for each piece of text.

For text with features, such as figures of one width, `text.line_break.Layout` makes a list of
attributes that nobody frees, so a worker grew by a third of a MB a booklet. Here the list is
Python's, which lets go of it; Pango holds it as long as it needs it. A later WeasyPrint that frees
its own finds nothing to do.
"""

from typing import Any

from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, pango

_features_of = line_break.font_features
_set_up = line_break.Layout.setup
_ASKED = (
    "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
    "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian",
    "font_feature_settings",
)  # fmt: skip
"""Properties that features come from, in the order in which WeasyPrint gives them."""


def none(*_: Any) -> dict[str, int]:
    """Return no features, so that WeasyPrint makes no list."""
    return {}


def set_up(layout: Any, style: Any) -> None:
    """Begin a piece of text in a style, with the features that this asks for."""
    _set_up(layout, style)
    features = _features_of(*(style[name] for name in _ASKED))
    if features:
        words = ",".join(f"{name} {value}" for name, value in features.items())
        # Freed with the list.
        attribute = pango.pango_attr_font_features_new(words.encode())
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        pango.pango_attr_list_insert(attributes, attribute)
        pango.pango_layout_set_attributes(layout.layout, attributes)


def let_go_of_features() -> None:
    """Let WeasyPrint give back the memory of font features."""
    line_break.font_features = none
    line_break.Layout.setup = set_up
