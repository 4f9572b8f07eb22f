"""incomplete-term: a term of the base lacks forms, so that nobody could replace it everywhere.

Fails: `nb: {forms: [mestringsgruppe, mestringsgruppa]}`.
Passes: four forms in nb and nn with a gender that they tell, two in en, any number in others.
"""

from collections.abc import Iterator

from dreiebok.model.handbook import Handbook
from dreiebok.model.terms import Terms, lacking
from dreiebok.problems import Code, Problem


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each term that is not complete in a language."""
    for record in handbook.records:
        for term, languages in record.terms.items() if isinstance(record, Terms) else ():
            for locale, forms in languages.items():
                what = lacking(str(locale), forms)
                if not what and locale in {"nb", "nn"} and forms.kind() is None:
                    what = "its gender cannot be told from its forms"
                if what:
                    yield Problem(
                        Code.INCOMPLETE_TERM,
                        f"the term “{term}”: {what}",
                        forms.forms[0].at,
                        "Give every form, and `gender: m`, `f` or `n` where an ending does not "
                        "tell it; see docs/authors.md, “terms”.",
                    )
