"""Answers on e-mails: what is written into the header is what is read there (D16)."""

from __future__ import annotations

import email
import smtplib
from email import policy
from email.message import EmailMessage, Message
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_comms import (
    Client,
    Contract,
    Introducer,
    InvalidTypeError,
    NoRecipientError,
    Notice,
    Recipients,
    resolve_recipients,
)
from partner_comms.mail import envelope, set_recipients
from partner_comms.strategies import email_addresses
from tests.people import (
    CLIENT_AND_INTRODUCER,
    INTRODUCER,
    MARTIN,
    MUTE,
    NOWHERE,
    OPEN,
    contract,
    introduced,
)

POLICIES = {
    "default": policy.default,
    "SMTP": policy.SMTP,
    "SMTPUTF8": policy.SMTPUTF8,
    "HTTP": policy.HTTP,
    "strict": policy.strict,
}
COPIED = resolve_recipients("mail_merge", contract(introduced(CLIENT_AND_INTRODUCER)), gate=OPEN)
NOBODY = resolve_recipients("mail_merge", NOWHERE, gate=OPEN)
SEVERAL = st.lists(email_addresses(), min_size=1, max_size=6)


def read(message: Message, header: str) -> list[str]:
    value: Any = message[header]
    return [address.addr_spec for address in value.addresses]


class TestD16:
    """An address can be put into a header and sent."""

    @pytest.mark.parametrize("name", POLICIES)
    @given(to=SEVERAL, cc=SEVERAL)
    def test_written_and_read_back(self, name: str, to: list[str], cc: list[str]) -> None:
        introduction = introduced(CLIENT_AND_INTRODUCER, by=Introducer(1, emails=cc))
        client = Client(1, emails=to, introduction=None)
        about = Contract(1, client=client, introduction=introduction)
        answer = resolve_recipients("mail_merge", about, gate=OPEN)
        message = EmailMessage(policy=POLICIES[name])
        set_recipients(message, answer)
        message["Subject"] = "Bonjour"
        sent = email.message_from_bytes(message.as_bytes(), policy=policy.default)
        assert read(message, "To") == read(sent, "To") == list(answer.to)
        assert ("Cc" in sent) is bool(answer.cc)
        assert "Bcc" not in sent
        if answer.cc:
            assert read(message, "Cc") == read(sent, "Cc") == list(answer.cc)
        assert sent["Subject"] == "Bonjour"

    @given(to=SEVERAL)
    def test_smtplib_takes_them_as_they_are(self, to: list[str]) -> None:
        client = Client(1, emails=to, introduction=None)
        answer = resolve_recipients("mail_merge", client, gate=OPEN)
        assert [smtplib.quoteaddr(one) for one in envelope(answer)] == [
            f"<{address}>" for address in answer.to
        ]


class TestSetRecipients:
    def test_to_and_cc(self) -> None:
        """S6"""
        message = EmailMessage()
        set_recipients(message, COPIED)
        assert message.items() == [
            ("To", "martin@example.org"),
            ("Cc", "contact@durand.example"),
        ]
        assert envelope(COPIED) == ("martin@example.org", "contact@durand.example")

    def test_in_place_of_others(self) -> None:
        """A message that is used again goes to nobody of the time before."""
        message = EmailMessage()
        message["Subject"] = "Bonjour"
        set_recipients(message, COPIED)
        set_recipients(message, resolve_recipients("mail_merge", MARTIN, gate=OPEN))
        assert message.items() == [("Subject", "Bonjour"), ("To", "martin@example.org")]

    def test_d8_nobody(self) -> None:
        message = EmailMessage()
        message["To"] = "somebody@example.org"
        for use in (envelope, lambda answer: set_recipients(message, answer)):
            with pytest.raises(NoRecipientError) as caught:
                use(NOBODY)
            assert caught.value.notices == (Notice.NO_CLIENT_ADDRESS,)
        assert message["To"] == "somebody@example.org"
        silent = contract(introduced(INTRODUCER, by=MUTE))
        with pytest.raises(NoRecipientError, match=r"\(no_introducer_address\);"):
            envelope(resolve_recipients("mail_merge", silent, gate=OPEN))

    @pytest.mark.parametrize("wrong", [None, "martin@example.org", ("a@x.fr",), COPIED.as_dict()])
    def test_d19_another_answer(self, wrong: Any) -> None:
        for use in (envelope, lambda answer: set_recipients(EmailMessage(), answer)):
            with pytest.raises(InvalidTypeError, match=r"^answer: got .*; give a Recipients$"):
                use(wrong)

    @pytest.mark.parametrize(
        ("wrong", "got"),
        [
            (None, "None"),
            ({}, "an object of type dict"),
            (Message(), "an object of type Message"),
            (EmailMessage(policy=policy.compat32), "an object of type EmailMessage"),
        ],
    )
    def test_d19_another_message(self, wrong: Any, got: str) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            set_recipients(wrong, COPIED)
        assert str(caught.value) == f"message: got {got}; give an email.message.EmailMessage"
        if wrong:
            assert "To" not in wrong


def test_types() -> None:
    answer: Recipients = COPIED
    assert type(envelope(answer)) is tuple
