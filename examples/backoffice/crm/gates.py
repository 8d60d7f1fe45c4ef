"""The gate, read once a request: a page is all of one gate, and costs one query for it."""

from __future__ import annotations

from django.http import HttpRequest

from crm.models import Configuration
from partner_comms import FeatureGate


def gate_of(request: HttpRequest) -> FeatureGate:
    found: FeatureGate | None = getattr(request, "crm_gate", None)
    if found is None:
        found = Configuration.gate()
        request.crm_gate = found  # type: ignore[attr-defined]
    return found
