"""What some people may do and others not."""

from __future__ import annotations

from django.http import HttpRequest

CHANGE_RULE = "crm.change_rule"
SEND_MESSAGE = "crm.send_message"


def may(request: HttpRequest, permission: str) -> bool:
    return request.user.has_perm(permission)
