"""Short codes by which a print is compared with the guide of today: has the text changed since?"""

from collections.abc import Iterable

from dreiebok.editions.edition import Edition
from dreiebok.model.base import Node, Record
from dreiebok.model.codes import code_of
from dreiebok.model.forms import Phase, Survey
from dreiebok.model.handbook import Programme
from dreiebok.model.scripts import Script, Step


def stamp(node: Node | Iterable[Node]) -> str:
    """Return the code of an element's text, or of several; another text gives another code."""
    nodes = [node] if isinstance(node, Node) else node
    # Without defaults: a key that a newer program knows changes no text.
    text = "\n".join(found.model_dump_json(exclude_defaults=True) for found in nodes)
    return code_of(text)


def stamps(edition: Edition) -> dict[str, str]:
    """Return the code of everything that a print may be about, by element id."""
    return {
        name: code
        for programme in edition.programmes
        for name, code in stamps_of(edition, programme).items()
    }


def stamps_of(edition: Edition, programme: Programme) -> dict[str, str]:
    """Return the codes of what is one programme's.

    Its own is that of its handbook: all records that the programme has.
    """
    records = [r for r in edition.handbook.records if edition.programme_of(r) == programme]
    found = {str(programme.id): stamp(records)}
    for record in edition.pages_of(programme):
        found[str(record.id)] = stamp(record)
        found.update({str(part.id): stamp(part) for part in parts_of(record)})
    return found


def parts_of(record: Record) -> tuple[Step | Phase, ...]:
    """Return the parts of a record that are printed on their own: cards, phases of a survey."""
    match record:
        case Script():
            return record.steps
        case Survey():
            return record.phases
    return ()
