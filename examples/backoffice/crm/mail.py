"""Sending one e-mail about one record, and knowing afterwards what became of it.

A message is logged before it leaves, as one whose fate is unknown, and what the server says is
logged as soon as it is said. Whatever stops the process in between, the log never claims less than
what may have happened.
"""

from __future__ import annotations

import re
import smtplib
from email.utils import make_msgid, parseaddr
from typing import cast

from django.conf import settings
from django.core.mail import EmailMessage, SafeMIMEText
from django.core.mail.backends.smtp import EmailBackend
from django.db import IntegrityError, transaction

from crm.models import Client, Contract, Message, Outcome, Project
from partner_comms import (
    Communication,
    FeatureGate,
    PartnerCommsError,
    Recipients,
    resolve_recipients,
)

SENDER = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def recipients(
    communication: Communication, record: Client | Project | Contract, gate: FeatureGate
) -> Recipients:
    """Raises a `PartnerCommsError` where what is stored is not what it should be (D16, D19)."""
    return resolve_recipients(communication, record.as_record(), gate=gate)


def send(
    message: Message, record: Client | Project | Contract, gate: FeatureGate, server: EmailBackend
) -> Message | None:
    """Send `message`, whose run, communication, subject and text are set, and log it.

    None where this run has already sent that communication about that record, or may have.
    """
    message.record_kind, message.record_id = record.kind.value, record.pk
    message.record_name = str(record)
    message.subject = " ".join(message.subject.split())  # a name can hold line breaks
    message.message_id = make_msgid(domain=SENDER.rpartition("@")[2])
    try:
        answer = recipients(Communication(message.communication), record, gate)
    except PartnerCommsError as error:
        return _logged(message, Outcome.REFUSED, f"Fiche à corriger : {error}")
    message.answer = answer.as_dict()
    if not answer.is_deliverable:
        return _logged(message, Outcome.NO_RECIPIENT, answer.explain())
    content = _content(message, answer)
    try:
        with transaction.atomic():
            _logged(message, Outcome.DOUBTFUL, "Le serveur n'a pas encore répondu.")
    except IntegrityError:  # settled_once_in_a_run
        return None
    return _logged(message, *_deliver(content, answer, server))


def _logged(message: Message, outcome: Outcome, detail: str) -> Message:
    message.outcome, message.detail = outcome, detail
    message.save()
    return message


def _content(message: Message, answer: Recipients) -> bytes:
    mail = EmailMessage(
        message.subject,
        message.text,
        to=answer.to,
        cc=answer.cc,
        headers={"Message-ID": message.message_id},
    )
    content = cast(SafeMIMEText, mail.message()).as_bytes(linesep="\r\n")
    return re.sub(rb"(?m)^\.", b"..", content.rstrip()) + b"\r\n.\r\n"  # the dots of RFC 5321


def _deliver(content: bytes, answer: Recipients, server: EmailBackend) -> tuple[Outcome, str]:
    """What became of it, and what the server said.

    In its single steps, since `smtplib.sendmail` does not say whether a connection broke before
    the data, so that it can be sent again, or after, so that it cannot.
    """
    on_silence = Outcome.FAILED
    try:
        server.open()
        smtp = cast(smtplib.SMTP, server.connection)
        smtp.ehlo_or_helo_if_needed()
        _require(2, smtp.mail(SENDER))
        replies = {address: smtp.rcpt(address) for address in (*answer.to, *answer.cc)}
        refused = [address for address, (code, _) in replies.items() if code // 100 != 2]
        notes = "".join(f"{address} refusé : {_said(replies[address])}\n" for address in refused)
        if set(answer.to) <= set(refused):  # nobody in To: nobody in Cc either, as in D8
            smtp.rset()
            return Outcome.REFUSED, notes
        _require(3, smtp.docmd("DATA"))
        on_silence = Outcome.DOUBTFUL
        smtp.send(content)
        reply = smtp.getreply()
        _require(2, reply)
        return Outcome.PARTIAL if refused else Outcome.ACCEPTED, notes + _said(reply)
    except (smtplib.SMTPException, OSError) as error:
        server.close()
        if isinstance(error, smtplib.SMTPDataError):
            return Outcome.REFUSED, _said((error.smtp_code, error.smtp_error))
        return on_silence, f"Connexion impossible ou rompue : {error}"


def _require(kind: int, reply: tuple[int, bytes]) -> None:
    """A refusal is one that the server has spelled out; anything else it says is silence."""
    code, text = reply
    if code // 100 in (4, 5):
        raise smtplib.SMTPDataError(code, text)
    if code // 100 != kind:
        raise smtplib.SMTPException(_said(reply))


def _said(reply: tuple[int, bytes | str]) -> str:
    code, text = reply
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
