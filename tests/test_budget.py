"""What templates pay for: all that is looked at before that is done, and what came of it.

Each of these made much of little once, or took minutes of the processor within one operation, in
which nothing asks for the time.
"""

import pytest

from tests.test_templating import BIG, html, little_room, problem_of

OTHER = BIG + "{% set c = 'x' * 1999998 ~ 'y' %}"
"""Two texts that differ in their last letter alone: whoever compares them reads all."""
BRANCHES = (
    "{% set n = namespace(t=[1], u=[1], v=(1,)) %}{% for i in range(60) %}"
    "{% set n.t = [n.t, n.t] %}{% set n.u = [n.u, n.u] %}{% set n.v = (n.v, n.v) %}{% endfor %}"
)
"""Lists that hold the one before twice: sixty of them, and more leaves than can be counted."""
NUMBER = "{% set x = ('f' * 1999999) | int(base=16) %}"
REFUSED = ("than a page can need", "is too", "unsafe", "a price")


def kept(made: str, given: str = "") -> str:
    """Return a template that makes something a million times and keeps it all."""
    turn = f"{{% set n.k = [n.k, {made}] %}}"
    loops = (
        f"{{% for i in range(9999) %}}{{% for j in range(99) %}}{turn}{{% endfor %}}{{% endfor %}}"
    )
    return f"{given}{{% set n = namespace(k=[]) %}}{loops}"


MADE = {
    "slices of a text": kept("b[1:]", BIG),
    "slices of a list": kept("b[1:]", "{% set b = [1] * 1999999 %}"),
    "slices of slices": "{% set n = namespace(b='x' * 1999999) %}{% for i in range(9999) %}"
    "{% for j in range(99) %}{% set n.b = n.b[1:] %}{% endfor %}{% endfor %}",
    "copies of a list": kept("b.copy()", "{% set b = [1] * 99999 %}"),
    "copies of a dict": kept("dict(b)", "{% set b = {}.fromkeys(range(9999)) %}"),
    "copies of a namespace": kept("namespace(b)", "{% set b = {}.fromkeys(range(9999)) %}"),
    "dicts of a range": kept("{}.fromkeys(range(9999))"),
    "sets of keys": kept("b.keys() - []", "{% set b = {}.fromkeys(range(9999)) %}"),
    "tables for letters": kept("''.maketrans(b, b)", "{% set b = 'abc' * 600000 %}"),
    "lists that are filled": kept("[i] | batch(9999, 0) | list"),
    "lists that were reckoned before": kept("[1] | batch(9999, 0) | list"),
    "lists that stand in the template": kept(f"[{'i,' * 3000}]"),
    "letters in a list": kept("b | list", "{% set b = 'Ā' * 1999999 %}"),
    "words in a list": kept("b.split()", "{% set b = 'Ā ' * 999999 %}"),
    "arguments": "{% macro m() %}{{ m(*varargs) }}{% endmacro %}{{ m(*([1] * 1999999)) }}",
    "what a test writes": BIG + "{{ ([b] * 9999) is upper }}",
    "what markup escapes": BIG + "{{ ('' | safe).escape([b] * 9999) | length }}",
    "what fills a width": BIG + "{{ ('' | safe).ljust(1, [b] * 9999) | length }}",
    "names of templates": BIG + "{% include [b] * 9999 %}",
    "sorted items": BIG + "{{ ([b] * 9999) | select | sort | length }}",
    "items in reverse": BIG + "{{ ([b] * 9999) | reverse | sort | length }}",
    "items for an address": BIG + "{{ ([('k', b)] * 9999) | select | urlencode | length }}",
    "JSON": "{% set b = '😀' * 1999999 %}{{ ([b] * 8) | tojson | length }}",
    "address": "{% set b = '😀' * 1999999 %}{{ {'a': [b] * 9} | urlencode | length }}",
    "words one by one": BIG + "{{ ([b] * 9999) | select | said | length }}",
    "words in a row": BIG + "{{ ([b] * 9999) | said | length }}",
}
DONE = {
    "equal": BRANCHES + "{{ n.t == n.u }}",
    "equal in a test": BRANCHES + "{{ n.t is eq(n.u) }}",
    "key": BRANCHES + "{{ {n.v: 1} | length }}",
    "item": BRANCHES + "{{ {}[n.v] | default(1) }}",
    "index": BRANCHES + "{{ [].index(n.t) }}",
    "changed": BRANCHES
    + "{% for i in range(2) %}{{ loop.changed(n.t if i else n.u) }}{% endfor %}",
    "message": BRANCHES + "{{ _(n.v) }}",
    "written": BRANCHES + "{{ n.t is upper }}",
    "in a list": OTHER + "{{ c in [b] * 1999999 }}",
    "in reverse": OTHER + "{{ c in ([b] * 1999999) | reverse }}",
    "many equal": BIG + "{{ [b ~ ''] * 1999999 == [b] * 1999999 }}",
    "counted": OTHER + "{{ ([b] * 1999999).count(c) }}",
    "select": "{{ ([1] * 1999999) | select('in', [2] * 1999999) | list | length }}",
    "for if": OTHER + "{% for a in [1] * 1999999 if b == c %}{% endfor %}",
    "path": "{% set n = namespace(d=1) %}{% for i in range(9999) %}{% set n.d = [n.d] %}"
    "{% endfor %}{{ ([n.d] * 199999) | selectattr('0' + '.0' * 9998, 'undefined') | list }}",
    "strip": "{{ ('a' * 1999999).strip('b' * 999999 + 'a') }}",
    "strip often": "{{ ('a' * 599999).strip('b' * 599999 + 'a') }}",
    "trim": "{{ ('a' * 599999) | trim('b' * 599999 + 'a') }}",
    "rfind": "{{ ('a' * 999999).rfind('a' * 499999 + 'b' + 'a' * 249999) }}",
    "rsplit": "{{ ('a' * 999999).rsplit('a' * 499999 + 'b' + 'a' * 249999) }}",
    "wordwrap": "{{ ('a' * 1999999) | wordwrap(1) | length }}",
    "striptags": "{{ ('<!---->' * 249999) | striptags | length }}",
    "striptags of markup": "{{ (('<!---->' * 249999) | safe).striptags() | length }}",
    "round": "{{ 5 | round(-10 ** 9) }}",
    "division": NUMBER + "{{ x // (('f' * 999999) | int(base=16)) }}",
    "divisible": NUMBER + "{{ x is divisibleby(('f' * 999999) | int(base=16)) }}",
    "number in the source": "{% set x = 0x" + "f" * 99999 + " %}",
    "separators": "{{ separators(99999) | length }}",
    "templates": "{% include ['a'] * 1999999 ignore missing %}",
    "Markdown": "{{ ('[' * 999999) | html }}",
    "Markdown in markup": "{{ ('[' * 999999) | safe | words }}",
    "compiler": "{% set a = 1 %}{% if a %}{% set b = 1 %}{% endif %}" * 3000,
    "calls": "{% for i in range(9999) %}{% for j in range(20) %}{% do ''.strip() %}{% endfor %}"
    "{% endfor %}",
    "filters": "{% for i in range(9999) %}{% for j in range(20) %}{% do '' | upper %}{% endfor %}"
    "{% endfor %}",
    "tests": "{% for i in range(9999) %}{% for j in range(20) %}{% do '' is lower %}{% endfor %}"
    "{% endfor %}",
    "given back": "{% set x = [-10 ** 9] | map('a price') | list %}",
    "no number": "{% set x = ['nan' | float] | map('a price') | list %}",
}


@pytest.mark.parametrize("attack", MADE.values(), ids=MADE)
def test_whatever_is_made_is_paid_for(attack: str) -> None:
    with little_room():
        message = problem_of(attack).message
    assert any(words in message for words in REFUSED), message


@pytest.mark.parametrize("attack", DONE.values(), ids=DONE)
def test_whatever_is_looked_at_is_paid_for_before(attack: str) -> None:
    message = problem_of(attack).message
    assert any(words in message for words in REFUSED), message


@pytest.mark.parametrize(
    "source",
    [
        "{% set b = '\"' * 199999 %}{% for i in range(20) %}{{ b }}{% endfor %}",
        "{% set b = '\U000e0001' * 99999 %}{% for i in range(20) %}{{ [b] }}{% endfor %}",
    ],
    ids=["HTML", "Python"],
)
def test_signs_are_paid_for_as_they_are_written(source: str) -> None:
    """Two or four million letters, which become twenty."""
    assert "than a page can need" in problem_of(source).message


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("{{ 'abc'[1:] }}{{ 'abc'[:1] }}{{ [1, 2][1:] | join }}{{ 'abc'[::-1] }}", "bca2cba"),
        ("{{ 1 < 2 < 3 }}{{ 'a' in 'ba' }}{{ {'a' ~ 'b': 1}['ab'] }}", "TrueTrue1"),
        ("{% for i in range(9) if i is divisibleby 4 %}{{ i }}{{ loop.last }},{% endfor %}",
         "0False,4False,8True,"),
        ("{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{% endfor %}", "TrueFalseTrue"),
        ("{{ [3, 1, 2] | reverse | list }}{{ [3, 1] | select | sort }}", "[2, 1, 3][1, 3]"),
        ("{{ '<p>a <!-- b --><b>c</b>' | striptags }} {{ 'aa bb' | wordwrap(2) }}", "a c aa\nbb"),
        ("{{ ' a '.strip() }}{{ 'xax' | trim('x') }}{{ 'a/b/c'.rsplit('/', 1)[1] }}", "aac"),
        ("{{ 1234 | round(-2) | int }} {{ 7 - 2 }} {{ 7 // 2 }}", "1200 5 3"),
        ("{% macro m(a) %}{{ a }}{{ varargs | length }}{{ caller() }}{% endmacro %}"
         "{% call m(1, 2) %}{{ 'x' ~ 1 }}{% endcall %}", "11x1"),
        ("{% set n = namespace(a=1) %}{% set n.a = n.a + 1 %}{{ n.a }}", "2"),
        ("{{ cycler(1, 2).next() }}{{ {'b': 1, 'a': 2} | dictsort | join }}",
         "1(&#39;a&#39;, 2)(&#39;b&#39;, 1)"),
        ("{{ [{'a': 'y'}, {'a': 'x'}] | map(attribute='a') | sort | join }}", "xy"),
    ],
)  # fmt: skip
def test_paying_changes_nothing(source: str, made: str) -> None:
    assert html(source) == made
