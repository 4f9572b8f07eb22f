"""Results and answers for programs: JSON with both, and a table of the results.

The JSON is a promise (docs/answers.md): `schema` counts up when a meaning changes.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from dreiebok.answers.questions import Kind, Question
from dreiebok.answers.scoring import BlockResult, Measure, Result, SurveyResult, rounded
from dreiebok.answers.tables import Cell, Table, shown
from dreiebok.model.forms import Summary

SCHEMA = 1
DIGITS = 2
"""Decimals of a mean; more would only tell of the single answers."""


def to_json(table: Table, results: Iterable[SurveyResult], generator: str) -> bytes:
    """Return all answers of a table and all results as JSON."""
    found = {
        "schema": SCHEMA,
        "generator": generator,
        "columns": [_column(column.form, column.question) for column in table.columns],
        "rows": [
            {
                **({"file": sheet.file} if table.with_names else {}),
                "form": sheet.form,
                "phase": sheet.phase,
                "answers": {
                    c.question.name: shown(sheet.answers[c.question.name], c.question)
                    for c in table.columns
                    if c.form == sheet.form and c.question.name in sheet.answers
                },
            }
            for sheet in table.rows
        ],
        "surveys": [_survey(result) for result in results],
    }
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def score_rows(results: Iterable[SurveyResult]) -> Iterator[list[Cell]]:
    """Yield the head, and a row for every phase of every item and score.

    An empty n stands for fewer answers than the minimum; the last phase has the change.
    """
    surveys = tuple(results)
    most = max(
        (len(b.points) for s in surveys for b in s.blocks if b.summary == "counts"), default=0
    )
    yield ["survey", "block", "item", "reversed", "phase", "n", "mean", "spread", "change",
           "pairs", "change_in_pairs", *(f"count_{n}" for n in range(1, most + 1))]  # fmt: skip
    for survey in surveys:
        for block in survey.blocks:
            for item in (*block.items, *([block.score] if block.score else [])):
                yield from _rows(survey, block, item, most)


def _rows(
    survey: SurveyResult, block: BlockResult, result: Result, most: int
) -> Iterator[list[Cell]]:
    last = len(survey.phases) - 1
    for n, ((phase, _), measure) in enumerate(zip(survey.phases, result.measures, strict=True)):
        if measure is None:
            continue
        name = "" if result is block.score else result.id
        change, pairs = (result.change, result.pairs) if n == last else (None, None)
        counts: list[Cell] = [*measure.counts, *([None] * (most - len(measure.counts)))]
        yield [
            survey.id, block.id, name, result.reversed, phase,
            None if measure.hidden else measure.n, _mean(measure.mean), _mean(measure.spread),
            _mean(change), pairs.n if pairs else None, _mean(pairs.change if pairs else None),
            *counts,
        ]  # fmt: skip


def _column(form: str, question: Question) -> dict[str, Any]:
    found: dict[str, Any] = {"id": question.name, "form": form, "kind": question.kind.value}
    if question.kind is Kind.CHOICE:
        found["options"] = [name for name, _ in question.options]
    elif question.kind is Kind.NUMBER:
        found["points"] = question.points
    return found


def _survey(result: SurveyResult) -> dict[str, Any]:
    phases = [phase for phase, _ in result.phases]
    sheets = [None if measure.hidden else measure.n for measure in result.sheets]
    return {
        "id": result.id,
        "minimum": result.minimum,
        "sheets": dict(zip(phases, sheets, strict=True)),
        "blocks": [
            {
                "id": block.id,
                "summary": block.summary.value,
                "points": block.scored,
                **({"score": _result(block.score, phases, block)} if block.score else {}),
                "items": [
                    {"id": item.id, "reversed": item.reversed, **_result(item, phases, block)}
                    for item in block.items
                ],
            }
            for block in result.blocks
        ],
    }


def _result(result: Result, phases: list[str], block: BlockResult) -> dict[str, Any]:
    is_counted = block.summary is Summary.COUNTS
    found: dict[str, Any] = {
        "phases": {
            phase: _measure(measure, is_counted)
            for phase, measure in zip(phases, result.measures, strict=True)
            if measure is not None
        }
    }
    if not is_counted:
        found["change"] = _mean(result.change)
    if result.pairs:
        found["pairs"] = {"n": result.pairs.n, "change": _mean(result.pairs.change)}
    return found


def _measure(measure: Measure, is_counted: bool) -> dict[str, Any] | None:
    """Return the numbers of a phase; null where there are too few answers to show."""
    if measure.hidden:
        return None
    if is_counted:
        return {"n": measure.n, "counts": list(measure.counts)}
    return {"n": measure.n, "mean": _mean(measure.mean), "spread": _mean(measure.spread)}


def _mean(value: float | None) -> float | None:
    return None if value is None else rounded(value, DIGITS)
