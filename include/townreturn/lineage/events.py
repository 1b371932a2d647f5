"""Run events as OpenLineage 2-0-2 shapes them. Their addresses name the specification; nobody opens them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from townreturn.software import software_version

_SPEC = "https://openlineage.io/spec"
_FACETS = {
    "dataQualityAssertions": "1-1-0/DataQualityAssertionsDatasetFacet",
    "nominalTime": "1-0-1/NominalTimeRunFacet",
    "outputStatistics": "1-0-2/OutputStatisticsOutputDatasetFacet",
    "processing_engine": "1-1-1/ProcessingEngineRunFacet",
    "version": "1-0-1/DatasetVersionDatasetFacet",
}


@dataclass(frozen=True)
class Dataset:
    """What a run reads or writes. ``statistics``: of what is written, rowCount or size in bytes.

    ``assertions``: of what is read, the tests that failed, as OpenLineage words them.
    """

    namespace: str
    name: str
    version: str = ""
    statistics: Mapping[str, int] = field(default_factory=dict)
    assertions: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Job:
    """A step of the month; ``run`` tells its runs apart: the same facts told again are the same run.

    ``nominal``: first instant of the period that it worked, and first one after it.
    """

    namespace: str
    name: str
    run: str
    nominal: tuple[datetime, datetime] | None = None


def tell_run(job: Job, inputs: Sequence[Dataset], outputs: Sequence[Dataset], at: datetime) -> list[dict[str, Any]]:
    """The two events that every run owes, START and COMPLETE, of one that is over at ``at``."""
    facets = {"processing_engine": {"version": software_version(), "name": "townreturn"}}
    if job.nominal:
        start, end = map(_instant, job.nominal)
        facets["nominalTime"] = {"nominalStartTime": start, "nominalEndTime": end}
    told = {
        "eventTime": _instant(at),
        "producer": _producer(),
        "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid5(NAMESPACE_URL, f"{job.namespace}/{job.name}/{job.run}")), "facets": _facets(facets)},
        "job": {"namespace": job.namespace, "name": job.name},
    }
    read = [_dataset(one) | {"inputFacets": _read(one)} for one in inputs]
    written = [_dataset(one) | {"outputFacets": _written(one)} for one in outputs]
    return [{"eventType": "START"} | told, {"eventType": "COMPLETE"} | told | {"inputs": read, "outputs": written}]


def _dataset(one: Dataset) -> dict[str, Any]:
    kept = {"version": {"datasetVersion": one.version}} if one.version else {}
    return {"namespace": one.namespace, "name": one.name, "facets": _facets(kept)}


def _read(one: Dataset) -> dict[str, Any]:
    return _facets({"dataQualityAssertions": {"assertions": one.assertions}} if one.assertions else {})


def _written(one: Dataset) -> dict[str, Any]:
    return _facets({"outputStatistics": one.statistics} if one.statistics else {})


def _facets(named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        name: {"_producer": _producer(), "_schemaURL": f"{_SPEC}/facets/{_FACETS[name]}.json"} | dict(said)
        for name, said in named.items()
    }


def _producer() -> str:
    return f"urn:townreturn:{software_version()}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
