"""Compute resources: what Batch refuses, fills in, merges on update, and can't update in place."""

from typing import Any

from answers import Body, refuse, without_nothing
from environment_health import service_linked_role, template_data
from moto.batch.models import BatchBackend, ComputeEnvironment

UPDATABLE_STRATEGIES = {
    "BEST_FIT_PROGRESSIVE",
    "SPOT_CAPACITY_OPTIMIZED",
    "SPOT_PRICE_CAPACITY_OPTIMIZED",
    "BEST_FIT_PROGRESSIVE_ORDERED",
    "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED",
}
INFRASTRUCTURE = {
    "allocationStrategy",
    "bidPercentage",
    "ec2Configuration",
    "ec2KeyPair",
    "imageId",
    "instanceRole",
    "instanceTypes",
    "launchTemplate",
    "placementGroup",
    "securityGroupIds",
    "subnets",
    "tags",
    "type",
    "updateToLatestImageVersion",
}
NOT_ON_FARGATE = (INFRASTRUCTURE - {"securityGroupIds", "subnets", "type", "updateToLatestImageVersion"}) | {
    "desiredvCpus",
    "minvCpus",
    "spotIamFleetRole",
}
NOT_UPDATED_ON_FARGATE = INFRASTRUCTURE - {"securityGroupIds", "subnets"}
CLEARED_BY: dict[str, Any] = {"imageId": "", "ec2KeyPair": "", "placementGroup": "", "bidPercentage": 0}


def is_fargate(environment: ComputeEnvironment) -> bool:
    """Whether the environment has no instances of its own."""
    return (environment.compute_resources or {}).get("type", "").startswith("FARGATE")


def created_resources(backend: BatchBackend, body: Body, kind: str) -> Body | None:
    """The resources of a new environment with their defaults."""
    resources = body.get("computeResources")
    if kind == "UNMANAGED":
        if resources:
            raise refuse("computeResources is not applicable for UNMANAGED Compute Environments")
        return None
    if body.get("unmanagedvCpus") is not None:
        raise refuse("unmanagedvCpus is not applicable for managed Compute Environments")
    if not resources:
        raise refuse("ComputeResources is required.")
    resources = {**resources, "type": (resources.get("type") or "").upper()}
    if resources["type"] in ("FARGATE", "FARGATE_SPOT"):
        resources = _created_fargate(resources)
    elif resources["type"] in ("EC2", "SPOT"):
        resources = _created_ec2(resources)
    else:
        raise refuse("computeResources type should be one of EC2, SPOT, FARGATE, FARGATE_SPOT.")
    _check_resources(backend, resources)
    return resources


def _created_fargate(resources: Body) -> Body:
    for member in sorted(NOT_ON_FARGATE & {key for key, value in resources.items() if value not in (None, [], {})}):
        raise refuse(f"{member} is not applicable for Fargate.")
    if not resources.get("securityGroupIds"):
        raise refuse("Security group ids are required.")
    return {**resources, "instanceTypes": [], "ec2Configuration": []}


def _created_ec2(resources: Body) -> Body:
    if not resources.get("instanceRole"):
        raise refuse("Instance role is required.")
    if not resources.get("instanceTypes"):
        raise refuse("Resource instanceTypes are required.")
    if (
        resources["type"] == "SPOT"
        and resources.get("allocationStrategy", "BEST_FIT") == "BEST_FIT"
        and not resources.get("spotIamFleetRole")
    ):
        raise refuse("compute resource spotIamFleetRole is required.")
    least = resources.get("minvCpus") or 0
    defaults = {"minvCpus": least, "desiredvCpus": least, "ec2Configuration": [{"imageType": "ECS_AL2023"}]}
    return {**defaults, **without_nothing(resources)}


def _check_resources(backend: BatchBackend, resources: Body) -> None:
    fargate = resources["type"].startswith("FARGATE")
    least, most = resources.get("minvCpus") or 0, resources.get("maxvCpus")
    if most is None:
        raise refuse("Resource maxvCpus is required.")
    if not resources.get("subnets"):
        raise refuse("Subnets are required.")
    if fargate and len(resources["subnets"]) > 16:
        raise refuse("Fargate supports a maximum of 16 subnets.")
    if most < least:
        raise refuse("maxvCpus should be greater than or equal to minvCpus.")
    if not fargate and not least <= (resources.get("desiredvCpus") or 0) <= most:
        raise refuse("desiredvCpus should be between minvCpus and maxvCpus.")
    template = resources.get("launchTemplate")
    if template:
        _check_launch_template(template)
    if not fargate:
        _check_security_groups(backend, resources, template)


def _check_launch_template(template: Body) -> None:
    by_id, by_name = template.get("launchTemplateId"), template.get("launchTemplateName")
    overrides = template.get("overrides") or []
    if (by_id and by_name) or not (by_id or by_name or overrides):
        raise refuse("One of LaunchTemplateId and LaunchTemplateName or LaunchTemplate.overrides should be provided")
    version = template.get("version") or ""
    if version not in ("", "$Default", "$Latest") and not version.isdigit():
        raise refuse("LaunchTemplateVersion must be either empty or a number or $Default or $Latest")
    if len(overrides) > 10:
        raise refuse("LaunchTemplate.overrides size cannot be greater than 10")


def _check_security_groups(backend: BatchBackend, resources: Body, template: Body | None) -> None:
    data = template_data(backend, template) or {}
    in_interfaces = any(interface.get("Groups") for interface in data.get("NetworkInterfaces") or [])
    if resources.get("securityGroupIds"):
        if in_interfaces:
            raise refuse(
                "Either compute environment Security Groups or Network Interfaces in Launch template are exclusively allowed"
            )
    elif not in_interfaces and not data.get("SecurityGroupIds"):
        raise refuse("Security group ids are required.")


def updated_resources(
    backend: BatchBackend, environment: ComputeEnvironment, body: Body, wanted: Body, role: str | None
) -> Body:
    """The resources after an update, each member merged by its own rule."""
    current = environment.compute_resources
    if current is None:
        raise refuse("computeResources is not applicable for UNMANAGED Compute Environments")
    if is_fargate(environment):
        refused = sorted((NOT_UPDATED_ON_FARGATE & set(wanted)) | ({"updatePolicy"} & set(body)))
        if refused:
            raise refuse(
                f"The following parameters can't be updated for Fargate compute environment: {', '.join(refused)}"
            )
        wanted = {key: value for key, value in wanted.items() if value != []}
    merged = _merged(current, wanted)
    changed = {key for key in wanted if merged.get(key) != current.get(key)}
    changed |= {"updateToLatestImageVersion"} if wanted.get("updateToLatestImageVersion") else set()
    if not is_fargate(environment) and changed & INFRASTRUCTURE:
        _check_infrastructure_update(backend, environment, merged, changed, role)
    if (wanted.get("desiredvCpus") or current.get("desiredvCpus") or 0) < (current.get("desiredvCpus") or 0):
        raise refuse(
            "Manually scaling down compute environment is not supported. Disconnecting job queues from compute "
            "environment will cause it to scale-down to minvCpus."
        )
    if "desiredvCpus" not in wanted and not is_fargate(environment):
        merged["desiredvCpus"] = max(merged.get("desiredvCpus") or 0, merged.get("minvCpus") or 0)
    _check_resources(backend, merged)
    return merged


def _merged(current: Body, wanted: Body) -> Body:
    merged = {**current, **wanted}
    merged.pop("updateToLatestImageVersion", None)
    for key, cleared in CLEARED_BY.items():
        if key in wanted and wanted[key] == cleared:
            merged.pop(key, None)
    template = wanted.get("launchTemplate")
    if template is not None and not any(template.get(key) for key in ("launchTemplateId", "launchTemplateName", "overrides")):
        merged.pop("launchTemplate", None)
    elif template is not None:
        merged["launchTemplate"] = {key: value for key, value in template.items() if value != ""}
    if (merged.get("scalingPolicy") or {}).get("minScaleDownDelayMinutes") == 0:
        merged.pop("scalingPolicy")
    if merged.get("securityGroupIds") == []:
        merged.pop("securityGroupIds")
    return merged


def _check_infrastructure_update(
    backend: BatchBackend, environment: ComputeEnvironment, merged: Body, changed: set[str], role: str | None
) -> None:
    strategies = {resources.get("allocationStrategy") for resources in (environment.compute_resources, merged)}
    if environment.service_role != service_linked_role(backend) or not strategies <= UPDATABLE_STRATEGIES:
        fields = ", ".join(sorted(changed & INFRASTRUCTURE))
        raise refuse(
            f"Following fields [{fields}] can be updated only for Non-fargate Compute Environment having a Batch "
            "Service Linked Role and an allocation strategy other than BEST_FIT"
        )
    if role and role != environment.service_role:
        raise refuse("serviceRole cannot be updated together with an infrastructure update.")
    if merged["type"].upper() not in ("EC2", "SPOT"):
        raise refuse("type can be updated only between EC2 and SPOT.")
