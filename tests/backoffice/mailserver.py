"""A real SMTP server on loopback that keeps what it is given, and fails as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from attrs import Factory, define


@define
class Delivered:
    """What arrived: the envelope's recipients, which are what counts, and the message."""

    recipients: list[str]
    message: EmailMessage
    raw: bytes

    @property
    def headers(self) -> tuple[str | None, str | None]:
        return self.message["To"], self.message["Cc"]


@define
class _Handler:
    delivered: list[Delivered] = Factory(list)
    refuses: set[str] = Factory(set)
    breaks: str = ""
    """When it hangs up: "before" the data, "after" it (and keeps it), or "" for never."""
    breaks_from: int = 0
    """How many messages it takes before that."""
    reply: str = "250 2.0.0 accepted"
    at_message: Callable[[int], object] | None = None
    """What happens when it has the data of its nth message, before it says so."""

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd wants
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del session, options
        if address in self.refuses:
            return "550 5.1.1 no such mailbox"
        if self.breaks == "before" and len(self.delivered) >= self.breaks_from:
            _hang_up(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del session
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.SMTP)
        assert isinstance(message, EmailMessage)
        breaks = self.breaks == "after" and len(self.delivered) >= self.breaks_from
        self.delivered.append(Delivered(list(envelope.rcpt_tos), message, content))
        if self.at_message:
            self.at_message(len(self.delivered))
        if breaks:
            _hang_up(server)
        return self.reply


def _hang_up(server: SMTP) -> None:
    transport = server.transport
    assert isinstance(transport, asyncio.Transport)
    transport.abort()


class MailServer(Controller):
    handler: _Handler

    def __init__(self) -> None:
        super().__init__(_Handler(), hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        # The port is the system's choice, known once the server listens.
        self.port: int = self._listener().getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    def _listener(self) -> Any:
        assert self.server is not None
        assert isinstance(self.server, asyncio.Server)
        return self.server.sockets[0]

    @property
    def delivered(self) -> list[Delivered]:
        return self.handler.delivered

    @property
    def envelopes(self) -> list[list[str]]:
        return [one.recipients for one in self.delivered]
