"""The page on which somebody writes to a client (S5a): who gets it is seen before it is sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.mail import get_connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from crm.admin.site import site
from crm.forms import EmailForm
from crm.french import fault
from crm.gates import gate_of
from crm.mail import recipients, send
from crm.models import NOT_AGAIN, Client, Contract, Message, Outcome, Project
from partner_comms import Communication, FeatureGate, PartnerCommsError, label


def write(request: HttpRequest, client: Client) -> HttpResponse:
    """About the client or one of its deals: who writes says which (D18)."""
    records = _records(client)
    named = [(key, _described(record)) for key, record in records.items()]
    sending = "send" in request.POST
    asked = {"about": "client", **request.GET.dict(), **request.POST.dict()}
    form = EmailForm(named, request.POST) if sending else EmailForm(named, initial=asked)
    record, gate = records.get(str(form["about"].value()), client), gate_of(request)
    answer, problem = None, ""
    try:
        answer = recipients(Communication.MANUAL_EMAIL, record, gate)
    except PartnerCommsError as error:
        problem = f"Fiche à corriger : {fault(error)}"
    seen = f"{answer.to} {answer.cc}" if answer is not None else ""
    if sending and form.is_valid():
        if request.POST.get("seen") != seen:
            messages.warning(request, "Les destinataires ont changé : vérifiez.")
        elif _send(request, form, record, gate):
            return redirect("backoffice:crm_client_change", client.pk)
    context = {
        **site.each_context(request),
        "title": f"Écrire un e-mail – {client}",
        "opts": Client._meta,
        "original": client,
        "form": form,
        "answer": answer,
        "deliverable": answer is not None and answer.is_deliverable,
        "warning": answer is None or bool(answer.notices),
        "why": answer.explain() if answer is not None else problem,
        "seen": seen,
    }
    return TemplateResponse(request, "admin/crm/client/email.html", context)


def _send(request: HttpRequest, form: forms.Form, record: Any, gate: FeatureGate) -> bool:
    """Send, and say what became of it. False where it can be tried again."""
    draft = Message(
        key=form.cleaned_data["key"],
        communication=Communication.MANUAL_EMAIL.value,
        subject=form.cleaned_data["subject"],
        text=form.cleaned_data["text"],
        user_id=request.user.pk,
    )
    server = get_connection()
    message = send(draft, record, gate, server)
    server.close()
    if message is None:
        messages.warning(request, "Cet e-mail est déjà parti.")
        return True
    level = messages.SUCCESS if message.outcome == Outcome.ACCEPTED else messages.ERROR
    words = f"{Outcome(message.outcome).label} : {message.detail}"
    messages.add_message(request, level, words)
    return message.outcome in NOT_AGAIN


def _described(record: Client | Project | Contract) -> str:
    words = f"{label(record.kind)} {record}"
    return words if isinstance(record, Client) else f"{words} – {record.product}"


def _records(client: Client) -> dict[str, Client | Project | Contract]:
    """What an e-mail from the client's page may be about, by what the form calls it."""
    records: dict[str, Client | Project | Contract] = {"client": client}
    for model in (Project, Contract):
        for deal in model.objects.filter(client=client).select_related(*model.RELATED):
            records[f"{deal.kind.value}-{deal.pk}"] = deal
    return records
