"""Terms that an organisation may call something else: every form of a word, in each language."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from dreiebok.model.base import Node, Record, Ref, Verbatim

SOURCE_LANGUAGE = "nb"
"""What a list of forms without a language is in: that of the texts (`Book.language`)."""
FORMS: dict[str, tuple[str, ...]] = {
    "nb": ("indefinite singular", "definite singular", "indefinite plural", "definite plural"),
    "nn": ("indefinite singular", "definite singular", "indefinite plural", "definite plural"),
    "en": ("singular", "plural"),
}
"""Which forms a term has, in order, in the languages that we know the grammar of."""
_WORDS = re.compile(r"[^\W_][^*_`\[\](){}<>|\\#!:\"\n\t]*")


class Gender(StrEnum):
    """The grammatical gender of a Norwegian noun: masculine, feminine, neuter."""

    M = "m"
    F = "f"
    N = "n"


def _words(value: Verbatim) -> Verbatim:
    # A form goes into Markdown as it is, so it must not be able to hold a mark.
    if not all(_WORDS.fullmatch(form.strip()) for form in value.split("/")):
        raise PydanticCustomError(
            "term_words", "“{what}” is not a word or a few", {"what": str(value)}
        )
    return value


Form = Annotated[Verbatim, AfterValidator(_words)]
"""A form of a word; others that are as good stand behind a slash."""


class Forms(Node):
    """The forms of a term in one language."""

    forms: tuple[Form, ...] = Field(
        min_length=1,
        description="nb and nn: indefinite and definite singular, indefinite and definite plural; "
        "en: singular, plural. Others that are as good stand behind a slash.",
    )
    gender: Gender | None = Field(
        None, description="m, f or n; without it, told by the definite form."
    )
    compound: Form | None = Field(
        None, description="As the first part of compounds; without it, the first form."
    )

    def choices(self, slot: int) -> tuple[str, ...]:
        """Return the forms that are equally good in one place of the list, the usual one first."""
        return tuple(form.strip() for form in self.forms[slot].split("/"))

    def stems(self) -> tuple[str, ...]:
        """Return what begins compounds; nothing where the term is several words."""
        if self.compound:
            return tuple(stem.strip() for stem in self.compound.split("/"))
        return tuple(form for form in self.choices(0) if " " not in form)

    def kind(self) -> Gender | None:
        """Return the gender as given, or as the Norwegian definite form tells it."""
        if self.gender or len(self.forms) < 2:
            return self.gender
        definite = self.choices(1)[0].lower()
        endings = {"a": Gender.F, "en": Gender.M, "et": Gender.N}
        return next((kind for end, kind in endings.items() if definite.endswith(end)), None)


class BaseForms(Forms):
    """The forms of a term of the base, and what only looks like it."""

    unsure: tuple[Form, ...] = Field(
        (), description="Forms that are another word too, such as a verb."
    )
    never: tuple[Form, ...] = Field(
        (), description="Words that begin like the term and are never changed."
    )


class Terms(Record):
    """The terms that organisations may change, with all their forms. Nothing shows it."""

    kind: Literal["terms"]
    title: Verbatim
    terms: dict[Verbatim, dict[Verbatim, BaseForms]] = Field(
        description="By the name of the term, then by language."
    )
    keep: tuple[Ref, ...] = Field(
        (), description="Elements that tell what a source calls something: never changed."
    )


def _as_forms(value: object) -> object:
    return {"forms": value} if isinstance(value, list | tuple) else value


def _by_language(value: Any) -> Any:
    if isinstance(value, dict) and "forms" not in value:
        return value
    return {SOURCE_LANGUAGE: value}


OwnForms = Annotated[
    Forms, BeforeValidator(_as_forms, json_schema_input_type=Forms | tuple[Form, ...])
]
"""Forms that may be written as a plain list."""
OwnTerm = Annotated[
    dict[Verbatim, OwnForms],
    BeforeValidator(
        _by_language,
        json_schema_input_type=tuple[Form, ...] | Forms | dict[Verbatim, Forms | tuple[Form, ...]],
    ),
]
"""An organisation's word for a term by language; a list alone is in the source language."""


def lacking(locale: str, forms: Forms, base: Forms | None = None) -> str:
    """Return what is wrong with the number of forms, in words, or nothing.

    In languages whose grammar we do not know there must be as many as the base has.
    """
    names = FORMS.get(locale)
    wanted = len(names) if names else len(base.forms) if base else 0
    if not wanted or len(forms.forms) == wanted:
        return ""
    which = f" ({', '.join(names)})" if names else ""
    return f"{wanted} forms{which} are needed in {locale}, found {len(forms.forms)}"
