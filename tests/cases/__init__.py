"""Readable cases: many to a Markdown file, each a title, input files and the expected output.

## A key that is not known
```yaml content/x.yml
kind: chapter
```
```text expected
content/x.yml:1:1: error: …
```
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

_CASE = re.compile(r"^## (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```\w* ?(\S+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FOLDER = Path(__file__).parent


@dataclass
class Case:
    """One case: its title, its input files by name, and what is expected."""

    title: str
    files: dict[str, str]
    expected: str


@dataclass
class CaseFile:
    """A file of cases; remembers new expectations until it is written."""

    path: Path
    accepted: dict[str, str] = field(default_factory=dict)

    def write(self) -> None:
        """Replace each expectation that was accepted."""
        text = self.path.read_text(encoding="utf-8")
        for title, output in self.accepted.items():
            start = text.index(f"## {title}\n")
            found = re.compile(r"```text expected\n.*?^```$", re.MULTILINE | re.DOTALL).search(
                text, start
            )
            assert found, title
            text = f"{text[: found.start()]}```text expected\n{output}\n```{text[found.end() :]}"
        self.path.write_text(text, encoding="utf-8")


def read_cases(name: str) -> list[Case]:
    """Return the cases of one file under tests/cases/."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    cases: list[Case] = []
    marks = list(_CASE.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        body = text[mark.end() : following.start() if following else len(text)]
        files = {file or "": content for file, content in _FENCE.findall(body)}
        expected = files.pop("expected").rstrip("\n")
        cases.append(Case(mark[1].strip(), files, expected))
    return cases
