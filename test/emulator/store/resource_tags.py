"""Tags of Batch resources by ARN: only for what exists, and within the limits."""

import json
from urllib.parse import unquote

from answers import check_tags, refuse
from moto.batch.models import BatchBackend
from moto.batch.responses import BatchResponse


def apply() -> None:
    original = BatchResponse.tags

    def tags(response: BatchResponse) -> str:
        backend = response.batch_backend
        arn = unquote(response.path).split("/v1/tags/")[-1]
        if not _exists(backend, arn):
            raise refuse(f"{arn} does not exist")
        if response.method == "POST":
            added = json.loads(response.body or "{}").get("tags") or {}
            check_tags(added, backend.list_tags_for_resource(arn))
        return original(response) or "{}"

    BatchResponse.tags = tags  # type: ignore[method-assign]


def _exists(backend: BatchBackend, arn: str) -> bool:
    stores = (
        backend._compute_environments,
        backend._job_queues,
        backend._job_definitions,
        backend._scheduling_policies,
        {job.arn: job for job in list(backend._jobs.values())},
    )
    return any(arn in store for store in stores)
