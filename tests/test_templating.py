"""Templates: safe by default, strict, sandboxed, and their mistakes told at their line."""

import time

import pytest
from markupsafe import Markup

from dreiebok.model.base import Item, Text
from dreiebok.problems import Code, Problem, SourceError
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
