"""A run: one message for each record, whatever happens on the way (D12).

It has a name, and the same name goes on with it: what the server has taken, or may have, is not
sent again, all else is tried again. It holds no more than a batch of records, whatever there are.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any

from attrs import frozen
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.french import fault
from crm.letters import LETTERS, Letter, LetterError, concerned
from crm.mail import doubtful, drafted, log, log_outcome, post, recipients
from crm.models import (
    NOT_AGAIN,
    SENT,
    Client,
    Configuration,
    Contract,
    Message,
    Outcome,
    Project,
    Run,
)
from partner_comms import Communication, PartnerCommsError, Recipients, RecordKind

BATCH = 200
SILENT_IN_A_ROW = 3
"""A server that hangs costs each message its time-out, and may leave it doubtful."""


class ServerSilentError(Exception):
    """The mail server does not answer; the text is for the user."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Le serveur de messagerie ne répond plus ({why}). Reprenez le même envoi quand il "
            "répondra : rien ne partira deux fois."
        )


def prepared(
    name: str,
    communication: Communication,
    letter: Letter | None = None,
    about: RecordKind | None = None,
) -> Run:
    """The run of that name, as it is stored or, not stored yet, as it would be.

    A `LetterError` where the letter must not be sent, or is another than the name's.
    """
    letter = letter or LETTERS.get(communication)
    if letter is None:
        raise LetterError("Un publipostage a besoin d'un objet et d'un texte.")
    if not name.strip():
        raise LetterError("Un envoi a besoin d'un nom, sous lequel il peut être repris.")
    for records in concerned(communication, about):
        letter.check(records.model.kind)
    wanted = Run(
        name=name,
        communication=communication.value,
        about=about.value if about else "",
        subject=letter.subject,
        text=letter.text,
    )
    stored = Run.objects.filter(name=name, communication=communication.value).first()
    return _same(stored, wanted) if stored else wanted


def started(run: Run) -> Run:
    """The run as it is stored, by this or by somebody who was faster."""
    if run.pk:
        return run
    given = {field: getattr(run, field) for field in (*_LETTER, "user")}
    stored, _ = Run.objects.get_or_create(
        name=run.name, communication=run.communication, defaults=given
    )
    return _same(stored, run)


_LETTER = ("about", "subject", "text")


def _same(stored: Run, wanted: Run) -> Run:
    if any(getattr(stored, field) != getattr(wanted, field) for field in _LETTER):
        raise LetterError(
            f"L'envoi « {wanted.name} » existe déjà, avec une autre lettre ou pour d'autres "
            "fiches : donnez un autre nom à celui-ci."
        )
    return stored


def records(run: Run) -> list[QuerySet[Any]]:
    """All that `run` is about."""
    about = RecordKind(run.about) if run.about else None
    return concerned(Communication(run.communication), about)


def left(run: Run, since: datetime | None = None) -> list[QuerySet[Any]]:
    """What `run` is about and has not sent, nor may have; nor tried `since` then, if given.

    So that a page that sends a part at a time comes to an end, whatever cannot be sent.
    """
    done = Q(outcome__in=NOT_AGAIN)
    if since is not None:
        done |= Q(time__gte=since)
    return [found.filter(~_has(run, found, done)) for found in records(run)]


def sent(run: Run) -> list[QuerySet[Any]]:
    """What `run` is about and has sent."""
    return [found.filter(_has(run, found, Q(outcome__in=SENT))) for found in records(run)]


def _has(run: Run, found: QuerySet[Any], wanted: Q) -> Exists:
    """Whether there is a message of that run about the record that is as `wanted`."""
    return Exists(
        Message.objects.filter(
            wanted,
            run_id=run.pk or 0,  # 0: of a run that is not stored yet, there is none
            record_kind=found.model.kind.value,
            record_id=OuterRef("pk"),
        )
    )


def count(found: list[QuerySet[Any]]) -> int:
    return sum(one.count() for one in found)


def _one_by_one(found: list[QuerySet[Any]]) -> Iterator[Client | Project | Contract]:
    """By batches, each read when it comes: who has paid in the meantime is not written to."""
    for queryset in found:
        batches = queryset.select_related(*queryset.model.RELATED).order_by("pk")
        last = 0
        while batch := list(batches.filter(pk__gt=last)[:BATCH]):
            yield from batch
            last = batch[-1].pk


@frozen
class Preview:
    """What a record would get: the answer, or what is wrong with what is stored."""

    record: Client | Project | Contract
    subject: str
    text: str
    answer: Recipients | None
    problem: str


def preview(run: Run) -> Iterator[Preview]:
    """What would be sent now, and to whom."""
    gate, communication = Configuration.gate(), Communication(run.communication)
    letter = Letter(run.subject, run.text)
    for record in _one_by_one(left(run)):
        answer, problem = None, ""
        try:
            answer = recipients(communication, record, gate)
        except PartnerCommsError as error:
            problem = fault(error)
        yield Preview(record, *letter.filled(record), answer, problem)


def deliver(run: Run, since: datetime | None = None) -> Generator[Message, None, None]:
    """Send what is `left` of a run that is `started`; give each message once its fate is logged.

    Who stops asking stops the run, which can be taken up again. A `ServerSilentError` where the
    server is not there, or does not answer any more.
    """
    _give_up_on_those_left_behind(run)
    letter, silent = Letter(run.subject, run.text), 0
    server = get_connection()
    done: Message | None = None  # its fate is known, and is logged together with the next message
    try:
        _open(server)
        for record in _one_by_one(left(run, since)):
            message = Message(run=run, communication=run.communication, user=run.user)
            message.subject, message.text = letter.filled(record)
            # The gate each time: who closes it need not wait for the end.
            email = drafted(message, record, Configuration.gate())
            is_ours = log(message, done)  # or another process was faster
            before, done = done, message if is_ours else None
            if done and email:
                post(done, email, server)
            if before:
                yield before
            if done is None:
                continue
            if done.outcome in (Outcome.FAILED, Outcome.DOUBTFUL):
                silent += 1
                log_outcome(done)
                yield done
                done = None
                if silent == SILENT_IN_A_ROW:
                    raise ServerSilentError(message.detail)
                _open(server)  # one message may break a connection, but no server is the end
            elif email:  # the server has answered
                silent = 0
        if done:
            log_outcome(done)
            yield done
            done = None
    finally:
        if done:
            log_outcome(done)
        server.close()


def _open(server: Any) -> None:
    try:
        server.open()
    except OSError as error:  # an SMTPException is one
        raise ServerSilentError(str(error)) from error


def _give_up_on_those_left_behind(run: Run) -> None:
    with transaction.atomic():
        doubtful(run.messages.all()).update(outcome=Outcome.DOUBTFUL)
