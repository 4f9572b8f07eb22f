"""Builds a tree with MkDocs, in this process. Alone imports MkDocs."""

import logging
import os
import traceback
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from dreiebok.problems import Problem, Severity
from dreiebok.website.drivers.complaints import complaint
from dreiebok.website.drivers.sandboxed import own_templates, sandboxed


def run(tree: Path, output: Path, epoch: int) -> tuple[Problem, ...]:
    """Build a tree into an output folder and return what the engine warned of.

    `epoch` (seconds since 1970) is the only time that gets into the pages.
    """
    # mkdocs.utils reads this when it stamps sitemap.xml.gz and build_date_utc.
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    # Material would print a notice about another product's plans at every build.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    collected = _Collector()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(collected)
    logger.setLevel(logging.WARNING)
    try:
        config = load_config(str(tree / "mkdocs.yml"), site_dir=str(output))
        if own_templates(tree):
            environment = sandboxed(config.theme.get_env())
            config.theme.get_env = lambda: environment  # type: ignore[method-assign]
        config.plugins.run_event("startup", command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.run_event("shutdown")
    except (MkDocsException, TemplateError) as error:
        where = f"{error.name}:{error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
        return (*collected.problems(), complaint(f"{where}{error}", Severity.ERROR))
    except Exception as error:
        # A template can raise anything that Python can; the frame tells which line it was.
        frames = traceback.extract_tb(error.__traceback__)
        inside = [f for f in frames if f.filename.startswith(str(tree / "overrides"))]
        if not inside:
            raise
        where = f"{inside[-1].filename}:{inside[-1].lineno}: "
        words = str(error) or type(error).__name__
        return (*collected.problems(), complaint(f"{where}{words}", Severity.ERROR))
    finally:
        logger.removeHandler(collected)
    return collected.problems()


class _Collector(logging.Handler):
    """Keeps what the engine logs from WARNING up."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def problems(self) -> tuple[Problem, ...]:
        return tuple(
            complaint(
                record.getMessage(),
                Severity.ERROR if record.levelno >= logging.ERROR else Severity.WARNING,
            )
            for record in self.records
        )
