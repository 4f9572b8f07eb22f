"""The SBOM: what is in the wheel, and what it was tested with, as CycloneDX 1.6 in JSON.

No number of its own, no time, no address of a registry: the same sources give the same bytes.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tests.supply.packages import Package, Use

SCOPES = {Use.RUN: ComponentScope.REQUIRED, Use.EXTRA: ComponentScope.OPTIONAL}
"""What a scope of CycloneDX says of a use; what only tests is not in the SBOM."""


def make_bom(
    version: str,
    licence: str,
    packages: Iterable[Package],
    bundled: Iterable[Mapping[str, Any]],
    copied: Iterable[Mapping[str, Any]],
    runs_on: Iterable[str],
) -> str:
    """Return the SBOM of a version of ours as JSON.

    `packages` are all that are needed, `bundled` the parts that travel in the wheel, `copied` those
    that a build copies out of packages (both from facts.toml), `runs_on` the normal names of the
    direct dependencies. The versions are the tested ones.
    """
    root = Component(
        name="dreiebok",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref="dreiebok",
        licenses=[LicenseFactory().make_from_string(licence)],
        purl=PackageURL("pypi", None, "dreiebok", version),
        components=[_part(part) for part in bundled],
    )
    bom = Bom()
    bom.metadata.component = root
    inside = {lot["package"]: [_copied(*part) for part in lot["parts"]] for lot in copied}
    components = {
        package.name: _package(package, inside.get(package.name, []))
        for package in packages
        if package.use in SCOPES
    }
    bom.components.update(components.values())
    bom.register_dependency(root, [components[name] for name in runs_on if name in components])
    for package in packages:
        if package.name in components:
            needs = [components[name] for name in package.needs if name in components]
            bom.register_dependency(components[package.name], needs)
    data = json.loads(JsonV1Dot6(bom).output_as_string())
    # Both are optional, and the only values that differ from run to run.
    del data["serialNumber"], data["metadata"]["timestamp"]
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _package(package: Package, inside: Iterable[Component]) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        bom_ref=package.name,
        scope=SCOPES[package.use],
        licenses=[LicenseFactory().make_from_string(package.licence)],
        purl=PackageURL("pypi", None, package.name, package.version),
        components=inside,
    )


def _copied(name: str, licence: str, copyright_: str, _: str) -> Component:
    return Component(
        name=name,
        bom_ref=f"copied/{name}",
        licenses=[LicenseFactory().make_from_string(licence)],
        copyright=f"© {copyright_}",
    )


def _part(part: Mapping[str, Any]) -> Component:
    return Component(
        name=part["name"],
        version=part["version"] or None,
        type=ComponentType.DATA if part["licence"].startswith("CC-") else ComponentType.FILE,
        bom_ref=f"dreiebok/{part['name']}",
        licenses=[LicenseFactory().make_from_string(part["licence"])],
        copyright=f"© {part['copyright']}",
        properties=[Property(name="dreiebok:files", value=files) for files in part["files"]],
    )
