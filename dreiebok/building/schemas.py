"""Every JSON Schema that is committed under `schemas/`: the sources' and the manifest's."""

from dreiebok.building.manifest import Manifest
from dreiebok.sources.schemas import schema_bytes, source_schemas


def schema_files() -> dict[str, bytes]:
    """Return all schema files by name."""
    manifest = Manifest.model_json_schema(by_alias=True)
    return {**source_schemas(), "manifest.json": schema_bytes(manifest, "Dreiebok: manifest.json")}
