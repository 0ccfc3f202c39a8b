"""Jobs: submitted against active definitions and enabled queues, and described with what a caller diagnoses from."""

from typing import Any

from answers import Body, operation, page, refuse, without_nothing
from job_definitions import find, newest_active
from moto.batch.responses import BatchResponse


@operation("SubmitJob")
def submit(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    given = body.get("jobDefinition") or ""
    definition = find(backend, given) or newest_active(backend, given)
    queue = backend.get_job_queue(body.get("jobQueue") or "")
    if definition is None or definition.status != "ACTIVE":
        raise refuse(f"Job Definition {given} does not exist or is not ACTIVE")
    if queue is None:
        raise refuse(f"job-queue/{body.get('jobQueue')} does not exist")
    if queue.state != "ENABLED":
        raise refuse("Job queue is not ENABLED")
    _check_fair_share(body, queue.schedule_policy, definition.declared.get("schedulingPriority"))
    name, job_id, arn = backend.submit_job(
        body.get("jobName") or "",
        definition.arn,
        queue.name,
        array_properties=body.get("arrayProperties") or {},
        depends_on=body.get("dependsOn"),
        container_overrides=body.get("containerOverrides"),
        eks_properties_override=body.get("eksPropertiesOverride"),
        timeout=body.get("timeout"),
        parameters=body.get("parameters"),
        tags=body.get("tags"),
    )
    job: Any = backend.get_job_by_id(job_id)
    job.submitted = body
    job.exit_code = 0
    return {"jobArn": arn, "jobName": name, "jobId": job_id}


@operation("DescribeJobs")
def describe(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    wanted = set(body.get("jobs") or [])
    jobs = [job for job in backend._jobs.values() if job.job_id in wanted or job.arn in wanted]
    return {"jobs": [_described(job) for job in jobs]}


@operation("ListJobs")
def list_some(response: BatchResponse, body: Body) -> Body:
    jobs = response.batch_backend.list_jobs(
        body.get("jobQueue"), body.get("arrayJobId"), body.get("jobStatus"), body.get("filters")
    )
    items, following = page(body, jobs)
    return {"jobSummaryList": [job.describe_short() for job in items], **following}


def _check_fair_share(body: Body, policy: str | None, priority: int | None) -> None:
    if policy and not body.get("shareIdentifier"):
        raise refuse("Share identifier should be specified for a job queue with a scheduling policy.")
    if policy and priority is None and body.get("schedulingPriorityOverride") is None:
        raise refuse("Either schedulingPriority in job definition or schedulingPriorityOverride should be specified.")


def _described(job: Any) -> Body:
    item = job.describe()
    declared = job.job_definition.declared
    if declared.get("containerProperties"):
        item["container"] = {**declared["containerProperties"], **item.get("container", {}), "exitCode": job.exit_code}
    elif declared.get("ecsProperties"):
        item["ecsProperties"] = declared["ecsProperties"]
        item.pop("container", None)
    for attempt in item.get("attempts") or []:
        attempt["container"]["exitCode"] = job.exit_code
    submitted = getattr(job, "submitted", {})
    return without_nothing(
        {
            "statusReason": "Essential container in task exited",
            **item,
            "platformCapabilities": declared.get("platformCapabilities"),
            "propagateTags": submitted.get("propagateTags", declared.get("propagateTags")),
            "retryStrategy": submitted.get("retryStrategy") or declared.get("retryStrategy"),
            "schedulingPriority": submitted.get("schedulingPriorityOverride") or declared.get("schedulingPriority"),
            "shareIdentifier": submitted.get("shareIdentifier"),
        }
    )
