"""Scheduling policies: no silent overwrite, no delete while in use, quota share policies kept."""

from answers import NAME, Body, check_tags, operation, page, refuse
from moto.batch.responses import BatchResponse

MOST_SHARES = 500
FAIR_SHARE_DEFAULTS: Body = {"shareDecaySeconds": 0, "computeReservation": 0, "shareDistribution": []}


@operation("CreateSchedulingPolicy")
def create(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    name = body.get("name") or ""
    if not NAME.match(name):
        raise refuse("Scheduling policy name should match a valid pattern.")
    if any(policy.name == name for policy in backend._scheduling_policies.values()):
        raise refuse("Object already exists")
    if body.get("fairsharePolicy") and body.get("quotaSharePolicy"):
        raise refuse("A scheduling policy can have either fairsharePolicy or quotaSharePolicy")
    check_tags(body.get("tags"))
    fair_share = _fair_share(body.get("fairsharePolicy"))
    policy = backend.create_scheduling_policy(name, fair_share, body.get("tags"))
    policy.fairshare_policy = fair_share
    policy.quota_share = body.get("quotaSharePolicy")
    return policy.to_dict(create=True)


@operation("DescribeSchedulingPolicies")
def describe(response: BatchResponse, body: Body) -> Body:
    policies = response.batch_backend.describe_scheduling_policies(body.get("arns") or [])
    described = []
    for policy in policies:
        item = policy.to_dict()
        if policy.quota_share:
            item.pop("fairsharePolicy")
            item["quotaSharePolicy"] = policy.quota_share
        described.append(item)
    return {"schedulingPolicies": described}


@operation("ListSchedulingPolicies")
def list_all(response: BatchResponse, body: Body) -> Body:
    arns, following = page(body, response.batch_backend.list_scheduling_policies())
    return {"schedulingPolicies": [{"arn": arn} for arn in arns], **following}


@operation("UpdateSchedulingPolicy")
def update(response: BatchResponse, body: Body) -> Body:
    policy = response.batch_backend._scheduling_policies.get(body.get("arn") or "")
    if policy is None:
        raise refuse(f"SchedulingPolicy {body.get('arn')} does not exist")
    if bool(body.get("quotaSharePolicy")) != bool(policy.quota_share):
        raise refuse("The kind of a scheduling policy cannot be changed.")
    if body.get("quotaSharePolicy"):
        policy.quota_share = body["quotaSharePolicy"]
    else:
        policy.fairshare_policy = _fair_share(body.get("fairsharePolicy"))
    return {}


@operation("DeleteSchedulingPolicy")
def delete(response: BatchResponse, body: Body) -> Body:
    backend = response.batch_backend
    arn = body.get("arn") or ""
    if any(queue.schedule_policy == arn for queue in backend._job_queues.values()):
        raise refuse("Cannot delete, found existing JobQueue relationship")
    backend.delete_scheduling_policy(arn)
    backend.tagger.delete_all_tags_for_resource(arn)
    return {}


def _fair_share(policy: Body | None) -> Body:
    shares = (policy or {}).get("shareDistribution") or []
    identifiers = [share.get("shareIdentifier") for share in shares]
    if len(shares) > MOST_SHARES:
        raise refuse(f"ShareDistribution size cannot be greater than {MOST_SHARES}.")
    if len(set(identifiers)) < len(identifiers):
        raise refuse("Cannot have two or more identical shareIdentifiers.")
    for share in shares:
        if not 0.0001 <= share.get("weightFactor", 1.0) <= 999.9999:
            raise refuse("Weight factor should be between 0.0001 and 999.9999.")
    return {**FAIR_SHARE_DEFAULTS, **(policy or {}), "shareDistribution": [{"weightFactor": 1.0, **s} for s in shares]}
