"""Pages of plain Markdown, through the Jinja templates: those of records, and the site's own.

`navigation.py` says which there are; what a template may ask for stands in `pageview.py`.
"""

import json
from dataclasses import dataclass

from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name
from dreiebok.editions.progress import in_all
from dreiebok.editions.releases import News
from dreiebok.inline import to_plain
from dreiebok.model.handbook import Programme
from dreiebok.problems import Problem, SourceError
from dreiebok.templating import Output, Templates, make_environment, render
from dreiebok.website.framing import framed
from dreiebok.website.navigation import fixed_titles, make_site_map
from dreiebok.website.pageview import Download, PageView
from dreiebok.website.paths import html_path


@dataclass(frozen=True, slots=True)
class Page:
    """A finished Markdown page; the path is relative to the language's tree."""

    path: str
    title: str
    markdown: str
    record: str | None
    programme: str | None

    @property
    def html_path(self) -> str:
        """The path of the finished page in its language's site."""
        return html_path(self.path)


def make_pages(
    edition: Edition,
    templates: Templates,
    downloads: tuple[Download, ...],
    news: tuple[News, ...] = (),
    only: frozenset[str] | None = None,
) -> tuple[tuple[Page, ...], tuple[Problem, ...]]:
    """Return the pages of an edition's site and the problems of its templates.

    `news` is what each edition has brought, the newest first. `only` are the paths of the pages
    that are wanted, as they are called in the finished site; without it, all are.
    """
    environment = make_environment(
        templates,
        Output.MARKDOWN,
        edition.gettext,
        edition.ngettext,
        edition.locale,
        name_of=native_name,
        in_all=in_all,
    )
    titles = fixed_titles(edition.gettext)
    site = make_site_map(edition, titles)
    pages: list[Page] = []
    problems: list[Problem] = []
    for spec in site.pages:
        if only is not None and spec.html_path not in only:
            continue
        view = PageView(edition, site, spec, downloads)
        try:
            markdown = render(
                environment,
                spec.template,
                lambda element, page=spec.path: site.link(page, element),  # type: ignore[misc]
                edition=edition,
                book=edition.book,
                page=spec,
                record=spec.record,
                programme=spec.programme,
                door=spec.door,
                view=view,
                titles=titles,
                news=news,
            )
        except SourceError as error:
            problems.extend(error.problems)
            continue
        pages.append(
            Page(
                spec.path,
                spec.title,
                _tidy(_labelled(markdown, spec.programme)),
                str(about.id) if (about := spec.record or spec.door) else None,
                str(spec.programme.id) if spec.programme else None,
            )
        )
    return tuple(pages), tuple(problems)


def _labelled(markdown: str, programme: Programme | None) -> str:
    """Return the page with its programme in its head: its colour, and a tag for the search."""
    if programme is None:
        return markdown
    title = json.dumps(framed(to_plain(programme.title)), ensure_ascii=False)
    head = f"tags:\n  - {title}\nprogramme: {json.dumps(str(programme.id))}\n"
    body = markdown.lstrip()
    fence = "---\n"
    if body.startswith(fence):
        return fence + head + body.removeprefix(fence)
    return f"{fence}{head}{fence}\n{body}"


def _tidy(markdown: str) -> str:
    """Return the page with no runs of empty lines and one newline at its end."""
    lines: list[str] = []
    # Not splitlines(): a text may hold other ends of lines (U+2028), and what follows one would
    # begin a line of Markdown, as a heading does.
    for line in markdown.split("\n"):
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).strip() + "\n"
