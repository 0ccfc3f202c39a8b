"""Compute environments: what moto checks, keeps and returns, made to follow AWS once everything has settled."""

import base64
import uuid
from typing import Any

from answers import NAME, Body, before_effect, check_tags, operation, page, refuse, selected, without_nothing
from moto.batch import models
from moto.batch.models import BatchBackend, ComputeEnvironment
from moto.batch.responses import BatchResponse
from moto.ec2.exceptions import InvalidSubnetIdError
from moto.iam.exceptions import NotFoundException

SERVICE = "batch.amazonaws.com"
HEALTHY = "ComputeEnvironment Healthy"
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
    resources = _created_resources(backend, body, kind)

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
    environment.invalid = _broken_by_spec(backend, environment) or _broken_by_role(backend, environment)
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
    merged = _updated_resources(backend, environment, body, wanted, role) if wanted else environment.compute_resources

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
        environment.invalid = _broken_by_spec(backend, environment)
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


def health(backend: BatchBackend, environment: ComputeEnvironment) -> str | None:
    """Why the environment is INVALID. A lost role or profile breaks it at any moment, and only an update heals it."""
    environment.invalid = environment.invalid or _broken_by_role(backend, environment)
    return environment.invalid


def is_fargate(environment: ComputeEnvironment) -> bool:
    return (environment.compute_resources or {}).get("type", "").startswith("FARGATE")


def service_linked_role(backend: BatchBackend) -> str:
    """The ARN of Batch's service-linked role, which Batch creates when it first needs it."""
    arn = f"arn:{backend.partition}:iam::{backend.account_id}:role/aws-service-role/{SERVICE}/AWSServiceRoleForBatch"
    try:
        backend.iam_backend.get_role_by_arn(arn)
    except NotFoundException:
        backend.iam_backend.create_service_linked_role(SERVICE, "", "")
    return arn


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


def _created_resources(backend: BatchBackend, body: Body, kind: str) -> Body | None:
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
    data = _template_data(backend, template) or {}
    in_interfaces = any(interface.get("Groups") for interface in data.get("NetworkInterfaces") or [])
    if resources.get("securityGroupIds"):
        if in_interfaces:
            raise refuse(
                "Either compute environment Security Groups or Network Interfaces in Launch template are exclusively allowed"
            )
    elif not in_interfaces and not data.get("SecurityGroupIds"):
        raise refuse("Security group ids are required.")


def _updated_resources(
    backend: BatchBackend, environment: ComputeEnvironment, body: Body, wanted: Body, role: str | None
) -> Body:
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


def _broken_by_role(backend: BatchBackend, environment: ComputeEnvironment) -> str | None:
    try:
        role = backend.iam_backend.get_role_by_arn(environment.service_role)
        trusted = SERVICE in role.assume_role_policy_document
    except NotFoundException:
        trusted = False
    if not trusted:
        return (
            f"CLIENT_ERROR - User: {SERVICE} is not authorized to perform: sts:AssumeRole on resource: "
            f"{environment.service_role}"
        )
    profile = (environment.compute_resources or {}).get("instanceRole")
    known = {name for found in backend.iam_backend.get_instance_profiles() for name in (found.arn, found.name)}
    if profile and profile not in known:
        return f"CLIENT_ERROR - Invalid IamInstanceProfile: {profile}"
    return None


def _broken_by_spec(backend: BatchBackend, environment: ComputeEnvironment) -> str | None:
    resources = environment.compute_resources or {}
    fleet_role = resources.get("spotIamFleetRole")
    if fleet_role and not any(fleet_role in (role.arn, role.name) for role in backend.iam_backend.get_roles()):
        return "CLIENT_ERROR - SpotFleetRequestConfig.IamFleetRole is invalid"
    for group in resources.get("securityGroupIds") or []:
        if backend.ec2_backend.get_security_group_from_id(group) is None:
            return f"CLIENT_ERROR - The security group '{group}' does not exist"
    for subnet in resources.get("subnets") or []:
        try:
            backend.ec2_backend.get_subnet(subnet)
        except InvalidSubnetIdError:
            return f"CLIENT_ERROR - The subnet ID '{subnet}' does not exist"
    return _broken_by_template(backend, resources.get("launchTemplate"))


def _broken_by_template(backend: BatchBackend, template: Body | None) -> str | None:
    for selector in [template, *(template.get("overrides") or [])] if template else []:
        if not (selector.get("launchTemplateId") or selector.get("launchTemplateName")):
            continue
        data = _template_data(backend, selector)
        if data is None:
            return "CLIENT_ERROR - The specified launch template or launch template version does not exist"
        text = base64.b64decode(str(data.get("UserData") or "")).decode(errors="replace")
        if text and "multipart/" not in text:
            return "CLIENT_ERROR - Launch Template UserData is not MIME multipart format"
    return None


def _template_data(backend: BatchBackend, selector: Body | None) -> Body | None:
    ec2 = backend.ec2_backend
    selector = selector or {}
    by_name = ec2.launch_template_name_to_ids.get(selector.get("launchTemplateName") or "")
    template = ec2.launch_templates.get(selector.get("launchTemplateId") or by_name or "")
    version = selector.get("version") or "$Default"
    if template is None:
        return None
    number = {"$Default": template.default_version_number, "$Latest": template.latest_version_number}.get(version, version)
    return next((found.data for found in template.versions if str(found.number) == str(number)), None)
