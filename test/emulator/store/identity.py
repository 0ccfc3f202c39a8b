"""IAM: conflicts, trust documents, managed policies on demand, and pages of roles and instance profiles."""

import json
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.iam import models
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.exceptions import (
    DeleteConflictException,
    EntityAlreadyExists,
    MalformedPolicyDocument,
    NotFoundException,
)
from moto.iam.models import AWSManagedPolicy, IAMBackend
from moto.iam.responses import IamResponse, url_encode

MOST_PER_PAGE = 100
# IAM answers with every policy document URL-encoded; moto forgets it here.
ENCODED_DOCUMENTS = (
    "GetAccountAuthorizationDetailsResponse.RoleDetailList.RoleDetail.AssumeRolePolicyDocument",
    "GetAccountAuthorizationDetailsResponse.RoleDetailList.RoleDetail.InstanceProfileList.InstanceProfile.Roles.Role.AssumeRolePolicyDocument",
    "GetInstanceProfileResponse.InstanceProfile.Roles.Role.AssumeRolePolicyDocument",
    "GetPolicyVersionResponse.PolicyVersion.Document",
    "ListInstanceProfilesForRoleResponse.InstanceProfiles.InstanceProfile.Roles.Role.AssumeRolePolicyDocument",
    "ListInstanceProfilesResponse.InstanceProfiles.InstanceProfile.Roles.Role.AssumeRolePolicyDocument",
    "ListRolesResponse.Roles.Role.AssumeRolePolicyDocument",
)
_parsed: dict[str, Any] = {}


def apply() -> None:
    models.SERVICE_NAME_CONVERSION["batch"] = "Batch"
    IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER.update(dict.fromkeys(ENCODED_DOCUMENTS, url_encode))
    IamResponse.create_role = _create_role(IamResponse.create_role)  # type: ignore[method-assign]
    IamResponse.update_role = _update_role  # type: ignore[method-assign]
    IamResponse.list_instance_profiles = _list_instance_profiles  # type: ignore[method-assign]
    IamResponse.get_account_authorization_details = _authorization_details  # type: ignore[method-assign]
    IAMBackend.delete_policy = _delete_policy(IAMBackend.delete_policy)  # type: ignore[method-assign]
    IAMBackend.attach_role_policy = _with_managed_policy(IAMBackend.attach_role_policy)  # type: ignore[method-assign]
    IAMBackend.get_policy = _with_managed_policy(IAMBackend.get_policy)  # type: ignore[method-assign]
    IAMBackend.get_policy_version = _with_managed_policy(IAMBackend.get_policy_version)  # type: ignore[method-assign]
    IAMBackend.remove_role_from_instance_profile = _remove_role  # type: ignore[method-assign]


def _create_role(original: Any) -> Any:
    def create(response: IamResponse) -> ActionResult:
        name = response._get_param("RoleName") or ""
        _check_trust(response._get_param("AssumeRolePolicyDocument"))
        if any(role.name.lower() == name.lower() for role in list(response.backend.roles.values())):
            raise EntityAlreadyExists(f"Role with name {name} already exists.")
        return original(response)

    return create


def _check_trust(document: str | None) -> None:
    try:
        statements = json.loads(document or "")["Statement"]
        statements = statements if isinstance(statements, list) else [statements]
        if all(statement["Effect"] and statement["Principal"] and statement["Action"] for statement in statements):
            return
    except (ValueError, KeyError, TypeError):
        pass
    raise MalformedPolicyDocument("This policy contains invalid Json or lacks a statement, a principal or an action.")


def _update_role(response: IamResponse) -> ActionResult:
    role = response.backend.get_role(response._get_param("RoleName"))
    # Members that are left out keep their values; moto resets them.
    role.description = response._get_param("Description", role.description)
    role.max_session_duration = response._get_param("MaxSessionDuration", role.max_session_duration)
    return EmptyResult()


def _list_instance_profiles(response: IamResponse) -> ActionResult:
    prefix = response._get_param("PathPrefix", "/")
    profiles = [p for p in list(response.backend.get_instance_profiles()) if p.path.startswith(prefix)]
    items, following = _page(response, sorted(profiles, key=lambda profile: profile.name))
    return ActionResult({"InstanceProfiles": items, **following})


def _authorization_details(response: IamResponse) -> ActionResult:
    details = response.backend.get_account_authorization_details(response._get_param("Filter", []))
    sections = (
        ("UserDetailList", "users"),
        ("GroupDetailList", "groups"),
        ("RoleDetailList", "roles"),
        ("Policies", "managed_policies"),
    )
    entries = [(section, item) for section, member in sections for item in list(details[member])]
    items, following = _page(response, entries)
    answer: dict[str, Any] = {section: [item for s, item in items if s == section] for section, _ in sections}
    return ActionResult({**answer, **following})


def _page(response: IamResponse, items: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    start = int(response._get_param("Marker") or 0)
    end = start + (response._get_int_param("MaxItems") or MOST_PER_PAGE)
    following = {"IsTruncated": True, "Marker": str(end)} if end < len(items) else {"IsTruncated": False}
    return items[start:end], following


def _delete_policy(original: Any) -> Any:
    def delete(backend: IAMBackend, policy_arn: str) -> None:
        if backend.get_policy(policy_arn).attachment_count:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        original(backend, policy_arn)

    return delete


def _with_managed_policy(original: Any) -> Any:
    """AWS's own policies cost much memory per account, so each is loaded when it is first named."""

    def answer(backend: IAMBackend, policy_arn: str, *args: Any, **kwargs: Any) -> Any:
        if ":iam::aws:policy/" in policy_arn and policy_arn not in backend.managed_policies:
            if not _parsed:
                _parsed.update(json.loads(aws_managed_policies_data))
            name = policy_arn.split("/")[-1]
            if name in _parsed:
                policy = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, _parsed[name])
                if policy.arn == policy_arn:
                    backend.managed_policies[policy.arn] = policy
                    backend.aws_managed_policies.append(policy)
        return original(backend, policy_arn, *args, **kwargs)

    return answer


def _remove_role(backend: IAMBackend, profile_name: str, role_name: str) -> None:
    profile = backend.get_instance_profile(profile_name)
    role = backend.get_role(role_name)
    if role not in profile.roles:
        raise NotFoundException(f"The role {role_name} is not in the instance profile {profile_name}.")
    profile.roles.remove(role)
