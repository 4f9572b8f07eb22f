"""Templates that nobody would write, grown from a grammar: a byte says which branch comes next.

Whatever they do, they end with a text or with a problem in their own file, within the bounds of
`guarding.py`. Numbers lie around the limits of the sandbox, where prices are tried hardest.
"""

import random
import re

from markupsafe import Markup

from dreiebok.budget import MAX_SPENT
from dreiebok.model.base import Text
from dreiebok.problems import SourceError
from dreiebok.templating import FOLDER, Output, make_environment, no_links, render

FILE, OTHER = "print/fuzzed.html", "print/other.html"
BEGINS = "{% set n = namespace(k=[1], t='x', l=[1]) %}{% macro m(a=1, b=2) %}{{ a }}{% endmacro %}"
"""What later parts rest on; `n` lives through loops, so that what they make can grow."""
BESIDE = "{{ a }}{% for i in range(99) %}{{ i }}{% endfor %}{% macro w(a) %}{{ a }}{% endmacro %}"
KINDS = (Markup, list, dict, int, float, range)
"""What has methods that a template can call, or try to."""
DEEPEST, MOST = 9, 120
"""Levels, and branches in all: enough for some of these to meet, few enough to be quick."""
SYMBOL = re.compile(r"\b[A-Z]{3,}\b")

# fmt: off
GRAMMAR: dict[str, tuple[str, ...]] = {
    # The first branch of each ends it.
    "BODY": (
        "{{ ANY }}", "LINE", "LINE LINE", "LINE LINE LINE",
    ),
    "LINE": (
        "{{ ANY }}", "{{ TEXT }}", "{{ LIST | length }}", "{{ NUM }}", "{% set a = TEXT %}",
        "{% set b = LIST %}", "{% set c = DICT %}", "{% set i = NUM %}", "{% set n.t = TEXT %}",
        "{% set n.t = n.t ~ TEXT %}", "{% set n.l = LIST %}", "{% set n.k = [n.k, ANY] %}",
        "{% set n.k = (n.k, n.k) %}", "{% do LIST.append(ANY) %}",
        "{% if ANY %}BODY{% else %}BODY{% endif %}", "{% for i in LIST %}BODY{% endfor %}",
        "{% for i in range(NUM) %}BODY{% endfor %}", "{% for i in range(9999) %}BODY{% endfor %}",
        "{% for i in LIST if ANY %}BODY{% endfor %}",
        "{% for i, j in DICT.items() %}BODY{% endfor %}", "{% for i in TEXT %}BODY{% endfor %}",
        "{% for i in LIST recursive %}{{ loop(LIST) if loop.depth < 9 }}{% endfor %}",
        "{% for i in LIST %}{{ loop.cycle(ANY, ANY) }}{{ loop.changed(ANY) }}{% endfor %}",
        "{% macro m(a, b=ANY) %}BODY{% endmacro %}{{ m(ANY) }}",
        "{% macro m(a) %}{{ m(ANY, *varargs) }}{% endmacro %}{{ m(ANY, *LIST) }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}BODY{% endcall %}",
        "{% filter FILTER %}BODY{% endfilter %}", "{% set a %}BODY{% endset %}",
        "{% set a | FILTER %}BODY{% endset %}", "{% with a = ANY %}BODY{% endwith %}",
        "{% include [TEXT, 'print/other.html'] %}", "{% include LIST ignore missing %}",
        "{% trans k=ANY %}{{ k }} x{% endtrans %}",
        "{% autoescape false %}BODY{% endautoescape %}",
        "{% block x scoped %}BODY{% endblock %}{{ self.x() }}",
        "{% import 'print/other.html' as o %}{{ o.w(ANY) }}",
    ),
    "ANY": (
        "a", "TEXT", "TEXT", "LIST", "LIST", "NUM", "DICT", "BOOL", "n", "n.k", "none", "text",
        "(ANY if BOOL else ANY)", "ANY.ATTR", "ANY.ATTR()", "ANY.ATTR(ANY)", "ANY.ATTR(ANY, ANY)",
        "(ANY | FILTER)", "DICT[ANY]", "LIST[NUM]", "nothing", "m", "loop", "caller", "varargs",
    ),
    "NUM": (
        "2", "0", "1", "-1", "3", "60", "999", "9999", "10000", "99999", "400000", "1999999",
        "2000000", "10**9", "1.5", "(NUM SIGN NUM)", "(NUM SIGN NUM)", "(LIST | length)",
        "(LIST | sum)", "TEXT.count(TEXT)", "TEXT.find(TEXT)", "(TEXT | wordcount)", "i",
        "(TEXT | int(base=NUM))", "(NUM | round(NUM))", "(NUM | abs)", "TEXT | length",
        "LIST.index(ANY)", "LIST.count(ANY)", "(TEXT | float)", "NUM.bit_length()",
    ),
    "SIGN": (
        "+", "-", "*", "**", "/", "//", "%",
    ),
    "BOOL": (
        "true", "(ANY SAYS ANY)", "(ANY SAYS ANY)", "(ANY in LIST)", "(TEXT in TEXT)",
        "(ANY is TEST)", "(ANY is TEST(ANY))", "(not ANY)", "(ANY and ANY)", "(ANY or ANY)",
        "TEXT.startswith(TEXT)", "(LIST SAYS LIST)", "(DICT SAYS DICT)",
    ),
    "SAYS": (
        "==", "!=", "<", ">=", "not in",
    ),
    "LONE": (
        "'x'", "'<'", "'&'", "'\"'", "'\\n'", "' '", "'ab'", "'%s'", "'%(a)s'", "'{0}'", "'{a}'",
        "'{0:9999}'", "'%9999d'", "'['", "'*'", "'<!--'", "'<b>'", "'😀'", "'é '", "'0'", "'f'",
        "'\u2028'", "'print/fuzzed.html'", "''", "'1,'", "'**a** [b](#c) '",
    ),
    "TEXT": (
        "'x'", "LONE", "(LONE * NUM)", "(LONE * 1999999)", "(LONE * 99999)", "n.t", "(TEXT ~ ANY)",
        "(TEXT ~ TEXT)", "(TEXT + TEXT)", "(TEXT * NUM)", "TEXT[NUM:]", "TEXT[:-1]", "TEXT[::-1]",
        "(TEXT | FILTER)", "(TEXT | replace(TEXT, TEXT))", "TEXT.replace(TEXT, TEXT)",
        "(LIST | join(TEXT))", "(LIST | join(TEXT, attribute=TEXT))", "TEXT.join(LIST)",
        "TEXT.join(TEXT)", "(TEXT | center(NUM))", "TEXT.ljust(NUM, TEXT)", "TEXT.zfill(NUM)",
        "(TEXT | indent(NUM, true))", "(TEXT | indent(TEXT, blank=true))",
        "(TEXT | wordwrap(NUM))", "(TEXT | wordwrap(NUM, wrapstring=TEXT))",
        "(TEXT | truncate(NUM, end=TEXT))", "(TEXT | format(ANY))", "(TEXT | format(a=ANY))",
        "(TEXT % ANY)", "(TEXT % DICT)", "TEXT.format(ANY, a=ANY)", "TEXT.format_map(DICT)",
        "(TEXT | safe)", "(TEXT | escape)", "(TEXT | safe).unescape()",
        "(TEXT | safe).striptags()", "(ANY | tojson)", "(ANY | tojson(NUM))", "(ANY | string)",
        "(DICT | urlencode)", "(TEXT | trim(TEXT))", "TEXT.strip(TEXT)", "TEXT.rstrip(TEXT)",
        "TEXT.upper()", "TEXT.swapcase()", "TEXT.title()", "TEXT.casefold()",
        "TEXT.removeprefix(TEXT)", "_(TEXT)", "ngettext(TEXT, TEXT, NUM)", "(text | html)",
        "(TEXT | html)", "(TEXT | words)", "m(ANY)", "(TEXT if BOOL else TEXT)",
        "TEXT.expandtabs(NUM)", "cycler(TEXT, TEXT).next()", "joiner(TEXT)()",
    ),
    "LIST": (
        "[1]", "([ANY] * NUM)", "([ANY] * 9999)", "([ANY] * 1999999)", "n.l", "n.k", "b",
        "[ANY, ANY]", "(ANY, ANY)", "(LIST, ANY)", "(LIST + LIST)", "(LIST * NUM)", "LIST[NUM:]",
        "LIST[::-1]", "(LIST | list)", "(TEXT | list)", "TEXT.split(TEXT)", "TEXT.split()",
        "TEXT.splitlines()", "TEXT.partition(TEXT)", "TEXT.rsplit(TEXT, NUM)", "(LIST | sort)",
        "(LIST | sort(attribute=TEXT))", "(LIST | unique)", "(LIST | reverse)",
        "(LIST | batch(NUM))", "(LIST | batch(NUM, ANY) | list)", "(LIST | slice(NUM) | list)",
        "(LIST | map(TEXT))", "(LIST | map('FILTER') | list)",
        "(LIST | map('FILTER', ANY) | list)", "(LIST | map(attribute=TEXT) | list)",
        "(LIST | select('TEST') | list)", "(LIST | reject('TEST', ANY) | list)",
        "(LIST | selectattr(TEXT, 'TEST', ANY) | list)", "(LIST | groupby(TEXT))",
        "(LIST | groupby(NUM, default=ANY))", "(DICT | items | list)", "(DICT | dictsort)",
        "DICT.keys()", "DICT.values()", "range(NUM)", "range(NUM, NUM, NUM)", "LIST.copy()",
        "separators(NUM)", "(LIST if BOOL else LIST)", "(DICT.keys() - LIST)", "([LIST | first])",
        "[LIST | last]", "[LIST | min]", "[LIST | max]",
    ),
    "DICT": (
        "{'a': 1}", "{ANY: ANY}", "{'a': ANY, TEXT: ANY}", "dict(a=ANY)", "dict(DICT, b=ANY)",
        "dict(LIST | map('list'))", "{}.fromkeys(LIST, ANY)", "DICT.copy()", "c",
        "namespace(DICT)", "namespace(a=ANY)",
    ),
}
# fmt: on


class Grower:
    """Grows a template by bytes; when they have come to their end, by the shortest branches."""

    def __init__(self, data: bytes, names: dict[str, tuple[str, ...]]) -> None:
        """Take what decides, and further branches: names that only an environment knows."""
        self._bytes = iter(data)
        self._grammar = GRAMMAR | names
        self._left = MOST

    def grow(self, symbol: str, depth: int = 0) -> str:
        """Return what a symbol becomes."""
        branches = self._grammar[symbol]
        self._left -= 1
        number = next(self._bytes, 0)
        ends = depth > DEEPEST or self._left < 0
        branch = branches[0 if ends else number % len(branches)]
        return SYMBOL.sub(lambda found: self._inner(found[0], depth), branch)

    def _inner(self, symbol: str, depth: int) -> str:
        return self.grow(symbol, depth + 1) if symbol in self._grammar else symbol


def seeds() -> list[bytes]:
    """Return what some hundred templates grow from."""
    chance = random.Random(20261122)
    return [chance.randbytes(chance.randrange(20, 300)) for _ in range(300)]


def grown(data: bytes) -> dict[str, str]:
    """Return the template that bytes make, and the one that it can bring in, by name."""
    sources = {OTHER: BESIDE}
    known = make_environment(sources, Output.HTML)
    methods = {name for kind in KINDS for name in dir(kind)}
    names = {
        "FILTER": ("upper", *sorted(name for name in known.filters if name.isidentifier())),
        "TEST": ("none", *sorted(name for name in known.tests if name.isidentifier())),
        "ATTR": ("a", *sorted(methods)),
    }
    return {**sources, FILE: BEGINS + Grower(data, names).grow("LINE")}


def read(data: bytes) -> None:
    """Render a template: a text that is not too long, or a problem in one of its files."""
    sources = grown(data)
    environment = make_environment(sources, Output.HTML)
    values = {"text": Text("*Ett* ord"), "a": "A", "b": [1, "<2>"], "c": {"d": 4}, "i": 3}
    try:
        made = render(environment, FILE, no_links, **values)
    except SourceError as error:
        (problem,) = error.problems
        assert problem.location.file.removeprefix(FOLDER) in sources, (problem, sources[FILE])
        cause: BaseException | None = error
        while cause:
            assert not isinstance(cause, MemoryError), sources[FILE]
            cause = cause.__cause__ or cause.__context__
    else:
        assert len(made) <= MAX_SPENT, sources[FILE]
