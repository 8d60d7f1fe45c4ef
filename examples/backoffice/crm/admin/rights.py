"""What some people may do and others not."""

from __future__ import annotations

from django.http import HttpRequest

CHANGE_RULE = "crm.set_communication_rule"
SEND_MESSAGE = "crm.write_to_clients"
LAUNCH_RUN = "crm.launch_run"


def may(request: HttpRequest, permission: str) -> bool:
    return request.user.has_perm(permission)
