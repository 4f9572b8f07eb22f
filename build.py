"""Builds everything into site/: the same as the command `dreiebok`, with the same options."""

import sys

try:
    from dreiebok.cli import main
except ModuleNotFoundError as error:
    if (error.name or "").startswith("dreiebok"):
        raise
    print(
        f"The Python package “{error.name}” is not installed here. Run `make site` once;\n"
        "after that, `.venv/bin/python build.py` works.",
        file=sys.stderr,
    )
    sys.exit(3)

# The guard matters: worker processes import this file again.
if __name__ == "__main__":
    sys.exit(main())
