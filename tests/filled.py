"""Fills forms for the tests of answers: values set by field id, and sets of made-up surveys."""

import io
from collections.abc import Mapping
from pathlib import Path

import pikepdf

BEFORE, AFTER = "skjema-for", "skjema-etter"
SURVEYS = "print/veiledningsgruppe/{}.pdf"
OPPOSED, ENERGY, HARD = "vg-q02-motarbeidet", "vg-q14-energi", "vg-q20-for-vanskelig"


def fill(data: bytes, answers: Mapping[str, str | int | bool]) -> bytes:
    """Return a form with values written as pikepdf does: an option by its place from 0 or 1.

    A number is a point of a scale or the place of an option from 1, true a tick, a string words.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        for name, answer in answers.items():
            field = fields[name]
            if isinstance(answer, bool):
                on = next(key for key in field.AP.N.keys() if key != "/Off")  # noqa: SIM118
                field.V = field.AS = pikepdf.Name(on if answer else "/Off")
            elif isinstance(answer, int) and field.FT == "/Btn":
                state = pikepdf.Name(f"/{answer - 1}")
                field.V = state
                for kid in field.Kids:
                    kid.AS = state if state in kid.AP.N else pikepdf.Name.Off
            elif isinstance(answer, int):
                field.V = field.Opt[answer]
            else:
                field.V = pikepdf.String(answer)
        written = io.BytesIO()
        pdf.save(written)
        return written.getvalue()


def spread(total: int, people: int) -> list[int]:
    """Return points of so many people with a given sum, as even as can be."""
    low, more = divmod(total, people)
    return [low + 1] * more + [low] * (people - more)


def guidance_groups(
    before: bytes, after: bytes, folder: Path, *, people: tuple[int, int] = (16, 15)
) -> None:
    """Write sheets with the published figures of the veiledningsgruppe (fact digest, 14.3).

    16 before and 15 after; item 20 from 2.3 to 1.7, item 14 up by 0.5. Everything else is made up:
    everyone answers 3 to the other items, of whatever scale; 14 of 15 agree fully with item 35.
    """
    first, last = people
    sums = {HARD: (round(2.3 * first), round(1.7 * last)), ENERGY: (round(2.8 * first), 50)}
    for phase, empty, count in ((0, before, first), (1, after, last)):
        names = field_names(empty)
        items = [name for name in names if name.startswith("vg-q") and name[4:6].isdigit()]
        points = {name: spread(sums[name][phase], count) for name in sums}
        for person in range(count):
            answers: dict[str, str | int | bool] = {
                name: 3 for name in items if not name.startswith("vg-q28")
            }
            answers |= {name: given[person] for name, given in points.items()}
            answers["vg-kode"] = f"Kode {person:02}" if phase else f"kode{person:02}"
            if phase:
                answers["vg-q35-klarere-mote"] = 2 if person == 0 else 3
                answers["vg-q38-snakker-annerledes"] = 4 if person < 4 else 2
                answers["vg-q-kommentar"] = "=HYPERLINK(0)" if person == 0 else "Bra."
            else:
                answers["vg-bg-ansiennitet"] = 1 + person % 3
            (folder / f"{'ab'[phase]}{person:02}.pdf").write_bytes(fill(empty, answers))


def field_names(data: bytes) -> list[str]:
    """Return the names of a form's fields."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [str(field.T) for field in pdf.Root.AcroForm.Fields]
