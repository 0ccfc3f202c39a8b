"""Job definitions: every revision holds exactly what was registered, returned in the service's normal form."""

import json
import re
from typing import Any

from answers import NAME, Body, check_tags, operation, page, refuse, selected, without_nothing
from moto.batch.models import BatchBackend, JobDefinition
from moto.batch.responses import BatchResponse

MOST_BYTES = 24 * 1024
NAME_AND_REVISION = re.compile(r"^(?P<name>[0-9A-Za-z_-]+):(?P<revision>[0-9]+)$")
CONTAINER_LISTS = ("command", "environment", "mountPoints", "resourceRequirements", "secrets", "ulimits", "volumes")
TASK_CONTAINER_LISTS = ("dependsOn", "environment", "mountPoints", "secrets", "ulimits")
POD_LISTS = ("containers", "imagePullSecrets", "initContainers", "volumes")
POD_CONTAINER_LISTS = ("args", "command", "env", "volumeMounts")
SHAPES = ("containerProperties", "ecsProperties", "eksProperties", "nodeProperties")
# moto builds jobs from container properties and wants an image, a vCPU and memory; other shapes get a stand-in.
STAND_IN = {"image": "stand-in", "vcpus": 1, "memory": 2048}


@operation("RegisterJobDefinition")
def register(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    name = body.get("jobDefinitionName") or ""
    if not NAME.match(name):
        raise refuse("Job definition name should match a valid pattern.")
    check_tags(body.get("tags"))
    declared = _declared(body)
    _check(body, declared)
    latest = backend.get_job_definition_by_name(name)
    container = declared.get("containerProperties") or _first_container(declared) or STAND_IN
    definition = JobDefinition(
        name,
        dict(declared["parameters"]),
        declared["type"],
        {**STAND_IN, **container, "environment": [{"value": "", **e} for e in container.get("environment") or []]},
        node_properties=declared.get("nodeProperties"),
        eks_properties=declared.get("eksProperties"),
        tags=body.get("tags") or {},
        retry_strategy=declared.get("retryStrategy") or {},
        timeout=declared.get("timeout") or {},
        backend=backend,
        platform_capabilities=declared.get("platformCapabilities") or [],
        propagate_tags=bool(declared.get("propagateTags")),
        revision=latest.revision if latest else 0,
    )
    definition.declared = declared
    backend._job_definitions[definition.arn] = definition
    return {"jobDefinitionName": name, "jobDefinitionArn": definition.arn, "revision": definition.revision}


@operation("DescribeJobDefinitions")
def describe(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    wanted = selected(body, "jobDefinitions")
    name, status = body.get("jobDefinitionName"), body.get("status")
    if wanted and (name or status):
        raise refuse("jobDefinitions cannot be combined with other parameters")
    if wanted:
        found = [definition for definition in (find(backend, given) for given in wanted) if definition]
    else:
        found = [d for d in backend._job_definitions.values() if name in (None, d.name) and status in (None, d.status)]
    # The service promises no order; the newest comes first so that nobody relies on the oldest doing so.
    items, following = page(body, sorted(found, key=lambda d: (d.name, -d.revision)))
    return {"jobDefinitions": [_described(backend, definition) for definition in items], **following}


@operation("DeregisterJobDefinition")
def deregister(response: BatchResponse, body: Body) -> Body:
    given = body.get("jobDefinition") or ""
    if not given.startswith("arn:") and not NAME_AND_REVISION.match(given):
        raise refuse("Job definition should be a name with a revision or an ARN.")
    definition = find(response.batch_backend, given)
    if definition:
        definition.deregister()
    return {}


def find(backend: BatchBackend, given: str) -> JobDefinition | None:
    """The revision with that ARN or `name:revision`; a bare name finds nothing."""
    parts = NAME_AND_REVISION.match(given)
    if parts:
        return backend.get_job_definition_by_name_revision(parts["name"], parts["revision"])
    return backend.get_job_definition_by_arn(given)


def newest_active(backend: BatchBackend, name: str) -> JobDefinition | None:
    """The revision that a job submitted by bare name runs."""
    active = [d for d in backend._job_definitions.values() if d.name == name and d.status == "ACTIVE"]
    return max(active, key=lambda definition: definition.revision, default=None)


def _described(backend: BatchBackend, definition: JobDefinition) -> Body:
    return {
        "jobDefinitionName": definition.name,
        "jobDefinitionArn": definition.arn,
        "revision": definition.revision,
        "status": definition.status,
        "tags": backend.list_tags_for_resource(definition.arn),
        **definition.declared,
    }


def _declared(body: Body) -> Body:
    fargate = "FARGATE" in (body.get("platformCapabilities") or [])
    eks = body.get("eksProperties")
    return without_nothing(
        {
            "type": (body.get("type") or "").lower(),
            "parameters": body.get("parameters") or {},
            "propagateTags": None if eks else bool(body.get("propagateTags")),
            "containerOrchestrationType": "EKS" if eks else "ECS",
            "platformCapabilities": body.get("platformCapabilities") or None,
            "schedulingPriority": body.get("schedulingPriority"),
            "retryStrategy": _retry_strategy(body.get("retryStrategy")),
            "timeout": body.get("timeout") or None,
            "consumableResourceProperties": body.get("consumableResourceProperties"),
            "containerProperties": _container(body.get("containerProperties"), fargate),
            "ecsProperties": _tasks(body.get("ecsProperties"), fargate),
            "eksProperties": _pod(eks),
            "nodeProperties": _nodes(body.get("nodeProperties")),
        }
    )


def _retry_strategy(strategy: Body | None) -> Body | None:
    if not strategy:
        return None
    rules = [{**r, "action": r["action"].lower()} for r in strategy.get("evaluateOnExit") or []]
    return {**strategy, "evaluateOnExit": rules}


def _container(properties: Body | None, fargate: bool) -> Body | None:
    if properties is None:
        return None
    normal = _with_lists(properties, CONTAINER_LISTS)
    _normalise_parts(normal)
    if fargate:
        normal.setdefault("fargatePlatformConfiguration", {"platformVersion": "LATEST"})
        _fill_fargate(normal)
    return normal


def _tasks(properties: Body | None, fargate: bool) -> Body | None:
    if properties is None:
        return None
    tasks = []
    for given in properties.get("taskProperties") or []:
        task = {"volumes": [], **given, "containers": [_task_container(c) for c in given.get("containers") or []]}
        if fargate:
            task.setdefault("platformVersion", "LATEST")
            _fill_fargate(task)
        tasks.append(task)
    return {**properties, "taskProperties": tasks}


def _task_container(given: Body) -> Body:
    normal = {"essential": True, **_with_lists(given, TASK_CONTAINER_LISTS)}
    _normalise_parts(normal)
    return normal


def _pod(properties: Body | None) -> Body | None:
    if properties is None:
        return None
    pod = _with_lists(properties.get("podProperties") or {}, POD_LISTS)
    for kind in ("containers", "initContainers"):
        pod[kind] = [{"name": "Default", **_with_lists(c, POD_CONTAINER_LISTS)} for c in pod[kind]]
    return {**properties, "podProperties": pod}


def _nodes(properties: Body | None) -> Body | None:
    if properties is None:
        return None
    ranges = [
        without_nothing(
            {
                "instanceTypes": [],
                **given,
                "container": _container(given.get("container"), False),
                "ecsProperties": _tasks(given.get("ecsProperties"), False),
                "eksProperties": _pod(given.get("eksProperties")),
            }
        )
        for given in properties.get("nodeRangeProperties") or []
    ]
    return {**properties, "nodeRangeProperties": ranges}


def _with_lists(properties: Body, names: tuple[str, ...]) -> Body:
    return {**{name: [] for name in names}, **without_nothing(properties)}


def _normalise_parts(normal: Body) -> None:
    # Entries with an empty value are dropped, and the service promises no order for either list.
    normal["environment"] = [entry for entry in normal["environment"] if entry.get("value") != ""][::-1]
    normal["secrets"] = normal["secrets"][::-1]
    if normal.get("linuxParameters"):
        normal["linuxParameters"] = {"devices": [], "tmpfs": [], **normal["linuxParameters"]}
    if normal.get("logConfiguration"):
        normal["logConfiguration"] = {"options": {}, "secretOptions": [], **normal["logConfiguration"]}


def _fill_fargate(normal: Body) -> None:
    if "runtimePlatform" in normal:
        defaults = {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"}
        normal["runtimePlatform"] = {**defaults, **normal["runtimePlatform"]}
    if normal.get("networkConfiguration") == {}:
        normal["networkConfiguration"] = {"assignPublicIp": "DISABLED"}


def _first_container(declared: Body) -> Body | None:
    for task in (declared.get("ecsProperties") or {}).get("taskProperties") or []:
        for container in task["containers"]:
            return {"image": container.get("image"), "command": container.get("command") or []}
    return None


def _check(body: Body, declared: Body) -> None:
    shapes = [shape for shape in SHAPES if body.get(shape) is not None]
    if len(json.dumps(body)) > MOST_BYTES:
        raise refuse(f"Job definition size should be at most {MOST_BYTES} bytes.")
    if declared["type"] not in ("container", "multinode"):
        raise refuse("type should be one of container, multinode.")
    if (declared["type"] == "multinode") != (shapes == ["nodeProperties"]):
        raise refuse("nodeProperties should be provided for multinode job definitions, and only for those.")
    if len(shapes) > 1:
        raise refuse(f"Cannot use both ECS {shapes[0]} and {shapes[1]}")
    if not shapes:
        raise refuse("One of containerProperties, ecsProperties or eksProperties should be provided.")
    capabilities = body.get("platformCapabilities")
    if capabilities is not None and len(capabilities) != 1:
        raise refuse("Exactly 1 capability must be provided.")
    if not 0 <= (body.get("schedulingPriority") or 0) <= 9999:
        raise refuse("Scheduling priority must be between 0 and 9999.")
    if body.get("timeout") and (body["timeout"].get("attemptDurationSeconds") or 0) < 60:
        raise refuse("attemptDurationSeconds should be at least 60.")
    _check_retry(body.get("retryStrategy") or {})
    for container, execution_role in _containers(declared):
        _check_container(container, execution_role, "FARGATE" in (capabilities or []))


def _check_retry(strategy: Body) -> None:
    if strategy.get("evaluateOnExit") and not strategy.get("attempts"):
        raise refuse("RetryAttempts must be provided with retry strategy.")
    if not 1 <= strategy.get("attempts", 1) <= 10:
        raise refuse("Number of attempts should be between 1 and 10.")


def _containers(declared: Body) -> list[tuple[Body, Any]]:
    shapes = [declared, *(declared.get("nodeProperties") or {}).get("nodeRangeProperties", [])]
    found: list[tuple[Body, Any]] = []
    for shape in shapes:
        container = shape.get("containerProperties") or shape.get("container")
        if container:
            found.append((container, container.get("executionRoleArn")))
        for task in (shape.get("ecsProperties") or {}).get("taskProperties") or []:
            found.extend((container, task.get("executionRoleArn")) for container in task["containers"])
    return found


def _check_container(container: Body, execution_role: Any, fargate: bool) -> None:
    if not container.get("image"):
        raise refuse("ECS Container Image must be provided.")
    if any(entry.get("name", "").startswith("AWS_BATCH") for entry in container["environment"]):
        raise refuse("Environment variable names should not start with AWS_BATCH.")
    options = (container.get("logConfiguration") or {}).get("secretOptions")
    if (container["secrets"] or options) and not execution_role:
        raise refuse("executionRoleArn cannot be empty when using secrets or secretOptions")
    if fargate and not execution_role:
        raise refuse("executionRoleArn is required for Fargate.")
