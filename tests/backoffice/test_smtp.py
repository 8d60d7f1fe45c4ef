"""The mail backend: what became of a message, whatever a server does at whichever step."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from crm.mail import send
from crm.models import Contract, Message, Outcome
from crm.smtp import ClientEmail
from django.core import mail
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Kept
from pytest_django import Settings

from partner_comms import FeatureGate

from .scripted import STEPS, ScriptedServer

OPEN = FeatureGate(premium=True, option_enabled=True)
Start = Callable[..., ScriptedServer]


@pytest.fixture
def serve(settings: Settings) -> Iterator[Start]:
    started: list[ScriptedServer] = []

    def start(*scripts: dict[str, str]) -> ScriptedServer:
        server = ScriptedServer(scripts)
        server.start()
        started.append(server)
        hangs = any("hang" in script.values() for script in scripts)
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = server.port, 1 if hangs else 15
        return server

    yield start
    for server in started:
        server.stop()


def email(text: str = "Bonjour", **given: Any) -> ClientEmail:
    addressed = {"to": ["a@b.example"], "cc": ["c@d.example"], **given}
    return ClientEmail("Objet", text, "Cabinet <cabinet@e.example>", **addressed)


def sent(one: ClientEmail) -> tuple[Outcome, str]:
    """What became of it."""
    get_connection().send_messages([one])
    assert one.delivery
    return one.delivery.outcome, one.delivery.said


WHAT = ("close", "hang", "421 closing", "451 later", "554 no", "299 odd", "199 odd", "354 odd")


def expected(step: str, what: str) -> Outcome:
    """Doubtful is what broke after the data, and nothing else; refused, what the server refused."""
    code = what.split()[0]
    fine = {"greeting": "220", "DATA": "354"}.get(step, "2")
    if code.startswith(fine):
        return Outcome.ACCEPTED
    if step in ("greeting", "EHLO"):
        return Outcome.FAILED
    if step == "content":
        return Outcome.REFUSED if code[0] in "45" else Outcome.DOUBTFUL
    if step == "RCPT":  # each recipient is refused, by whatever is no "yes"
        return Outcome.FAILED if code in ("close", "hang", "421") else Outcome.REFUSED
    return Outcome.REFUSED if code in ("451", "554") else Outcome.FAILED


@pytest.mark.parametrize(("step", "what"), [*product(STEPS, WHAT)])
def test_each_step(serve: Start, step: str, what: str) -> None:
    server = serve({step: what})
    outcome, said = sent(email())
    assert outcome == expected(step, what)
    assert len(server.contents) == (outcome == Outcome.ACCEPTED)
    if what[0] in "45" and outcome == Outcome.REFUSED:
        assert what in said


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("what", ["close", "421 closing"])
def test_once_more_where_the_server_has_closed(serve: Start, step: str, what: str) -> None:
    """Before the data it has nothing, so that the same is sent again; after it, it may have it."""
    server = serve({step: what}, {})
    outcome, _ = sent(email())
    again = step != "content" and (step, what) != ("greeting", "421 closing")  # not even open
    assert server.connections == (2 if again else 1)
    assert (outcome == Outcome.ACCEPTED) == again
    assert len(server.contents) == again


def test_not_more_than_once(serve: Start) -> None:
    server = serve({"MAIL": "close"}, {"RCPT": "close"}, {})
    assert sent(email())[0] == Outcome.FAILED
    assert server.connections == 2


def test_not_where_it_hangs(serve: Start) -> None:
    """It would hang again, and everybody would wait twice."""
    server = serve({"MAIL": "hang"}, {})
    assert sent(email())[0] == Outcome.FAILED
    assert server.connections == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "content"])
def test_a_refusal_ends_its_own_transaction(serve: Start, step: str) -> None:
    """The next message goes over the same connection, and is not taken for a part of the first."""
    server = serve({step: "554 no"})
    backend = get_connection()
    backend.open()
    for one in (email(), email()):
        backend.send_messages([one])
        assert one.delivery
        assert one.delivery.outcome == Outcome.REFUSED
        assert "554 no" in one.delivery.said
    backend.close()
    assert server.connections == 1
    assert server.said.count("RSET") == 2


def test_the_dots(serve: Start) -> None:
    """RFC 5321, 4.5.2."""
    server = serve({})
    sent(email("Bonjour\n.\n..\nfin"))
    body = server.contents[0].partition(b"\r\n\r\n")[2]
    assert body == b"Bonjour\r\n..\r\n...\r\nfin\r\n"


class TestOtherEMails:
    """What else a host sends, such as a new password: as with Django's own backend."""

    def test_are_sent(self, serve: Start) -> None:
        server = serve({})
        given = EmailMessage("Objet", "Texte", "a@b.example", bcc=["Hidden <c@d.example>"])
        assert given.send() == 1
        assert server.contents
        assert b"Hidden" not in server.contents[0]
        assert server.said.count("RCPT") == 1

    def test_raise(self, serve: Start) -> None:
        serve({"RCPT": "550 no"})
        given = "Objet", "Texte", "a@b.example", ["c@d.example"]
        with pytest.raises(smtplib.SMTPException, match="550 no"):
            EmailMessage(*given).send()
        assert EmailMessage(*given).send(fail_silently=True) == 0


class _Backend(BaseEmailBackend):
    """Another backend, which does not say what became of a message, but what is in `does`."""

    does: Any = 1

    def send_messages(self, email_messages: Any) -> Any:
        if isinstance(self.does, Exception):
            raise self.does
        return self.does


@pytest.fixture
def another(settings: Settings) -> type[_Backend]:
    settings.EMAIL_BACKEND = f"{__name__}._Backend"
    return _Backend


class TestEmailBackend:
    """The host's `EMAIL_BACKEND` counts: its tests, say, send nothing."""

    def test_locmem(self, settings: Settings, contract: Contract) -> None:
        settings.EMAIL_BACKEND = f"{Kept.__module__}.{Kept.__qualname__}"
        message = self.send(contract)
        assert message.outcome == Outcome.ACCEPTED
        assert [one.to for one in mail.outbox] == [message.answer["to"]]

    @pytest.mark.parametrize(
        ("does", "outcome"),
        [
            (1, Outcome.ACCEPTED),
            (0, Outcome.DOUBTFUL),
            (None, Outcome.DOUBTFUL),
            (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no")}), Outcome.REFUSED),
            (smtplib.SMTPSenderRefused(550, b"no", "a@b.example"), Outcome.REFUSED),
            (smtplib.SMTPDataError(554, b"no"), Outcome.REFUSED),
            (smtplib.SMTPServerDisconnected("gone"), Outcome.DOUBTFUL),
            (TimeoutError("slow"), Outcome.DOUBTFUL),
            (ConnectionRefusedError("closed"), Outcome.DOUBTFUL),
        ],
    )
    def test_what_it_does_not_say_is_doubtful(
        self, another: type[_Backend], contract: Contract, does: Any, outcome: Outcome
    ) -> None:
        another.does = does
        assert self.send(contract).outcome == outcome

    def send(self, contract: Contract) -> Message:
        draft = Message(communication="unpaid_call", subject="Essai", text="Bonjour")
        message = send(draft, contract, OPEN, get_connection())
        assert message
        message.refresh_from_db()
        return message
