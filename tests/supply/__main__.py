"""`python -m tests.supply`: write the page of licences and the SBOM anew."""

import sys

from tests.supply.packages import UnclearLicenceError
from tests.supply.writing import ROOT, made

if __name__ == "__main__":
    try:
        files = made()
    except UnclearLicenceError as error:
        sys.exit(str(error))
    for name, text in files.items():
        (ROOT / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"Written: {name}")
