"""Why a compute environment is INVALID: what it names does not exist, or does not trust Batch."""

import base64

from answers import Body
from moto.batch.models import BatchBackend, ComputeEnvironment
from moto.ec2.exceptions import InvalidSubnetIdError
from moto.iam.exceptions import NotFoundException

SERVICE = "batch.amazonaws.com"


def health(backend: BatchBackend, environment: ComputeEnvironment) -> str | None:
    """Why the environment is INVALID. A lost role or profile breaks it at any moment, and only an update heals it."""
    environment.invalid = environment.invalid or broken_by_role(backend, environment)
    return environment.invalid


def service_linked_role(backend: BatchBackend) -> str:
    """The ARN of Batch's service-linked role, which Batch creates when it first needs it."""
    arn = f"arn:{backend.partition}:iam::{backend.account_id}:role/aws-service-role/{SERVICE}/AWSServiceRoleForBatch"
    try:
        backend.iam_backend.get_role_by_arn(arn)
    except NotFoundException:
        backend.iam_backend.create_service_linked_role(SERVICE, "", "")
    return arn


def broken_by_spec(backend: BatchBackend, environment: ComputeEnvironment) -> str | None:
    """What Batch finds missing when it builds or changes the environment."""
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


def broken_by_role(backend: BatchBackend, environment: ComputeEnvironment) -> str | None:
    """What Batch finds missing at any time: it needs the service role and the instance profile for all it does."""
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


def _broken_by_template(backend: BatchBackend, template: Body | None) -> str | None:
    for selector in [template, *(template.get("overrides") or [])] if template else []:
        if not (selector.get("launchTemplateId") or selector.get("launchTemplateName")):
            continue
        data = template_data(backend, selector)
        if data is None:
            return "CLIENT_ERROR - The specified launch template or launch template version does not exist"
        text = base64.b64decode(str(data.get("UserData") or "")).decode(errors="replace")
        if text and "multipart/" not in text:
            return "CLIENT_ERROR - Launch Template UserData is not MIME multipart format"
    return None


def template_data(backend: BatchBackend, selector: Body | None) -> Body | None:
    """The data of the launch template version that is selected, if there is one."""
    ec2 = backend.ec2_backend
    selector = selector or {}
    by_name = ec2.launch_template_name_to_ids.get(selector.get("launchTemplateName") or "")
    template = ec2.launch_templates.get(selector.get("launchTemplateId") or by_name or "")
    version = selector.get("version") or "$Default"
    if template is None:
        return None
    number = {"$Default": template.default_version_number, "$Latest": template.latest_version_number}.get(version, version)
    return next((found.data for found in template.versions if str(found.number) == str(number)), None)
