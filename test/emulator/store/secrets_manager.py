"""Secrets Manager: pending deletion, stages that move, limits, ordered pages and resource policies as AWS has them."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from moto.secretsmanager import exceptions, models
from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    SecretNotFoundException,
    SecretsManagerClientError,
)
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend
from moto.secretsmanager.responses import SecretsManagerResponse

NAME = re.compile(r"^[A-Za-z0-9/_+=.@-]{1,512}$")
MOST_VALUE_BYTES = 65_536
MOST_TAGS = 50
MOST_PER_PAGE = 100
PENDING = (
    "You can't perform this operation on the secret because it was marked for deletion.",
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
)
NOT_WHILE_PENDING = (
    "put_resource_policy",
    "put_secret_value",
    "replicate_secret_to_regions",
    "tag_resource",
    "untag_resource",
    "update_secret",
    "update_secret_version_stage",
)


def apply() -> None:
    for name in ("ResourceNotFoundException", "SecretNotFoundException", "SecretHasNoValueException"):
        _answer_with_400(getattr(exceptions, name))
    for name in NOT_WHILE_PENDING:
        _wrap(name, _not_while_pending)
    _wrap("create_secret", _create)
    _wrap("put_secret_value", _check_value)
    _wrap("update_secret", _update)
    _wrap("tag_resource", _check_added_tags)
    _wrap("put_resource_policy", _check_policy)
    _wrap("list_secret_version_ids", _version_ids)
    _wrap("replicate_secret_to_regions", _with_arn)
    SecretsManagerResponse.list_secrets = _list  # type: ignore[method-assign]
    SecretsManagerResponse.validate_resource_policy = _validate_policy
    _move_default_with_stage()
    _describe_labelled_versions()
    _keep_replica_keys()


def _answer_with_400(exception: type[SecretsManagerClientError]) -> None:
    original = exception.__init__

    def init(self: SecretsManagerClientError, *args: Any) -> None:
        original(self, *args)
        self.code = 400

    exception.__init__ = init  # type: ignore[method-assign]


Answer = Callable[[SecretsManagerResponse], str]


def _wrap(name: str, around: Callable[[SecretsManagerResponse, Answer], str]) -> None:
    original = getattr(SecretsManagerResponse, name)
    setattr(SecretsManagerResponse, name, lambda response: around(response, original))


def _secret(response: SecretsManagerResponse) -> FakeSecret | ReplicaSecret | None:
    return response.backend.secrets.get(response._get_param("SecretId") or "")


def _not_while_pending(response: SecretsManagerResponse, original: Answer) -> str:
    secret = _secret(response)
    if secret is not None and secret.is_deleted():
        raise InvalidRequestException(PENDING[0])
    return original(response)


def _create(response: SecretsManagerResponse, original: Answer) -> str:
    name = response._get_param("Name") or ""
    existing = response.backend.secrets.get(name)
    if not NAME.match(name):
        raise InvalidParameterException("Invalid name. Must be a valid name containing alphanumeric characters or -/_+=.@!")
    if existing is not None and existing.is_deleted():
        raise InvalidRequestException(PENDING[1])
    _check_tags(response._get_param("Tags", []))
    return _check_value(response, original)


def _check_value(response: SecretsManagerResponse, original: Answer) -> str:
    text, binary = response._get_param("SecretString"), response._get_param("SecretBinary")
    if text is not None and binary is not None:
        raise InvalidRequestException("You can't specify both a binary secret value and a string secret value.")
    if text == "" or binary == "":
        raise InvalidParameterException("The secret value must not be empty.")
    size = len(text.encode()) if text is not None else len(base64.b64decode(binary or ""))
    if size > MOST_VALUE_BYTES:
        raise InvalidParameterException(f"The secret value can't be longer than {MOST_VALUE_BYTES} bytes.")
    return original(response)


def _update(response: SecretsManagerResponse, original: Answer) -> str:
    answer = _check_value(response, original)
    secret = _secret(response)
    if response._get_param("Description") == "" and isinstance(secret, FakeSecret):
        secret.description = ""
    return answer


def _check_added_tags(response: SecretsManagerResponse, original: Answer) -> str:
    secret = _secret(response)
    added = response._get_param("Tags", [])
    keys = {tag["Key"] for tag in added}
    _check_tags([*added, *(tag for tag in (secret.tags if secret else None) or [] if tag["Key"] not in keys)])
    return original(response)


def _check_tags(tags: list[dict[str, str]]) -> None:
    keys = [tag.get("Key", "") for tag in tags]
    if len(keys) > MOST_TAGS:
        raise InvalidParameterException(f"A secret can have at most {MOST_TAGS} tags.")
    if len(set(keys)) < len(keys):
        raise InvalidParameterException("Duplicate tag keys.")
    if any(key.lower().startswith("aws:") for key in keys):
        raise InvalidParameterException("Tag keys must not start with aws:")


def _check_policy(response: SecretsManagerResponse, original: Answer) -> str:
    statements = _statements(response._get_param("ResourcePolicy"))
    public = any(
        s.get("Effect") == "Allow" and s.get("Principal") in ("*", {"AWS": "*"}) and not s.get("Condition")
        for s in statements
    )
    if public and response._get_bool_param("BlockPublicPolicy", False):
        raise SecretsManagerClientError("PublicPolicyException", "The resource policy allows broad access to the secret.")
    return original(response)


def _statements(policy: str | None) -> list[dict[str, Any]]:
    try:
        document = json.loads(policy or "")
        statements = document["Statement"]
        statements = statements if isinstance(statements, list) else [statements]
        if all(s["Effect"] in ("Allow", "Deny") and (s.get("Principal") or s.get("NotPrincipal")) for s in statements):
            return statements
    except (ValueError, KeyError, TypeError):
        pass
    raise SecretsManagerClientError("MalformedPolicyDocumentException", "This resource policy contains invalid JSON or elements.")


def _validate_policy(response: SecretsManagerResponse) -> str:
    _statements(response._get_param("ResourcePolicy"))
    return json.dumps({"PolicyValidationPassed": True, "ValidationErrors": []})


def _version_ids(response: SecretsManagerResponse, _: Answer) -> str:
    secret = _secret(response)
    if secret is None:
        raise SecretNotFoundException
    deprecated = response._get_param("IncludeDeprecated", False)
    versions = [
        {"VersionId": key, "VersionStages": version["version_stages"], "CreatedDate": version["createdate"]}
        for key, version in secret.versions.items()
        if version["version_stages"] or deprecated
    ]
    return json.dumps({"ARN": secret.arn, "Name": secret.name, "Versions": versions})


def _with_arn(response: SecretsManagerResponse, original: Answer) -> str:
    secret = _secret(response)
    return json.dumps({**json.loads(original(response)), "ARN": secret.arn if secret else None})


def _list(response: SecretsManagerResponse) -> str:
    filters = response._get_param("Filters", if_none=[])
    most = response._get_int_param("MaxResults", MOST_PER_PAGE)
    if not 1 <= most <= MOST_PER_PAGE:
        raise InvalidParameterException(f"MaxResults must be between 1 and {MOST_PER_PAGE}.")
    start = _offset(response._get_param("NextToken"))
    include = response._get_param("IncludePlannedDeletion", if_none=False)
    # The copy keeps a concurrent create from breaking the iteration.
    secrets = [s for s in list(response.backend.secrets.values()) if include or not s.is_deleted()]
    matching = [secret.to_dict() for secret in secrets if models._matches(secret, filters)]
    matching.sort(key=lambda secret: (secret["CreatedDate"], secret["Name"]), reverse=True)
    if response._get_param("SortOrder") == "asc":
        matching.reverse()
    answer = {"SecretList": matching[start : start + most]}
    if start + most < len(matching):
        answer["NextToken"] = base64.b64encode(f"offset:{start + most}".encode()).decode()
    return json.dumps(answer)


def _offset(token: str | None) -> int:
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("offset:")) if token else 0
    except ValueError:
        raise SecretsManagerClientError("InvalidNextTokenException", "The NextToken value is invalid.") from None


def _move_default_with_stage() -> None:
    original = SecretsManagerBackend.update_secret_version_stage

    def update(self: SecretsManagerBackend, secret_id: str, version_stage: str, *args: Any, **kwargs: Any) -> Any:
        answer = original(self, secret_id, version_stage, *args, **kwargs)
        secret = self.secrets[secret_id]
        current = [key for key, version in secret.versions.items() if "AWSCURRENT" in version["version_stages"]]
        if version_stage == "AWSCURRENT" and current and isinstance(secret, FakeSecret):
            secret.set_default_version_id(current[0])
        return answer

    SecretsManagerBackend.update_secret_version_stage = update  # type: ignore[method-assign]


def _describe_labelled_versions() -> None:
    original = FakeSecret.to_dict

    def to_dict(self: FakeSecret) -> dict[str, Any]:
        described = {key: value for key, value in original(self).items() if value is not None}
        for member in ("VersionIdsToStages", "SecretVersionsToStages"):
            if member in described:
                described[member] = {key: stages for key, stages in described[member].items() if stages}
        return described

    FakeSecret.to_dict = to_dict  # type: ignore[method-assign]


def _keep_replica_keys() -> None:
    original = FakeSecret.create_replicas

    def create(self: FakeSecret, replica_regions: list[dict[str, str]], force_overwrite: bool) -> list[ReplicaSecret]:
        replicas = original(self, replica_regions, force_overwrite)
        for replica, asked in zip(replicas, replica_regions, strict=True):
            replica.config["KmsKeyId"] = asked.get("KmsKeyId") or replica.config["KmsKeyId"]
        return replicas

    FakeSecret.create_replicas = create  # type: ignore[method-assign]
