"""Language tags (BCP 47). Imports nothing: workers, which have no Babel, need them too."""


def language_tag(locale: str) -> str:
    """Return a locale as browsers and readers of PDFs want it in `lang`: pt_BR -> pt-BR."""
    return locale.replace("_", "-")
