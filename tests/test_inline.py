"""Inline Markdown: one meaning for page and card, and nothing that a text could break out of."""

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiebok.inline import _parsed, _parts, links, to_html, to_markdown, to_plain


def resolve(element: str) -> str | None:
    return f"page.md#{element}" if element.startswith("mg-") else None


def engine(text: str) -> str:
    """Render a text as the website's engine would."""
    extensions = ["attr_list", "md_in_html", "tables", "toc"]
    return str(markdown.markdown(to_markdown(text, resolve), extensions=extensions))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("To *ord* og **ett**", "To <em>ord</em> og <strong>ett</strong>"),
        ("3 < 4 & 5 > 4", "3 &lt; 4 &amp; 5 &gt; 4"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("se [steg 5](#mg-steg-5)", 'se <a href="page.md#mg-steg-5">steg 5</a>'),
        ("se [borte](#xx-borte)", "se borte"),
        ("[x](javascript:alert(1))", "x"),
        ("`kode <b>`", "<code>kode &lt;b&gt;</code>"),
        ("snake_case og 2*3*4", "snake_case og 2<em>3</em>4"),
        (r"\*ikke\*", "*ikke*"),
    ],
)
def test_texts_become_html(text: str, html: str) -> None:
    assert to_html(text, resolve) == html
    assert engine(text) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "text",
    [
        "# ikke en overskrift", "- ikke en liste", "1. ikke en liste", "2026) ikke en liste",
        "!!! ikke en boks", "> ikke et sitat", "    ikke kode", "{: .x onclick=alert(1) }",
        "ord {: #id onclick=alert(1) }", "| a | b |", "--- --- ---", "=== x", "~~~", ":::", "[TOC]",
        "*[HTML]: x", "[x]: http://y",
    ],
)  # fmt: skip
def test_no_text_becomes_a_block_or_an_attribute(text: str) -> None:
    plain = to_plain(text).strip()
    html = engine(text)
    assert html.startswith("<p>")
    assert html.count("<") == 2, html
    assert plain.split() == _words(html)


def test_links_are_listed_as_written() -> None:
    assert list(links("[a](#mg-x) [b](https://nav.no/) [c](javascript:x)")) == [
        "#mg-x", "https://nav.no/", "javascript:x",
    ]  # fmt: skip


def test_plain_words_have_no_marks() -> None:
    assert to_plain("To *ord*, **ett** og [en lenke](#mg-x) `<b>`") == "To ord, ett og en lenke <b>"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab *_`[]()#!<>&{}:|\\\"'-+.1~=\n/æ"), max_size=40))
def test_hostile_texts_never_become_tags(text: str) -> None:
    html = engine(f"x{text}")
    allowed = ("<p>", "</p>", "<em>", "</em>", "<strong>", "</strong>", "<code>", "</code>", "<br>")
    for part in html.split("<")[1:]:
        tag = f"<{part.partition('>')[0]}>"
        assert (
            tag in allowed
            or tag.startswith('<a href="page.md#mg-')
            or tag == "</a>"
            or (tag == "<br />")
        ), html


def _words(html: str) -> list[str]:
    from html import unescape

    return unescape(html.removeprefix("<p>").removesuffix("</p>")).split()


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("*_[]()`\\\n<&!#~ "), max_size=30))
@settings(max_examples=400)
def test_a_text_of_words_alone_is_taken_as_the_parser_would(text: str) -> None:
    assert _parts(text) == _parsed(text)
