"""Where a template pays: its tree of nodes, with what has to be paid for written into it.

Jinja lets an environment have a say in calls, in the signs of arithmetic and in filters. Of loops,
macros, slices, comparisons and names of other templates it is not asked; these are changed here,
before they are compiled, so that they ask.
"""

from jinja2 import nodes

from dreiebok.budget import TURN, TooMuch, check_number

MAX_NODES = 10_000
"""What Jinja compiles takes time by the square of its length. The longest template of the base has
an eighth of it."""
NODE = 5
"""What it costs to run a node, in letters, apart from what it makes."""
PAY, JOINED, SLICED, LOOKED_AT, NAMED = (
    "a price", "what is joined", "a slice", "what is looked at", "names of templates",
)  # fmt: skip
"""Filters that no template can name, since they are not names. Not methods: the sandbox looks into
their calls, which takes longer than all that these do."""
_NAMING = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)
_BODIES = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block, nodes.Template)
"""What can be run again and again. Templates and blocks too: a loop somewhere else can bring in
their text each turn."""


def set_prices(template: nodes.Template) -> int:
    """Let a template pay as it runs; return what it costs to compile it.

    Raises TooMuch if it is too long, or holds a number that is.
    """
    count = 1 + sum(1 for _ in template.find_all(nodes.Node))
    if count > MAX_NODES:
        raise TooMuch("the template is too long")
    _set_prices(template)
    return count * TURN


def _set_prices(node: nodes.Node) -> int:
    """Let all that stands in a node pay; return what it costs to run it once."""
    if isinstance(node, nodes.TemplateData):
        return len(node.data)
    if isinstance(node, nodes.Const) and isinstance(node.value, int):
        check_number(node.value)
    price = NODE
    for field, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            price += _set_prices(value)
            setattr(node, field, _paying(value, node, field))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    price += _set_prices(item)
                    value[number] = _paying(item, node, field)
    if isinstance(node, nodes.For) and node.test is not None:
        # Paying gives nothing, so that the test decides.
        node.test = nodes.Or(_pay(1, node.lineno), node.test, lineno=node.lineno)
    if isinstance(node, _BODIES):
        node.body.insert(0, nodes.ExprStmt(_pay(TURN + price, node.lineno), lineno=node.lineno))
    return price


def _paying(node: nodes.Node, parent: nodes.Node, field: str) -> nodes.Node:
    """Return what stands in the place of a node, which is a field of its parent."""
    if isinstance(node, nodes.Concat):
        node = _filtered(node.nodes[0], JOINED, *node.nodes[1:])
    if not isinstance(node, nodes.Expr) or isinstance(node, nodes.Const):
        return node
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
        node = _filtered(node, SLICED)
    # A key is hashed, which looks at all that it holds.
    keyed = isinstance(parent, nodes.Pair) and field == "key"
    if keyed or isinstance(parent, nodes.Compare | nodes.Operand):
        return _filtered(node, LOOKED_AT)
    if isinstance(parent, _NAMING) and field == "template":
        return _filtered(node, NAMED)
    return node


def _filtered(node: nodes.Expr, name: str, *others: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(others), [], None, None, lineno=node.lineno)


def _pay(amount: int, line: int) -> nodes.Filter:
    return _filtered(nodes.Const(amount, lineno=line), PAY)
