from dataclasses import dataclass
from datetime import date
@dataclass(frozen=True)
class Evidence:
    day: date; chromium: str; axe: str; pages: dict[str,int]; states: int; found: dict[str, list[str]]
def evidence_text(e): return ""
