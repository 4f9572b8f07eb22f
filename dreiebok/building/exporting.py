"""Writes the Markdown trees of an edition for other engines and for reading; builds none of them.

An export is a folder with a tree for each language, a README and a mark. Only an empty folder or
an earlier export is ever replaced.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from dreiebok import __version__
from dreiebok.building.options import Selection
from dreiebok.building.paths import real_folder
from dreiebok.building.plan import SiteJob, make_plan
from dreiebok.building.publishing import check_apart, publish, staging, write_tree
from dreiebok.building.reading import Project
from dreiebok.inline import escape_markdown
from dreiebok.problems import Problem, WrongUse, has_errors

MARK = "export.json"
"""A folder without one of ours was not made by an export and is never replaced."""
README = "README.md"
SITES = "site"
"""Where the README tells people to put finished sites."""
_README = """\
# {title}, as Markdown

Written by `dreiebok export` ({generator}). There is a folder for each language:

{folders}

In each of them, `docs/` holds the pages as plain Markdown with their pictures, styles and
scripts, `overrides/` a few templates of the theme, and `mkdocs.yml` everything that an engine must
know. Each of these engines builds it, such as `{first}/`:

| With | Install | Build, in `{first}/` |
|---|---|---|
| MkDocs | `pip install "mkdocs<2" mkdocs-material` | `mkdocs build --strict` |
| ProperDocs | `pip install properdocs mkdocs-material` \
| `properdocs build --strict -f mkdocs.yml` |
| Zensical | `pip install zensical` | `zensical build --strict` |

The finished pages of a language are then in its `site/`, such as `{first}/site/index.html`. Put
those of all languages side by side and the language switch works:
`mkdir -p site && cp -R {first}/site site/{first}`, and so on.

Not in here: the PDFs, the number of pages beside each download, and what fills in a form in the
browser. `dreiebok build` makes them; copy its `site/{first}/print/` to `{first}/docs/print/` to
have the PDFs and the filling.

The next `dreiebok export` into this folder replaces it as a whole.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of an export. With an error among the problems nothing was written."""

    problems: tuple[Problem, ...]
    languages: tuple[str, ...] = ()
    pages: int = 0


def export(project: Project, selection: Selection, folder: Path) -> Exported:
    """Write the trees of a selection into a folder, which is replaced as a whole.

    Raises WrongUse for a folder that holds anything else, and for what the selection names and
    there is not; SourceError for a handbook without its own record.
    """
    folder = real_folder(folder)
    check_apart(project.root, folder)
    check_folder(folder)
    plan, problems = make_plan(project, selection)
    if has_errors(problems):
        return Exported(problems)
    languages = tuple(site.locale for site in plan.sites)
    files = {
        f"{site.locale}/{name}": data for site in plan.sites for name, data in site.tree.items()
    }
    generator = f"dreiebok {__version__}"
    mark = {"generator": generator, "languages": languages}
    files[MARK] = f"{json.dumps(mark)}\n".encode()
    files[README] = _README.format(
        title=escape_markdown(plan.editions[0].site_name),
        generator=generator,
        folders="\n".join(f"- `{site.locale}/`: {_count(site)}" for site in plan.sites),
        first=languages[0],
    ).encode()
    with staging(folder) as new:
        write_tree(new, files)
        publish(new, folder)
    return Exported(problems, languages, sum(len(site.pages) for site in plan.sites))


def check_folder(folder: Path) -> None:
    """Raise WrongUse where an export would take the place of something that no export has made."""
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"“{folder}” is a file; name a folder")
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    strange = sorted(names - _of_an_export(folder))
    if strange:
        raise WrongUse(
            f"the folder “{folder}” holds “{strange[0]}”, which no export has made; it would be "
            "replaced. Name an empty folder or an earlier export."
        )


def _of_an_export(folder: Path) -> set[str]:
    """Return the names that an export, or an engine after it, has written into a folder."""
    try:
        mark = json.loads((folder / MARK).read_bytes())
        if str(mark["generator"]).startswith("dreiebok "):
            return {MARK, README, SITES, *map(str, mark["languages"])}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return set()


def _count(site: SiteJob) -> str:
    return f"{len(site.pages)} pages and {len(site.meetings)} scripts in meeting mode"
