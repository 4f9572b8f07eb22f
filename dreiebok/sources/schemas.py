"""JSON Schemas of the sources, generated from the model, for editors that complete and check."""

import json
from typing import Any

from dreiebok.model.base import Node
from dreiebok.model.handbook import KINDS
from dreiebok.model.organisations import Organisation
from dreiebok.model.overlays import Overlay
from dreiebok.model.prefills import Prefill

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def source_schemas() -> dict[str, bytes]:
    """Return one schema file for each kind of record and each file of settings, by file name."""
    models: dict[str, type[Node]] = {
        **KINDS,
        "organisation": Organisation,
        "overlay": Overlay,
        "prefill": Prefill,
    }
    return {
        f"{kind}.json": schema_bytes(model.model_json_schema(by_alias=True), f"Dreiebok: {kind}")
        for kind, model in sorted(models.items())
    }


def schema_bytes(schema: dict[str, Any], title: str) -> bytes:
    """Return a schema as it is committed: closed objects, sorted keys, one newline at the end."""
    _close(schema)
    whole = {"$schema": DIALECT, **schema, "title": title}
    return (json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _close(part: Any) -> None:
    """Allow no unknown keys, as parsing does, and drop the titles that pydantic makes up."""
    if isinstance(part, dict):
        if "properties" in part and part.get("type") == "object":
            part.setdefault("additionalProperties", False)
            for found in part["properties"].values():
                found.pop("title", None)
        for value in part.values():
            _close(value)
    elif isinstance(part, list):
        for value in part:
            _close(value)
