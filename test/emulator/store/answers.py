"""What every patched Batch operation needs: its input, AWS's refusals, and pages."""

import base64
import binascii
import json
import re
import threading
from collections.abc import Callable
from typing import Any

from moto.batch.exceptions import ClientException
from moto.batch.responses import BatchResponse
from moto.moto_api._internal import mock_random

Body = dict[str, Any]

NAME = re.compile(r"^[0-9A-Za-z][0-9A-Za-z_-]{0,127}$")
MOST_PER_PAGE = 100
MOST_TAGS = 50
CHECK_ONLY = "x-emulator-check-only"

_WRITING = threading.RLock()


class CheckedOnly(Exception):
    """The call would have been accepted; its effect was not asked for."""


def refuse(text: str) -> ClientException:
    """Batch's one client error, with the text wrapped as Batch wraps it."""
    return ClientException(f"Error executing request, Exception : {text}, RequestId: {mock_random.uuid4()}")


def before_effect(response: BatchResponse) -> None:
    """Call after the last check and before the first change of a delete."""
    if response.headers.get(CHECK_ONLY):
        raise CheckedOnly


def operation(name: str) -> Callable[[Callable[[BatchResponse, Body], Body]], Callable[[BatchResponse, Body], Body]]:
    """Makes the function answer that Batch operation, one call at a time: moto checks and changes without a lock."""

    def install(answer: Callable[[BatchResponse, Body], Body]) -> Callable[[BatchResponse, Body], Body]:
        def method(response: BatchResponse) -> str:
            with _WRITING:
                try:
                    return json.dumps(answer(response, json.loads(response.body or "{}")))
                except CheckedOnly:
                    return "{}"

        setattr(BatchResponse, name.lower(), method)
        return answer

    return install


def page(body: Body, items: list[Any], most: int = MOST_PER_PAGE) -> tuple[list[Any], Body]:
    """The part of a list that was asked for, and the members of the answer that lead to the next part."""
    start = _offset(body.get("nextToken"))
    end = start + min(int(body.get("maxResults") or most), most)
    if end >= len(items):
        return items[start:], {}
    return items[start:end], {"nextToken": base64.b64encode(f"offset:{end}".encode()).decode()}


def selected(body: Body, member: str) -> set[str]:
    """The names or ARNs of a describe call; empty means everything."""
    names = body.get(member) or []
    if len(names) > MOST_PER_PAGE:
        raise refuse(f"{member} should contain at most {MOST_PER_PAGE} items.")
    if names and (body.get("maxResults") or body.get("nextToken")):
        raise refuse(f"{member} and MaxResults cannot both be set")
    return set(names)


def check_tags(tags: dict[str, str] | None, present: dict[str, str] | None = None) -> None:
    """Refuses what AWS refuses as tags of any Batch resource."""
    if any(key.lower().startswith("aws:") for key in tags or {}):
        raise refuse("Tag keys must not start with aws:")
    if len({**(present or {}), **(tags or {})}) > MOST_TAGS:
        raise refuse(f"Resource can have at most {MOST_TAGS} tags.")


def without_nothing(value: Body) -> Body:
    """The members that have a value: AWS leaves the others out."""
    return {key: member for key, member in value.items() if member is not None}


def _offset(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("offset:"))
    except (ValueError, binascii.Error):
        raise refuse("nextToken is not valid.") from None
