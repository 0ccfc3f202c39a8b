"""Job queues: references by ARN, the order list, the queue's kind, and the refusals that depend on other objects."""

from typing import Any

from answers import NAME, Body, before_effect, check_tags, operation, page, refuse, selected, without_nothing
from compute_resources import is_fargate
from environment_health import health
from moto.batch.models import BatchBackend, JobQueue
from moto.batch.responses import BatchResponse

HEALTHY = "JobQueue Healthy"
MOST_COMPUTE_ENVIRONMENTS = 3
NOT_ATTACHABLE = "Compute Environments must be created and valid before attaching them to a job queue"


@operation("CreateJobQueue")
def create(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    name = body.get("jobQueueName") or ""
    if not NAME.match(name):
        raise refuse("Job Queue name should match a valid pattern.")
    if backend.get_job_queue_by_name(name):
        raise refuse("Object already exists")
    if body.get("priority") is None:
        raise refuse("Job Queue priority is required.")
    check_tags(body.get("tags"))
    order = _order(backend, body.get("computeEnvironmentOrder") or [])
    _check_policy(backend, body.get("schedulingPolicyArn"))
    actions = _time_limit_actions(body.get("jobStateTimeLimitActions"))

    queue = backend.create_job_queue(
        name,
        body["priority"],
        body.get("schedulingPolicyArn"),
        (body.get("state") or "ENABLED").upper(),
        order,
        body.get("tags"),
    )
    queue.time_limit_actions = actions
    queue.kind = body.get("jobQueueType") or _kind(queue)
    return {"jobQueueName": name, "jobQueueArn": queue.arn}


@operation("DescribeJobQueues")
def describe(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    items, following = page(body, backend.describe_job_queues(list(selected(body, "jobQueues"))))
    return {"jobQueues": [_described(backend, item) for item in items], **following}


@operation("UpdateJobQueue")
def update(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    identifier = body.get("jobQueue") or ""
    queue = backend.get_job_queue(identifier)
    if queue is None:
        raise refuse(f"job-queue/{identifier.split('/')[-1]} does not exist")
    policy = body.get("schedulingPolicyArn")
    if policy and not queue.schedule_policy:
        raise refuse("A scheduling policy cannot be added to a FIFO job queue.")
    _check_policy(backend, policy)
    order = body.get("computeEnvironmentOrder")
    ordered = None if order is None else _order(backend, order)
    actions = _time_limit_actions(body.get("jobStateTimeLimitActions"))

    backend.update_job_queue(queue.name, body.get("priority"), body.get("state"), ordered, policy)
    queue.time_limit_actions = queue.time_limit_actions if actions is None else actions
    return {"jobQueueName": queue.name, "jobQueueArn": queue.arn}


@operation("DeleteJobQueue")
def delete(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    queue = backend.get_job_queue(body.get("jobQueue") or "")
    if queue is None:
        return {}
    if queue.state == "ENABLED":
        raise refuse("Cannot delete an enabled job queue, set the state to DISABLED first.")
    before_effect(response)
    backend.delete_job_queue(queue.name)
    backend.tagger.delete_all_tags_for_resource(queue.arn)
    return {}


def _order(backend: BatchBackend, given: list[Body]) -> list[Body]:
    environments = [backend.get_compute_environment(entry.get("computeEnvironment") or "") for entry in given]
    if not given or len(given) > MOST_COMPUTE_ENVIRONMENTS:
        raise refuse(f"computeEnvironmentOrder should have between 1 and {MOST_COMPUTE_ENVIRONMENTS} entries.")
    if len({entry.get("order") for entry in given}) < len(given):
        raise refuse("Duplicate ComputeEnvironment order values.")
    if any(environment is None or health(backend, environment) for environment in environments):
        raise refuse(NOT_ATTACHABLE)
    if len({is_fargate(environment) for environment in environments if environment}) > 1:
        raise refuse("Fargate and EC2 compute environments can not be mixed.")
    entries = [
        {"order": entry.get("order") or 0, "computeEnvironment": environment.arn}
        for entry, environment in zip(given, environments, strict=True)
        if environment
    ]
    return sorted(entries, key=lambda entry: entry["order"])


def _check_policy(backend: BatchBackend, arn: str | None) -> None:
    if arn and arn not in backend._scheduling_policies:
        raise refuse(f"SchedulingPolicy {arn} not found.")


def _time_limit_actions(actions: list[Body] | None) -> list[Body] | None:
    for action in actions or []:
        if not 600 <= (action.get("maxTimeSeconds") or 0) <= 86_400:
            raise refuse("maxTimeSeconds should be between 600 and 86400.")
        if action.get("action") != "CANCEL":
            raise refuse("Invalid job action. Valid job actions: [CANCEL]")
    if len({action.get("reason") for action in actions or []}) < len(actions or []):
        raise refuse("Duplicate job state limit actions are not allowed.")
    return actions


def _kind(queue: JobQueue) -> str:
    if any(environment.eks for environment in queue.environments):
        return "EKS"
    return "ECS_FARGATE" if any(is_fargate(environment) for environment in queue.environments) else "ECS"


def _described(backend: BatchBackend, item: Body) -> Body:
    queue: Any = backend._job_queues[item["jobQueueArn"]]
    return without_nothing(
        {
            **item,
            "statusReason": HEALTHY,
            "jobQueueType": queue.kind,
            "jobStateTimeLimitActions": queue.time_limit_actions,
        }
    )
