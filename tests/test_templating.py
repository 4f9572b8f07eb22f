"""Templates: safe by default, strict, sandboxed, and their mistakes told at their line."""

import pytest

from dreiebok.model.base import Text
from dreiebok.problems import Code, Problem, SourceError
from dreiebok.templating import Output, make_environment, no_links, render


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
