"""Launch templates: live tags, versions that merge, end and page, idempotent creates, and EC2's own error codes."""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import (
    EC2ClientError,
    InvalidLaunchTemplateIdNotFound,
    InvalidLaunchTemplateNameNotFoundWithNameError,
    InvalidLaunchTemplateVersionNotFound,
    MissingParameterError,
)
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend, LaunchTemplateVersion
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.ec2.utils import parse_user_data

MOST_PER_PAGE = 200
MOST_USER_DATA_BYTES = 16 * 1024


def apply() -> None:
    # moto freezes the tags that a template was created with; EC2 answers with the present ones.
    LaunchTemplate.tags = property(LaunchTemplate.get_tags, lambda self, _: None)  # type: ignore[assignment]
    LaunchTemplate.get_version = _version  # type: ignore[method-assign]
    LaunchTemplate.create_version = _new_version  # type: ignore[method-assign]
    LaunchTemplate.default_version = lambda self: _version(self, self.default_version_number)  # type: ignore[method-assign]
    LaunchTemplateBackend.describe_launch_template_versions = _versions  # type: ignore[method-assign]
    responses = {
        "create_launch_template": _idempotent(_create),
        "create_launch_template_version": _idempotent(_create_version),
        "delete_launch_template": _with_existing(LaunchTemplates.delete_launch_template),
        "delete_launch_template_versions": _delete_versions,
        "describe_launch_templates": _describe,
        "describe_launch_template_versions": _describe_versions,
        "modify_launch_template": _with_existing(LaunchTemplates.modify_launch_template),
    }
    for name, answer in responses.items():
        setattr(LaunchTemplates, name, answer)


class Refused(EC2ClientError):
    def __init__(self, code: str, message: str):
        super().__init__(code, message)


def _version(template: LaunchTemplate, given: Any) -> LaunchTemplateVersion:
    number = {"$latest": template.latest_version_number, "$default": template.default_version_number}.get(
        str(given).lower(), given
    )
    for version in template.versions:
        if str(version.number) == str(number):
            return version
    raise InvalidLaunchTemplateVersionNotFound(template_id=template.id, version=given)


def _new_version(template: LaunchTemplate, data: dict[str, Any], description: str) -> LaunchTemplateVersion:
    # Numbers are never used again, even when the newest version was deleted.
    template.numbered = getattr(template, "numbered", 0) + 1
    version = LaunchTemplateVersion(template, template.numbered, data, description)
    template.versions.append(version)
    return version


def _versions(backend: Any, template_name: str, template_id: str, versions: list[str], **asked: Any) -> list[Any]:
    if not template_name and not template_id:
        if not versions or set(versions) - {"$Latest", "$Default"}:
            raise Refused("InvalidParameterValue", "Without a launch template, Versions takes $Latest and $Default only.")
        found = [(t, t.get_version(v)) for t in list(backend.launch_templates.values()) for v in versions]
        return list(dict.fromkeys(found))
    template = _existing(backend, template_name, template_id)
    if versions:
        return list(dict.fromkeys((template, template.get_version(version)) for version in versions))
    least, most = asked.get("min_version") or 0, asked.get("max_version") or template.numbered
    return [(template, version) for version in template.versions[::-1] if least <= version.number <= most]


def _existing(backend: Any, name: str | None, template_id: str | None) -> LaunchTemplate:
    if not name and not template_id:
        raise MissingParameterError("launch template ID or launch template name")
    return backend.get_launch_template(template_id) if template_id else backend.get_launch_template_by_name(name)


def _with_existing(original: Any) -> Any:
    def answer(response: LaunchTemplates) -> ActionResult:
        template = _existing(
            response.ec2_backend, response._get_param("LaunchTemplateName"), response._get_param("LaunchTemplateId")
        )
        if original.__name__ == "modify_launch_template":
            # moto compares numbers only.
            response.params["DefaultVersion"] = str(template.get_version(response._get_param("DefaultVersion")).number)
        return original(response)

    return answer


def _idempotent(original: Any) -> Any:
    def answer(response: LaunchTemplates) -> ActionResult:
        token = response._get_param("ClientToken")
        if not token:
            return original(response)
        seen = response.ec2_backend.__dict__.setdefault("client_tokens", {})
        asked = json.dumps(response.params, sort_keys=True, default=str)
        key = (original.__name__, token)
        if key not in seen:
            seen[key] = (asked, original(response))
        if seen[key][0] != asked:
            raise Refused("IdempotentParameterMismatch", "The client token was used with different parameters before.")
        return seen[key][1]

    return answer


def _create(response: LaunchTemplates) -> ActionResult:
    data = _data(response)
    tags = response._parse_tag_specification()
    response.error_on_dryrun()
    template = response.ec2_backend.create_launch_template(
        response._get_param("LaunchTemplateName"), response._get_param("VersionDescription"), data, tags
    )
    return ActionResult({"LaunchTemplate": _template(response, template)})


def _create_version(response: LaunchTemplates) -> ActionResult:
    template = _existing(
        response.ec2_backend, response._get_param("LaunchTemplateName"), response._get_param("LaunchTemplateId")
    )
    source = response._get_param("SourceVersion")
    data = {**(template.get_version(source).data if source else {}), **_data(response)}
    response.error_on_dryrun()
    version = template.create_version(data, response._get_param("VersionDescription"))
    return ActionResult({"LaunchTemplateVersion": _version_item(response, template, version)})


def _delete_versions(response: LaunchTemplates) -> ActionResult:
    template = _existing(
        response.ec2_backend, response._get_param("LaunchTemplateName"), response._get_param("LaunchTemplateId")
    )
    response.error_on_dryrun()
    deleted, failed = [], []
    for given in response._get_param("Versions", []):
        item = {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "VersionNumber": int(given)}
        version = next((v for v in template.versions if str(v.number) == str(given)), None)
        if version is None:
            error = {"Code": "launchTemplateVersionDoesNotExist", "Message": f"Version {given} does not exist."}
            failed.append({**item, "ResponseError": error})
        elif template.is_default(version):
            error = {"Code": "unexpectedError", "Message": "The default version cannot be deleted."}
            failed.append({**item, "ResponseError": error})
        else:
            template.versions.remove(version)
            deleted.append(item)
    return ActionResult(
        {
            "SuccessfullyDeletedLaunchTemplateVersions": deleted,
            "UnsuccessfullyDeletedLaunchTemplateVersions": failed,
        }
    )


def _describe(response: LaunchTemplates) -> ActionResult:
    backend = response.ec2_backend
    ids = response._get_param("LaunchTemplateIds", [])
    names = response._get_param("LaunchTemplateNames", [])
    response.error_on_dryrun()
    for template_id in ids:
        if template_id not in backend.launch_templates:
            raise InvalidLaunchTemplateIdNotFound(template_id)
    for name in names:
        if name not in backend.launch_template_name_to_ids:
            raise InvalidLaunchTemplateNameNotFoundWithNameError(name)
    templates = backend.describe_launch_templates(names, ids, response._filters_from_querystring())
    items, following = _page(response, templates)
    return ActionResult({"LaunchTemplates": [_template(response, template) for template in items], **following})


def _describe_versions(response: LaunchTemplates) -> ActionResult:
    response.error_on_dryrun()
    found = response.ec2_backend.describe_launch_template_versions(
        template_name=response._get_param("LaunchTemplateName"),
        template_id=response._get_param("LaunchTemplateId"),
        versions=response._get_param("Versions", []),
        min_version=response._get_int_param("MinVersion"),
        max_version=response._get_int_param("MaxVersion"),
    )
    items, following = _page(response, found)
    versions = [_version_item(response, template, version) for template, version in items]
    return ActionResult({"LaunchTemplateVersions": versions, **following})


def _page(response: LaunchTemplates, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
    token = response._get_param("NextToken") or "offset:0"
    if not token.startswith("offset:") or not token[7:].isdigit():
        raise Refused("InvalidNextToken", "The token is not valid.")
    start = int(token[7:])
    end = start + min(response._get_int_param("MaxResults", MOST_PER_PAGE), MOST_PER_PAGE)
    return items[start:end], {"NextToken": f"offset:{end}"} if end < len(items) else {}


def _data(response: LaunchTemplates) -> dict[str, Any]:
    data = dict(response._get_param("LaunchTemplateData", {}))
    if "UserData" in data:
        data["UserData"] = parse_user_data(response._get_param("LaunchTemplateData.UserData"))
        if len(str(data["UserData"])) * 3 // 4 > MOST_USER_DATA_BYTES:
            raise Refused("InvalidUserData.Malformed", f"User data is limited to {MOST_USER_DATA_BYTES} bytes.")
    return data


def _template(response: LaunchTemplates, template: LaunchTemplate) -> dict[str, Any]:
    return {
        "CreateTime": template.create_time,
        "CreatedBy": f"arn:{response.partition}:iam::{response.current_account}:root",
        "DefaultVersionNumber": template.default_version_number,
        "LatestVersionNumber": template.latest_version_number,
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "Tags": template.tags,
    }


def _version_item(
    response: LaunchTemplates, template: LaunchTemplate, version: LaunchTemplateVersion
) -> dict[str, Any]:
    return {
        "CreateTime": version.create_time,
        "CreatedBy": f"arn:{response.partition}:iam::{response.current_account}:root",
        "DefaultVersion": template.is_default(version),
        "LaunchTemplateData": version.data,
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "VersionDescription": version.description,
        "VersionNumber": version.number,
    }
