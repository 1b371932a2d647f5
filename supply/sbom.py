"""`make sbom`: what an office installs, as a CycloneDX 1.6 bill of materials on standard output.

Made of the locks, docs/licences.md and the files at hand alone, without a network; the same bytes for the same locks.
"""

import hashlib
import json
import sys
from importlib.metadata import version
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from supply.licences import LIST, listed_licences
from supply.locks import Locked, read_locks
from supply.vendored import VENDORED, Vendored

_SCOPES = {"runtime": "required", "compose": "optional", "development": "excluded"}


def make_sbom() -> dict[str, Any]:
    """The bill; ``serialNumber`` follows from the rest."""
    licences = listed_licences(LIST.read_text("utf-8"))
    components = [_package(one, licences[one.name, one.version]) for one in read_locks()]
    components += [_file(one) for one in VENDORED]
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": "townreturn", "name": "townreturn", "version": version("townreturn"),
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": components,
    }  # fmt: skip
    return told | {"serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(told, sort_keys=True))}"}


def _package(one: Locked, licence: str) -> dict[str, Any]:
    """With the hashes of all distributions that the lock lets in, of which one is installed."""
    purl = f"pkg:pypi/{one.name}@{one.version}"
    return {
        "type": "library", "bom-ref": purl, "name": one.name, "version": one.version, "purl": purl,
        "scope": _SCOPES[one.use], "licenses": [{"expression": licence}],
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in one.hashes],
    }  # fmt: skip


def _file(one: Vendored) -> dict[str, Any]:
    digest = hashlib.sha256(one.file.read_bytes()).hexdigest()
    return {
        "type": "file", "bom-ref": one.purl, "name": one.name, "version": one.version, "purl": one.purl,
        "scope": "required", "licenses": [{"expression": one.licence}],
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(make_sbom(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
    sys.stdout.write("\n")
