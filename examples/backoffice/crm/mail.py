"""Sending one e-mail about one record, and knowing afterwards what became of it.

A message is logged before it leaves, as one that is being sent, and what the server says is logged
as soon as it is said. Whatever stops the process in between, the log never claims less than what
may have happened.
"""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.timezone import now

from crm.french import fault
from crm.models import Client, Contract, Message, Outcome, Project
from crm.smtp import ClientEmail, Delivery
from partner_comms import (
    Communication,
    FeatureGate,
    PartnerCommsError,
    Recipients,
    resolve_recipients,
)

IN_FLIGHT = timedelta(minutes=20)
"""No message takes longer, since each step of it has a time-out (`EMAIL_TIMEOUT`). One that is
logged as being sent for longer was left behind by a process that somebody killed."""


def recipients(
    communication: Communication, record: Client | Project | Contract, gate: FeatureGate
) -> Recipients:
    """Raises a `PartnerCommsError` where what is stored is not what it should be (D16, D19)."""
    return resolve_recipients(communication, record.as_record(), gate=gate)


def send(
    message: Message,
    record: Client | Project | Contract,
    gate: FeatureGate,
    server: BaseEmailBackend,
) -> Message | None:
    """Send `message`, whose run or key, communication, subject and text are set, and log it.

    None where the same has been sent already, or may have been.
    """
    email = drafted(message, record, gate)
    if not log(message):
        return None
    if email:
        post(message, email, server)
        log_outcome(message)
    return message


def drafted(
    message: Message, record: Client | Project | Contract, gate: FeatureGate
) -> ClientEmail | None:
    """Fill `message` in; the e-mail that it is to be, or None where there can't be one."""
    message.client = record if isinstance(record, Client) else record.client
    message.record_kind, message.record_id = record.kind.value, record.pk
    message.record_name = str(record)
    message.subject = " ".join(message.subject.split())  # a name can hold line breaks
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message.message_id = make_msgid(domain=sender.rpartition("@")[2])
    try:
        answer = recipients(Communication(message.communication), record, gate)
    except PartnerCommsError as error:
        message.outcome, message.detail = Outcome.TO_CORRECT, fault(error)
        return None
    message.answer = answer.as_dict()
    if not answer:
        message.outcome, message.detail = Outcome.NO_RECIPIENT, answer.explain()
        return None
    message.outcome, message.detail = Outcome.SENDING, "Le serveur n'a pas encore répondu."
    return ClientEmail(
        message.subject,
        message.text,
        to=answer.to,
        cc=answer.cc,
        headers={"Message-ID": message.message_id},
    )


def log(message: Message, after: Message | None = None) -> bool:
    """Log `message` before it leaves, and with the same commit what became of the one before it.

    False where the same has been sent already, or may have been.
    """
    with transaction.atomic():
        if after:
            log_outcome(after)
        try:
            with transaction.atomic():
                message.save(force_insert=True)
        except IntegrityError:  # sent_once_in_a_run, written_once
            return False
    return True


def post(message: Message, email: ClientEmail, server: BaseEmailBackend) -> None:
    """Give `email` to the server, and note in `message` what becomes of it."""
    delivery = _deliver(email, server)
    message.outcome, message.detail = delivery.outcome, delivery.said


def log_outcome(message: Message) -> None:
    message.save(update_fields=["outcome", "detail"])


def _deliver(email: ClientEmail, server: BaseEmailBackend) -> Delivery:
    """By any backend of Django's; what it does not say is taken for the worst that may be."""
    try:
        taken = server.send_messages([email])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        return Delivery(Outcome.REFUSED, str(error))
    except (smtplib.SMTPException, OSError) as error:
        return Delivery(Outcome.DOUBTFUL, str(error))
    if email.delivery:
        return email.delivery
    if taken:
        return Delivery(Outcome.ACCEPTED, "Remis au service d'envoi, qui n'en dit pas plus.")
    return Delivery(Outcome.DOUBTFUL, "Le service d'envoi ne dit pas ce qu'il en a fait.")


# --- What nobody knows, and somebody finds out ----------------------------------------------------


def doubtful(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Those whose fate is unknown: not one that is still being sent."""
    left_behind = Q(outcome=Outcome.SENDING, time__lt=now() - IN_FLIGHT)
    return messages.filter(Q(outcome=Outcome.DOUBTFUL) | left_behind)


def settle(messages: QuerySet[Message], outcome: Outcome, who: str) -> int:
    """Note what `who` has found out of those that are doubtful; how many that are.

    What the server had said stays.
    """
    found = f"\n{Outcome(outcome).label} par {who}, le {now():%d/%m/%Y}."
    noted = Concat(F("detail"), Value(found), output_field=TextField())
    return doubtful(messages).update(outcome=outcome, detail=noted)
