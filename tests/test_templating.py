"""Templates: safe by default, strict, sandboxed, and their mistakes told at their line."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from markupsafe import Markup

from dreiebok.model.base import Item, Text
from dreiebok.problems import Code, Location, Problem, SourceError
from dreiebok.templating import Output, make_environment, no_links, render

DOUBLING = "{% for i in range(99) %}{% set n.t = n.t * n.t %}{% endfor %}"


def markdown(source: str, **values: object) -> str:
    environment = make_environment({"site/x.md": source}, Output.MARKDOWN)
    return render(environment, "site/x.md", lambda name: f"page.md#{name}", **values)


def html(source: str, **values: object) -> str:
    environment = make_environment({"print/x.html": source}, Output.HTML)
    return render(environment, "print/x.html", no_links, **values)


def problem_of(source: str, **values: object) -> Problem:
    with pytest.raises(SourceError) as caught:
        html(source, **values)
    (problem,) = caught.value.problems
    assert problem.code is Code.TEMPLATE_ERROR
    return problem


def test_a_text_prints_itself_for_its_output() -> None:
    text = Text("*To* <b> & [her](#mg-x)")
    assert markdown("{{ text }}", text=text) == "*To* &lt;b&gt; &amp; [her](page.md#mg-x)"
    assert html("{{ text }}", text=text) == "<em>To</em> &lt;b&gt; &amp; her"


def test_a_plain_string_means_itself() -> None:
    assert markdown("{{ word }}", word="*x* <y>") == r"\*x\* &lt;y&gt;"
    assert html("{{ word }}", word="*x* <y>") == "*x* &lt;y&gt;"


def test_words_are_safe_in_an_attribute() -> None:
    assert html('<i title="{{ t | words }}">', t=Text('a" onclick="*x*')) == (
        '<i title="a&quot; onclick=&quot;x">'
    )


def test_what_a_macro_makes_is_not_escaped_again() -> None:
    source = "{% macro bold(t) %}**{{ t }}**{% endmacro %}{{ bold(text) }}"
    assert markdown(source, text=Text("1 < 2")) == "**1 &lt; 2**"


def test_an_undefined_name_is_told_with_its_line() -> None:
    problem = problem_of("<p>\n<p>{{ finnes_ikke }}\n")
    assert "finnes_ikke" in problem.message
    assert (problem.location.file, problem.location.line) == ("templates/print/x.html", 2)


def test_what_is_put_together_afterwards_is_told_with_the_file() -> None:
    problem = problem_of("a{% filter list %}b{% endfilter %}")
    assert problem.location == Location("templates/print/x.html")
    assert "expected str" in problem.message


def test_a_tag_that_is_never_closed_is_told_with_its_line() -> None:
    assert problem_of("<p>\n\n{% if x %}\n").location.line == 3


def test_a_missing_template_is_named() -> None:
    assert "print/borte.html" in problem_of('{% include "print/borte.html" %}').message


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ view.secret.__globals__ }}",
        "{% for x in range(999999999) %}{% endfor %}",
        "{{ list.append(1) }}",
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_the_sandbox_holds(attack: str) -> None:
    class View:
        def secret(self) -> str:
            return "x"

    assert problem_of(attack, view=View(), list=[]).hint


@pytest.mark.parametrize(
    "attack",
    [
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{% for i in range(9) %}{{ m(n) if n < 8 }}{% endfor %}{% endmacro %}"
        "{% for a in range(9999) %}{% for b in range(9999) %}{{ m(9) }}{% endfor %}{% endfor %}",
        "{% for a in [range(9999)] recursive %}{{ loop(range(9999)) }}{% endfor %}",
        '{% include "print/x.html" %}',
        '{% extends "print/x.html" %}',
        '{% import "print/x.html" as x %}',
        "{{ 'a' * 10 ** 9 }}",
        "{{ 10 ** 9999 }}",
        "{{ 'a' | center(10 ** 9) }}",
        "{{ 'a'.ljust(999999999) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ '{:{w}}'.format(1, w=999999999) }}",
        "{{ '%*d' | format(999999999, 1) }}",
        "{{ ('a' * 99999) | replace('', 'b' * 99999) }}",
        "{{ ('a' * 99999).join('b' * 99999) }}",
        "{{ ([('a' * 99999)] * 9999) | join }}",
        "{% set n = namespace(t='ab') %}" + DOUBLING.replace("*", "~"),
        "{% set n = namespace(t='ab') %}" + DOUBLING.replace("*", "+"),
        "{% set n = namespace(t=[1]) %}" + DOUBLING.replace("*", "+"),
        "{% set n = namespace(t=3) %}" + DOUBLING,
        "{{ ([range(9999) | list] * 9999) | sum(start=[]) }}",
        "{% for i in range(9999) %}" + "x" * 99999 + "{% endfor %}",
        "{{ range(9999) | map('center', 9999) | list | length }}",
        "{{ lipsum(n=99999) }}",
        "{{ " + "9" * 9999 + " }}",
        "{{ " + "(" * 9999 + ")" * 9999 + " }}",
    ],
)
def test_a_template_that_never_ends_or_wants_all_the_room_is_a_problem(attack: str) -> None:
    before = time.thread_time()
    assert problem_of(attack).location.file == "templates/print/x.html"
    assert time.thread_time() - before < 20


@contextmanager
def little_room() -> Iterator[None]:
    """Let this process take a third of a gigabyte more: what is made first and paid later fails."""
    resource = pytest.importorskip("resource")
    memory = Path("/proc/self/statm")
    if not memory.is_file():
        pytest.skip("only Linux tells and bounds the memory of a process")
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(memory.read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + 340_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


BIG = "{% set b = 'x' * 1999999 %}"


@pytest.mark.parametrize(
    "attack",
    [
        "{% for i in range(9999) %}{{ b }}{% endfor %}",
        "{{ [b] * 99999 }}",
        "{{ [[b] * 999] * 999 }}",
        "{{ ({'a': [b] * 9999}).values() }}",
        "{{ namespace(t=[b] * 9999) }}",
        "{{ ([b] * 99999) | string | length }}",
        "{{ ([b] * 99999) | upper | length }}",
        "{{ ([b] * 99999) | tojson | length }}",
        "{{ ([b] * 99999) | sort | length }}",
        "{{ ([b] * 9999) | join | length }}",
        "{{ ([b] * 9999) | map('string') | join | length }}",
        "{{ ([{'a': b}] * 9999) | join(attribute='a') | length }}",
        "{{ ''.join([b] * 9999) | length }}",
        "{{ (([b] * 9999) ~ '') | length }}",
        "{{ ('%s' % ([b] * 9999,)) | length }}",
        "{{ ('%(a)s' * 9999) % {'a': b} }}",
        "{{ ('%9999d' * 99999) % ((1,) * 99999) }}",
        "{{ ('{0}' * 99999).format(b) | length }}",
        "{{ ('{0:9999}' * 99999).format(1) | length }}",
        "{{ '{0!r}'.format([b] * 9999) | length }}",
        "{{ '{:9999999999}'.format(1) }}",
        "{{ '{:{w}}'.format(1, w=9999999999) }}",
        "{{ '{a:9999999999}'.format_map({'a': 1}) }}",
        "{{ ('a' * 20000) | replace(new='b' * 999999, old='a') | length }}",
        "{{ (('<' | e) * 9999) | replace('<', 'b' * 999999) | length }}",
        "{{ ('a\n' * 500000) | indent(first=true, width=9999) | length }}",
        "{{ ('a\r' * 500000) | indent(9999) | length }}",
        "{{ ([1] * 9999) | join(attribute='real', d=b) | length }}",
        "{{ range(9999) | join(b) | length }}",
        "{{ ('a ' * 9999) | wordwrap(1, wrapstring=b) | length }}",
        "{{ ([[1] * 9999] * 99) | tojson(indent=9999) | length }}",
        "{{ ('\t' * 1999999).expandtabs(9999) | length }}",
        "{{ ('a' * 1999999).translate({97: b}) | length }}",
        "{{ ('a'.encode() * 10 ** 10) | length }}",
        "{{ (1).to_bytes(10 ** 10, 'big') | length }}",
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_is_made(attack: str) -> None:
    refused = ("than a page can need", "is too", "that is too", "too wide", "unsafe")
    with little_room():
        message = problem_of(BIG + attack).message
    assert any(words in message for words in refused)


@pytest.mark.parametrize(
    ("other", "source"),
    [
        ("x" * 999_999, "{% for i in range(9999) %}{% include 'print/y.html' %}{% endfor %}"),
        (
            "{% for i in range(9999) %}{% block a scoped %}{% endblock %}{% endfor %}",
            "{% extends 'print/y.html' %}{% block a %}" + "x" * 999_999 + "{% endblock %}",
        ),
    ],
)
def test_the_text_of_another_template_is_paid_for_each_turn(other: str, source: str) -> None:
    templates = {"print/x.html": source, "print/y.html": other}
    environment = make_environment(templates, Output.HTML)
    with little_room(), pytest.raises(SourceError, match="than a page can need"):
        render(environment, "print/x.html", no_links)


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("{{ 'a-b' | replace(new='+', old='-') }}", "a+b"),
        ("{{ 'a\nb' | indent(first=true, width=1) }}", " a\n b"),
        ("{{ [{'n': 1}, {'n': 2}] | join(attribute='n', d='<') }}", "1&lt;2"),
        ("{{ range(3) | join('-') }}{{ 'abc' | join('.') }}{{ [] | join }}", "0-1-2a.b.c"),
        ("{{ range(3) | map('string') | join }}", "012"),
        ("{{ '{0:*>4}|{a}|{0!r}'.format('x', a=1) }}", "***x|1|&#39;x&#39;"),
        ("{{ ('<i>{}</i>' | safe).format('<') }}", "<i>&lt;</i>"),
        ("{{ '{a}'.format_map({'a': 1}) }}", "1"),
        ("{{ '%s of %5.1f' | format('x', 2) }}{{ '%(a)s' % {'a': 3} }}", "x of   2.03"),
        ("{{ [1, 'a'] }}{{ {'a': none} }}", "[1, &#39;a&#39;]{&#39;a&#39;: None}"),
    ],
)
def test_a_guarded_filter_makes_what_it_made(source: str, made: str) -> None:
    assert html(source) == made


@pytest.mark.parametrize(
    "attack",
    [
        "{{ record.parse_file('/etc/passwd') }}",
        "{{ record.parse_raw('x', proto='pickle', allow_pickle=true) }}",
        "{{ record.model_construct() }}",
        "{{ record.model_fields }}",
        "{{ record.kind.mro() }}",
        '{% include "../../../etc/passwd" %}',
        '{% include "/etc/passwd" %}',
        "{{ self.__init__ }}",
        "{{ ''|attr('__class__') }}",
    ],
)
def test_no_record_leads_out_of_the_sandbox(attack: str) -> None:
    problem_of(attack, record=Item(title=None, text=Text("Hei")))


def test_what_costs_much_but_not_too_much_goes_through() -> None:
    source = "{% for i in range(999) %}{{ i ~ '-' ~ loop.index }}{% endfor %}"
    assert html(source).startswith("0-11-22-3")
    assert html("{{ 'ab' ~ x }}", x=Markup("<b>")) == "ab<b>"
    assert html("{{ a ~ b }}", a="<", b=Markup("<b>")) == "&lt;<b>"


@pytest.mark.parametrize("make", [markdown, html])
def test_the_filter_for_html_marks_what_is_in_another_language(make: Callable[..., str]) -> None:
    text = Text("*Fri*", lang="nb")
    assert make("{{ t | html }}", t=text) == '<span lang="nb" dir="ltr"><em>Fri</em></span>'
    assert make("{{ t | html }}", t=Text("*Fri*")) == "<em>Fri</em>"
