"""Every command with its options, and what their values must look like."""

import argparse
from pathlib import Path
from typing import Any

from dreiebok import __version__
from dreiebok.model.clock import parse_clock
from dreiebok.model.engines import Engine

BESIDE = Path()
"""Stands for a ZIP file beside the site."""
EXIT_CODES = """exit codes:
  0  fine
  1  problems in the sources; all are listed, nothing was written
  2  wrong use of a command or option
  3  something that this machine lacks; the message names it
  70 our own fault; please report it"""


def make_parser() -> argparse.ArgumentParser:
    """Return the parser with every command and option."""
    talking = argparse.ArgumentParser(add_help=False)
    talking.add_argument("--quiet", action="store_true", help="say only what is wrong")
    talking.add_argument("--verbose", action="store_true", help="name every artefact")
    common = argparse.ArgumentParser(add_help=False, parents=[talking])
    common.add_argument(
        "--source", type=Path, default=Path(), metavar="DIR", help="project folder (default: here)"
    )
    language = argparse.ArgumentParser(add_help=False)
    language.add_argument(
        "--language",
        action="append",
        default=[],
        metavar="LANG",
        help="only this language, or all; qps shows what cannot be translated",
    )
    select = argparse.ArgumentParser(add_help=False, parents=[language])
    select.add_argument(
        "--programme", action="append", default=[], metavar="ID", help="only this programme"
    )
    organisation = argparse.ArgumentParser(add_help=False)
    organisation.add_argument(
        "--organisation",
        type=Path,
        default=None,
        metavar="FILE",
        help="settings of the organisation whose edition it is, or its folder "
        "(default: organisation.yml)",
    )
    organisation.add_argument(
        "--base",
        type=Path,
        default=None,
        metavar="DIR",
        help="the base edition under an organisation's folder (default: the package's)",
    )
    printing = argparse.ArgumentParser(add_help=False)
    printing.add_argument(
        "--start", type=_clock, metavar="HH:MM", help="print the time of day of every step"
    )
    printing.add_argument(
        "--participants", type=_group, metavar="N", help="how many forms a meeting kit holds"
    )
    printing.add_argument(
        "--paper", choices=("a4", "letter"), help="the paper in the printer (default: a4)"
    )
    printing.add_argument(
        "--with",
        dest="beside",
        action="append",
        default=[],
        metavar="LANG",
        help="also print cards and forms in two languages, this one the second",
    )
    running = argparse.ArgumentParser(add_help=False)
    running.add_argument(
        "--engine",
        choices=tuple(Engine),
        metavar="NAME",
        help="what builds the pages: mkdocs, properdocs or zensical",
    )
    making = argparse.ArgumentParser(add_help=False)
    making.add_argument(
        "--jobs", type=_positive, default=0, metavar="N", help="worker processes (default: cores)"
    )
    making.add_argument(
        "--work", type=Path, default=None, metavar="DIR", help="cache folder (default: build/)"
    )

    parser = argparse.ArgumentParser(
        prog="dreiebok",
        description="Publish a facilitated-group method: one build renders a searchable website "
        "and print-ready, fillable, accessible PDFs.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dreiebok {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    build = commands.add_parser(
        "build",
        parents=[common, select, organisation, printing, running, making],
        help="build everything to site/ (the default)",
    )
    build.add_argument("--only", choices=("website", "print"), help="only one of the two")
    build.add_argument(
        "--output", type=Path, default=None, metavar="DIR", help="where to (default: site/)"
    )
    build.add_argument(
        "--organisations",
        type=Path,
        default=None,
        metavar="DIR",
        help="build every organisation's folder in DIR, each to its own site/ or OUTPUT/NAME/",
    )
    build.add_argument(
        "--cluster",
        default=None,
        metavar="ADDRESS",
        help="render on a Dask cluster, such as tcp://host:8786 (needs dreiebok[cluster])",
    )
    build.add_argument(
        "--zip",
        nargs="?",
        type=Path,
        const=BESIDE,
        default=None,
        metavar="FILE",
        help="also write one file to open from a USB stick (default: beside the site)",
    )
    build.add_argument("--strict", action="store_true", help="warnings stop the build too")
    serve = commands.add_parser(
        "serve",
        parents=[common, select, organisation, printing, running, making],
        help="live preview in the browser",
    )
    serve.add_argument("--port", type=_port, default=8000, help="port (default: 8000)")
    serve.add_argument("--host", default="127.0.0.1", help="address (default: 127.0.0.1)")
    commands.add_parser(
        "check", parents=[common, language, organisation], help="list all problems, write nothing"
    )
    export = commands.add_parser(
        "export",
        parents=[common, select, organisation],
        help="write the Markdown and its mkdocs.yml, for other engines and for reading",
    )
    export.add_argument(
        "folder", type=Path, metavar="DIR", help="a new or empty folder, or an earlier export"
    )
    commands.add_parser(
        "schemas", parents=[common], help="write the JSON Schemas of the sources to schemas/"
    )
    _add_collect(commands, [common, organisation])
    _add_fill(commands, [common, organisation])
    accept = commands.add_parser(
        "accept",
        parents=[common, organisation],
        help="take the base of today for what your overrides were made for",
    )
    accept.add_argument("ids", nargs="*", metavar="ID", help="only these (default: all outdated)")
    commands.add_parser(
        "release",
        parents=[common, organisation],
        help="write down what the edition of today holds, for the next to tell what is new",
    )
    _add_translate(commands, common, organisation)
    _add_new(commands, talking)
    return parser


def _add_translate(
    commands: Any, common: argparse.ArgumentParser, organisation: argparse.ArgumentParser
) -> None:
    """Add the commands for catalogs."""
    translate = commands.add_parser("translate", help="extract, update and look at catalogs")
    parents = [common, organisation]
    actions = translate.add_subparsers(dest="action", metavar="ACTION", required=True)
    extract = actions.add_parser(
        "extract", parents=parents, help="write message templates (POT) to a folder"
    )
    extract.add_argument(
        "-o", "--output", type=Path, default=Path("build/locale"), metavar="DIR",
        help="where to (default: build/locale)",
    )  # fmt: skip
    update = actions.add_parser(
        "update", parents=parents, help="bring catalogs up to the texts of today"
    )
    update.add_argument("locales", nargs="*", metavar="LANG", help="only these (default: all)")
    add = actions.add_parser("add", parents=parents, help="make the catalogs of a new language")
    add.add_argument("locale", metavar="LANG", help="such as sv or pt_BR")
    actions.add_parser("status", parents=parents, help="tell how far each catalog has come")
    check = actions.add_parser("check", parents=parents, help="look for slips in translations")
    check.add_argument("locales", nargs="*", metavar="LANG", help="only these (default: all)")


def _add_new(commands: Any, talking: argparse.ArgumentParser) -> None:
    """Add the command that begins a folder of one's own."""
    new = commands.add_parser("new", help="begin a folder of your own")
    kinds = new.add_subparsers(dest="new", metavar="WHAT", required=True)
    organisation = kinds.add_parser(
        "organisation", parents=[talking], help="an organisation's folder, which builds at once"
    )
    organisation.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    organisation.add_argument("--name", help="the organisation's name (default: the folder's)")
    organisation.set_defaults(source=Path())


def _add_fill(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add the command that writes values into a form."""
    fill = commands.add_parser(
        "fill", parents=parents, help="write a form with values in it, in one or more copies"
    )
    fill.add_argument("form", metavar="FORM", help="id of a form, or of a phase of a survey")
    fill.add_argument(
        "--data", type=Path, metavar="FILE", help="YAML with heading, values and copies"
    )
    fill.add_argument("--copies", type=_copies, metavar="N", help="how many (default: the file's)")
    fill.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="a .pdf, or a folder (default: here)"
    )


def _add_collect(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Add the command that reads filled forms."""
    collect = commands.add_parser(
        "collect", parents=parents, help="read filled forms into a table, scores and a report"
    )
    collect.add_argument(
        "files", nargs="+", type=Path, metavar="FILES", help="filled PDFs, or folders of them"
    )
    for flags, help_ in (
        (("-o", "--output"), "write a row a form to FILE, .csv or .json"),
        (("--scores",), "write the results of surveys to FILE, .csv"),
        (("--report",), "write the results of surveys as a page to FILE, .html"),
    ):
        collect.add_argument(*flags, type=Path, metavar="FILE", help=help_)
    collect.add_argument("--with-text", action="store_true", help="take free text along")
    collect.add_argument("--with-names", action="store_true", help="take file names along")
    collect.add_argument(
        "--minimum",
        type=_positive,
        default=5,
        metavar="N",
        help="fewest answers shown (default: 5)",
    )
    collect.add_argument(
        "--delimiter",
        choices=("semicolon", "comma", "tab"),
        default="semicolon",
        help="between cells; with semicolon numbers have a decimal comma (default: semicolon)",
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _clock(text: str) -> int:
    try:
        return parse_clock(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _group(text: str) -> int:
    number = _positive(text)
    if not 2 <= number <= 40:
        raise argparse.ArgumentTypeError("must be 2 to 40")
    return number


def _copies(text: str) -> int:
    number = _positive(text)
    if number > 99:
        raise argparse.ArgumentTypeError("must be 99 or less")
    return number


def _port(text: str) -> int:
    number = _positive(text)
    if number > 65535:
        raise argparse.ArgumentTypeError("must be 65535 or less")
    return number
