"""What a new deal would start with, for the page that fills its block (S10, S11)."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404

from crm.forms import prefill_words
from crm.french import fault
from crm.gates import gate_of
from crm.models import Client, Introducer
from partner_comms import PartnerCommsError, label, prefill_introduction


def prefill_answer(
    request: HttpRequest, site: AdminSite, client_pk: int, introducer_pk: int
) -> JsonResponse:
    """The block, and in words where it comes from; without a block where there is none."""
    client = get_object_or_404(Client, pk=client_pk)
    introducer = get_object_or_404(Introducer, pk=introducer_pk)
    for record in (client, introducer):  # the answer shows what their pages hold
        page = site.get_model_admin(type(record))
        if not page.has_view_permission(request, record):
            raise PermissionDenied
    try:
        prefill = prefill_introduction(client.as_record(), introducer.as_record())
    except PartnerCommsError as error:
        return JsonResponse({"words": f"Fiche à corriger : {fault(error)}", "warning": True})
    block = prefill.introduction.block
    answer: dict[str, Any] = {
        "words": prefill_words(prefill, client, introducer),
        "warning": prefill.differs_from_preferred,
        "terms": block.terms,
        "token": get_token(request),  # who has logged in again meanwhile has another one
    }
    if gate_of(request).is_open:  # S3
        answer |= {"rule": block.rule.value, "rule_label": label(block.rule)}
    return JsonResponse(answer)
