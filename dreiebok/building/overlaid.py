"""A project's sources as trees of YAML, with the organisation's overlay on them."""

from dataclasses import dataclass

from dreiebok.building.reading import BASE, Project
from dreiebok.model.organisations import Organisation
from dreiebok.model.overlays import Overlay
from dreiebok.problems import Problem
from dreiebok.sources.elements import value_of
from dreiebok.sources.overlaying import Overlaid, apply_overlay
from dreiebok.sources.parsing import SourceFile, parse_tree, parse_trees
from dreiebok.sources.yaml_ import YamlNode


@dataclass(frozen=True, slots=True)
class LoadedTrees:
    """What was overlaid, and the problems found before."""

    overlaid: Overlaid
    problems: tuple[Problem, ...]


def load_trees(project: Project) -> LoadedTrees:
    """Return the trees of all sources with the overlay on them, and the problems of both.

    Of an overlay that is not sound nothing is applied; its problems say why.
    """
    trees, problems = parse_trees(
        SourceFile(name, data) for name, data in sorted(project.sources.items())
    )
    found = list(problems)
    overlays: list[YamlNode] = []
    records: list[YamlNode] = []
    for tree in trees:
        if _is_overlay(tree):
            sound, wrong = parse_tree(Overlay, tree)
            found.extend(wrong)
            overlays.extend([tree] if sound else [])
        else:
            records.append(tree)
    settings, wrong = parse_trees(SourceFile(n, d) for n, d in project.organisation.items())
    found.extend(wrong)
    organisation: Organisation | None = None
    for tree in settings:
        organisation, wrong = parse_tree(Organisation, tree)
        found.extend(wrong)
        overlays[:0] = [tree] if organisation else []
    own = [tree for tree in records if project.base and not tree.at.file.startswith(BASE)]
    base = [tree for tree in records if not (project.base and not tree.at.file.startswith(BASE))]
    forms = organisation.forms if organisation else None
    return LoadedTrees(apply_overlay(base, own, overlays, forms), tuple(found))


def _is_overlay(tree: YamlNode) -> bool:
    kind = value_of(tree, "kind") if tree.kind == "mapping" else None
    return kind is not None and kind.scalar == "overlay"
