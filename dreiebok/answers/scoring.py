"""What a survey's answers amount to: n, mean and spread by phase, and the change between phases.

The rules are the handbook's own (`vg-skaaring`): a point is its number from 1; reversed items are
turned in the score of their block, and shown as they were answered by themselves; a “don't know”
gives no point; a person's score counts with three answers in four. Sheets are anonymous, so groups
are compared; where a survey has a code, those who can be joined by it are compared too.

Numbers of few people could tell who said what, so they leave here hidden: see docs/answers.md.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import fmean, stdev

from dreiebok.answers.matching import Sheet
from dreiebok.inline import to_plain
from dreiebok.model.forms import Summary, Survey, SurveyBlock, SurveyItem

ENOUGH = 3, 4
"""The share of a block's items that must be answered for a score: three in four."""
FEW = 30
"""Under so many answers there is no ground for statistics (`vg-skaaring`)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The answers of one phase. Hidden: fewer than the minimum, or they would give those away."""

    n: int
    mean: float | None = None
    spread: float | None = None
    counts: tuple[int, ...] = ()
    hidden: bool = False
    """A hidden measure has no numbers; its n is 0 and means nothing."""


HIDDEN = Measure(0, hidden=True)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The change of those who answered in the first phase and in the last, and how many."""

    n: int
    change: float


@dataclass(frozen=True, slots=True)
class Result:
    """What an item or a block comes to: a measure for each of the survey's phases that asks it."""

    id: str
    words: str
    measures: tuple[Measure | None, ...]
    reversed: bool = False
    pairs: Pairs | None = None

    @property
    def change(self) -> float | None:
        """The last mean less the first, where both are shown."""
        means = [m.mean for m in self.measures if m is not None]
        if len(means) < 2 or means[0] is None or means[-1] is None:
            return None
        return means[-1] - means[0]


@dataclass(frozen=True, slots=True)
class BlockResult:
    """A block's items, and its score where there is one. `points` are the words of its scale."""

    id: str
    title: str
    summary: Summary
    points: tuple[str, ...]
    scored: int
    score: Result | None
    items: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """A survey's results; `phases` are ids and titles, and `sheets` how many answered in each."""

    id: str
    title: str
    phases: tuple[tuple[str, str], ...]
    sheets: tuple[Measure, ...]
    minimum: int
    blocks: tuple[BlockResult, ...]
    has_code: bool

    @property
    def is_small(self) -> bool:
        """Whether the answers are too few for statistics in some phase."""
        return any(sheets.hidden or sheets.n < FEW for sheets in self.sheets)


def rounded(value: float, digits: int) -> float:
    """Return a number rounded as people do it: a half goes away from zero."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return float(exact) or 0.0


Value = Callable[[Sheet], float | None]
"""What a sheet gives for an item or a block."""


def score_survey(survey: Survey, sheets: Iterable[Sheet], minimum: int) -> SurveyResult:
    """Return a survey's results; nothing is shown of fewer answers than the minimum.

    A survey's own minimum, which those who answered have been told, cannot be lowered.
    """
    phases = tuple((str(p.id), to_plain(p.title)) for p in survey.phases) or (("", ""),)
    fewest = max(minimum, survey.minimum or 0)
    own = [sheet for sheet in sheets if sheet.form == survey.id]
    groups = [[sheet for sheet in own if sheet.phase == phase] for phase, _ in phases]
    scorer = _Scorer(survey, groups, [phase for phase, _ in phases], fewest)
    return SurveyResult(
        str(survey.id),
        to_plain(survey.title),
        phases,
        tuple(Measure(len(g)) if not 0 < len(g) < fewest else HIDDEN for g in groups),
        fewest,
        tuple(scorer.block(block) for block in survey.blocks if block.items),
        survey.code is not None,
    )


class _Scorer:
    """Scores the blocks of one survey."""

    def __init__(
        self, survey: Survey, groups: Sequence[Sequence[Sheet]], phases: list[str], minimum: int
    ) -> None:
        self.survey, self.groups, self.phases, self.minimum = survey, groups, phases, minimum
        code = str(survey.code) if survey.code else ""
        self.pairs = _joined(groups[0], groups[-1], code) if code and len(groups) > 1 else ()

    def block(self, block: SurveyBlock) -> BlockResult:
        assert block.scale is not None, "the check of references has asked for it"
        scale = self.survey.scales[block.scale]
        top = scale.top
        is_counted = block.summary is Summary.COUNTS
        items = []
        for item in block.items:
            asked = self._asked(block, item)
            value = _point(str(item.id), len(scale.points) if is_counted else top)
            points = len(scale.points) if is_counted else 0
            items.append(self._result(str(item.id), item.text, asked, value, points, item.reversed))
        score = None
        if block.summary is Summary.MEAN:
            score = self._score(block, top, items)
        words = tuple(to_plain(point) for point in scale.points)
        title = to_plain(block.title)
        found = tuple(items)
        return BlockResult(str(block.id), title, block.summary, words, top, score, found)

    def _score(self, block: SurveyBlock, top: int, items: list[Result]) -> Result:
        asked = self._asked(block)

        def value(sheet: Sheet) -> float | None:
            parts = [i for i in block.items if sheet.phase in self._asked(block, i)]
            return person_score(sheet, parts, top)

        found = self._result(str(block.id), block.title, asked, value)
        # A score beside all items but one would give away the one that is hidden.
        measures = tuple(
            HIDDEN if any(_is_hidden(item.measures[n]) for item in items) else measure
            for n, measure in enumerate(found.measures)
        )
        pairs = None if HIDDEN in (measures[0], measures[-1]) else found.pairs
        return Result(found.id, found.words, measures, False, pairs)

    def _asked(self, block: SurveyBlock, item: SurveyItem | None = None) -> tuple[str, ...]:
        """Return the phases that ask a block or an item of it."""
        return tuple(
            phase
            for phase in self.phases
            if (not block.phases or phase in block.phases)
            and (item is None or not item.phases or phase in item.phases)
        )

    def _result(
        self,
        name: str,
        words: str,
        asked: tuple[str, ...],
        value: Value,
        points: int = 0,
        is_reversed: bool = False,
    ) -> Result:
        measures = []
        values = [[v for s in group if (v := value(s)) is not None] for group in self.groups]
        for phase, found in zip(self.phases, values, strict=True):
            measures.append(measure(found, points, self.minimum) if phase in asked else None)
        pairs = self._paired(value, values) if not points else None
        return Result(name, to_plain(words), tuple(measures), is_reversed, pairs)

    def _paired(self, value: Value, values: list[list[float]]) -> Pairs | None:
        """Return the change of those who can be joined, unless it gives the others away.

        Beside the means of all, the change of all but one tells what that one answered.
        """
        both = [(value(first), value(last)) for first, last in self.pairs]
        changes = [b - a for a, b in both if a is not None and b is not None]
        left = [len(values[0]) - len(changes), len(values[-1]) - len(changes)]
        if len(changes) < max(1, self.minimum) or any(0 < n < self.minimum for n in left):
            return None
        return Pairs(len(changes), fmean(changes))


def measure(values: Sequence[float], points: int, minimum: int) -> Measure:
    """Return n, mean and spread; or, for so many `points`, how many gave each answer.

    The spread is the standard deviation of a sample (divided by n - 1).
    """
    if 0 < len(values) < minimum:
        return HIDDEN
    if points:
        found = Counter(values)
        counts = tuple(found[point] for point in range(1, points + 1))
        return Measure(len(values), counts=counts)
    if not values:
        return Measure(0)
    return Measure(len(values), fmean(values), stdev(values) if len(values) > 1 else None)


def person_score(sheet: Sheet, items: Sequence[SurveyItem], top: int) -> float | None:
    """Return the mean of a person's answers, reversed items turned; None with too few of them."""
    points = []
    for item in items:
        point = _point(str(item.id), top)(sheet)
        if point is not None:
            points.append(top + 1 - point if item.reversed else point)
    enough, of = ENOUGH
    return fmean(points) if points and len(points) * of >= len(items) * enough else None


def _point(name: str, top: int) -> Value:
    def point(sheet: Sheet) -> float | None:
        answer = sheet.answers.get(name)
        if isinstance(answer, bool) or not isinstance(answer, int) or answer > top:
            return None
        return float(answer)

    return point


def _is_hidden(measure: Measure | None) -> bool:
    return measure is not None and measure.hidden


def _joined(
    first: Iterable[Sheet], last: Iterable[Sheet], code: str
) -> tuple[tuple[Sheet, Sheet], ...]:
    """Return the sheets of those whose code is on one sheet of each phase, and on no other."""
    before, after = _by_code(first, code), _by_code(last, code)
    return tuple((before[name], after[name]) for name in sorted(before.keys() & after.keys()))


def _by_code(sheets: Iterable[Sheet], code: str) -> Mapping[str, Sheet]:
    found: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        # People write their code with other capitals and spaces the second time.
        written = "".join(c for c in str(sheet.answers.get(code, "")).casefold() if c.isalnum())
        if written:
            found.setdefault(written, []).append(sheet)
    return {name: own[0] for name, own in found.items() if len(own) == 1}
