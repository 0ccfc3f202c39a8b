"""Compute environments: what moto checks, keeps and returns, made to follow AWS once everything has settled."""

import uuid

from answers import NAME, Body, before_effect, check_tags, operation, page, refuse, selected, without_nothing
from compute_resources import created_resources, updated_resources
from environment_health import broken_by_role, broken_by_spec, health, service_linked_role
from moto.batch import models
from moto.batch.models import BatchBackend, ComputeEnvironment
from moto.batch.responses import BatchResponse

HEALTHY = "ComputeEnvironment Healthy"


def apply() -> None:
    models.COMPUTE_ENVIRONMENT_NAME_REGEX = NAME
    BatchBackend._validate_compute_resources = lambda self, cr: None  # type: ignore[method-assign]


@operation("CreateComputeEnvironment")
def create(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    name = body.get("computeEnvironmentName") or ""
    kind = (body.get("type") or "").upper()
    state = (body.get("state") or "ENABLED").upper()
    if not NAME.match(name):
        raise refuse("Compute environment name should match a valid pattern.")
    if backend.get_compute_environment_by_name(name):
        raise refuse("Object already exists")
    if kind not in ("MANAGED", "UNMANAGED"):
        raise refuse("type should be one of MANAGED, UNMANAGED.")
    if state != "ENABLED":
        raise refuse("Compute Environment must be created in ENABLED state.")
    check_tags(body.get("tags"))
    role = _service_role(backend, body.get("serviceRole"), kind)
    resources = created_resources(backend, body, kind)

    # moto looks up the role, parses instance types and starts instances for wanted vCPUs; none of that is the store's.
    accepted = resources and {"type": "FARGATE", "subnets": [], "securityGroupIds": [], "maxvCpus": 0}
    environment = backend.create_compute_environment(
        name, kind, state, accepted, service_linked_role(backend), tags=body.get("tags")
    )
    environment.compute_resources = resources
    environment.service_role = role
    environment.unmanaged = body.get("unmanagedvCpus")
    environment.policy = None
    environment.eks = body.get("eksConfiguration")
    environment.uuid = str(uuid.uuid4())
    environment.invalid = broken_by_spec(backend, environment) or broken_by_role(backend, environment)
    return {"computeEnvironmentName": name, "computeEnvironmentArn": environment.arn}


@operation("DescribeComputeEnvironments")
def describe(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    names = selected(body, "computeEnvironments")
    items, following = page(body, backend.describe_compute_environments(list(names)))
    return {"computeEnvironments": [_described(backend, item) for item in items], **following}


@operation("UpdateComputeEnvironment")
def update(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    environment = _existing(backend, body)
    wanted = dict(body.get("computeResources") or {})
    role = body.get("serviceRole") and _role_arn(backend, body["serviceRole"])
    if environment.env_type == "MANAGED" and body.get("computeResources") == {}:
        raise refuse("At least one compute-resources attribute must be specified")
    if body.get("unmanagedvCpus") is not None and environment.env_type == "MANAGED":
        raise refuse("unmanagedvCpus is not applicable for managed Compute Environments")
    if role and role != environment.service_role and service_linked_role(backend) in (role, environment.service_role):
        raise refuse("The service role cannot be changed to or from the Batch service-linked role.")
    merged = updated_resources(backend, environment, body, wanted, role) if wanted else environment.compute_resources

    environment.compute_resources = merged
    environment.service_role = role or environment.service_role
    environment.state = (body.get("state") or environment.state).upper()
    environment.unmanaged = body.get("unmanagedvCpus", environment.unmanaged)
    if body.get("updatePolicy") is not None:
        environment.policy = {
            "terminateJobsOnUpdate": False,
            "jobExecutionTimeoutMinutes": 30,
            **(environment.policy or {}),
            **body["updatePolicy"],
        }
    if set(body) - {"computeEnvironment", "state"}:
        environment.invalid = broken_by_spec(backend, environment)
    return {"computeEnvironmentName": environment.name, "computeEnvironmentArn": environment.arn}


@operation("DeleteComputeEnvironment")
def delete(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    environment = backend.get_compute_environment(body.get("computeEnvironment") or "")
    if environment is None:
        return {}
    if environment.state == "ENABLED":
        raise refuse("Cannot delete an enabled compute environment, set the state to DISABLED first.")
    if any(environment in queue.environments for queue in backend._job_queues.values()):
        raise refuse("Cannot delete, found existing JobQueue relationship")
    before_effect(response)
    backend.delete_compute_environment(environment.name)
    backend.tagger.delete_all_tags_for_resource(environment.arn)
    return {}


def _existing(backend: BatchBackend, body: Body) -> ComputeEnvironment:
    identifier = body.get("computeEnvironment") or ""
    environment = backend.get_compute_environment(identifier)
    if environment is None:
        raise refuse(f"compute-environment/{identifier.split('/')[-1]} does not exist")
    return environment


def _service_role(backend: BatchBackend, given: str | None, kind: str) -> str:
    linked = service_linked_role(backend)
    if kind == "UNMANAGED" and not given:
        raise refuse("ServiceRole is required.")
    role = _role_arn(backend, given) if given else linked
    if kind == "UNMANAGED" and role == linked:
        raise refuse("Service Linked Role cannot be used with UNMANAGED Compute Environment")
    return role


def _role_arn(backend: BatchBackend, given: str) -> str:
    return given if given.startswith("arn:") else f"arn:{backend.partition}:iam::{backend.account_id}:role/{given}"


def _described(backend: BatchBackend, item: Body) -> Body:
    environment = backend._compute_environments[item["computeEnvironmentArn"]]
    reason = health(backend, environment)
    resources = environment.compute_resources and dict(environment.compute_resources)
    if resources and resources.get("launchTemplate"):
        resources["launchTemplate"] = {"overrides": [], **resources["launchTemplate"]}
    return without_nothing(
        {
            **item,
            "status": "INVALID" if reason else "VALID",
            "statusReason": reason or HEALTHY,
            # The service promises no order for these two lists.
            "computeResources": resources
            and {**resources, **{key: resources[key][::-1] for key in ("subnets", "securityGroupIds") if key in resources}},
            "containerOrchestrationType": "EKS" if environment.eks else "ECS",
            "eksConfiguration": environment.eks,
            "unmanagedvCpus": environment.unmanaged,
            "updatePolicy": environment.policy,
            "uuid": environment.uuid,
        }
    )
