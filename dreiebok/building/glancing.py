"""Makes the pages that somebody looks at before all others, while a preview is edited.

They are as they would be if nothing but their words had changed: a build of the whole site follows
in a moment and has the last word. What is wrong is left for it to tell.
"""

from collections.abc import Collection
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import replace

from dreiebok.building import workers
from dreiebok.building.archives import read_files
from dreiebok.building.downloads import fill_downloads
from dreiebok.building.options import Options
from dreiebok.building.plan import Glance, Plan, make_plan
from dreiebok.building.publishing import write_tree
from dreiebok.building.reading import Project
from dreiebok.building.rendering import epoch_of, site_folders
from dreiebok.building.writing import remove
from dreiebok.problems import SourceError, WrongUse, has_errors
from dreiebok.website.navigation import NEWS
from dreiebok.website.paths import DOCS


def glance(
    project: Project, options: Options, last: Plan, shown: Collection[str], pool: Executor
) -> dict[str, bytes]:
    """Return the pages among those shown that have new words, by their path in the whole site.

    `last` is the plan of the site of before. Raises MissingOnMachine when the system stops a
    worker.
    """
    found: dict[str, bytes] = {}
    wanted = glance_at(last, shown)
    if not wanted.shown:
        return found
    selection = replace(options.selection, languages=tuple(wanted.shown))
    try:
        plan, problems = make_plan(project, selection, wanted)
    except (SourceError, WrongUse):
        return found
    if has_errors(problems):
        return found
    for site in plan.sites:
        before = wanted.sites[site.locale].tree
        anew = {name: data for name, data in site.tree.items() if data != before.get(name)}
        if not anew:
            continue
        tree, made = site_folders(options, site)
        # It may not lie there: the site of before could come from the cache.
        write_tree(tree, site.tree)
        remove(made)
        pages = tuple(name.removeprefix(DOCS) for name in anew)
        when = epoch_of(plan, site.locale, options)
        given = site.engine, str(tree), str(made), when, pages
        try:
            whole = pool.submit(workers.build_pages, *given).result().whole
        except BrokenExecutor as error:
            raise workers.stopped() from error
        if not whole:
            for name, data in read_files(made).items():
                if name in wanted.shown[site.locale]:
                    found[f"{site.locale}/{name}"] = fill_downloads(data, {})
        remove(made)
    return found


def glance_at(last: Plan, shown: Collection[str]) -> Glance:
    """Return which pages of a plan's sites are looked at, and can be rendered without the others.

    What each edition has brought is reckoned from all of it, so that page waits.
    """
    sites = {site.locale: site for site in last.sites if site.frame}
    looked: dict[str, frozenset[str]] = {}
    for locale, site in sites.items():
        inside = {page.html_path for page in site.pages if page.path != NEWS}
        if paths := inside & {
            name.removeprefix(f"{locale}/") for name in shown if name.startswith(f"{locale}/")
        }:
            looked[locale] = frozenset(paths)
    return Glance(sites, looked)
