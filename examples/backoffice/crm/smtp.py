"""Django's SMTP backend, in single steps: it knows of each message what became of it.

`smtplib.sendmail` does not say whether a connection broke before the data, so that the message can
be sent again, or after, so that it cannot. The sender of a `ClientEmail` finds the answer in its
`delivery`; for all other e-mails this is Django's own backend.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence
from email.utils import parseaddr
from typing import cast

from attrs import frozen
from django.core.mail import EmailMessage, SafeMIMEText
from django.core.mail.backends import smtp

from crm.models import Outcome


@frozen
class Delivery:
    """What became of a message, and what the server said."""

    outcome: Outcome
    said: str


class ClientEmail(EmailMessage):
    """An e-mail whose sender wants to know; a backend that does not say leaves None."""

    delivery: Delivery | None = None


class EmailBackend(smtp.EmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        opened = self.connection is None
        try:
            return sum(self._is_accepted(email) for email in email_messages)
        finally:
            if opened:
                self.close()

    def _is_accepted(self, email: EmailMessage) -> bool:
        delivery = self._delivered(email)
        accepted = delivery.outcome in (Outcome.ACCEPTED, Outcome.PARTIAL)
        if isinstance(email, ClientEmail):
            email.delivery = delivery
        elif not (accepted or self.fail_silently):
            raise smtplib.SMTPException(delivery.said)
        return accepted

    def _delivered(self, email: EmailMessage) -> Delivery:
        try:
            return self._steps(email)
        except _ClosedBeforeDataError:  # as a server does that has waited for long: it took nothing
            try:
                return self._steps(email)
            except _ClosedBeforeDataError as error:
                return Delivery(Outcome.FAILED, f"Connexion rompue : {error}")

    def _steps(self, email: EmailMessage) -> Delivery:
        """Raises `_ClosedBeforeDataError`, and nothing else."""
        content = cast(SafeMIMEText, email.message()).as_bytes(linesep="\r\n")
        to = [parseaddr(address)[1] for address in email.to]
        addresses = [parseaddr(address)[1] for address in email.recipients()]
        refused: dict[str, str] = {}
        may_have_it = False
        try:
            self.open()
            server = cast(smtplib.SMTP, self.connection)
            server.ehlo_or_helo_if_needed()
            _require(2, _still_open(server.mail(parseaddr(email.from_email)[1])))
            for address in addresses:
                reply = _still_open(server.rcpt(address))
                if reply[0] // 100 != 2:
                    refused[address] = _words(reply)
            notes = "".join(f"{address} refusé : {words}\n" for address, words in refused.items())
            if set(to or addresses) <= set(refused):  # nobody in To: nobody in Cc either, as in D8
                self._start_over()
                return Delivery(Outcome.REFUSED, notes)
            _require(3, _still_open(server.docmd("DATA")))
            may_have_it = True
            server.send(_dotted(content))
            reply = server.getreply()
            _require(2, reply)
            return Delivery(Outcome.PARTIAL if refused else Outcome.ACCEPTED, notes + _words(reply))
        except smtplib.SMTPDataError as error:
            self._start_over()
            return Delivery(Outcome.REFUSED, _words((error.smtp_code, error.smtp_error)))
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            if may_have_it:
                return Delivery(Outcome.DOUBTFUL, f"Connexion rompue : {error}")
            if isinstance(error, smtplib.SMTPServerDisconnected) and not _timed_out(error):
                raise _ClosedBeforeDataError(str(error)) from error
            return Delivery(Outcome.FAILED, f"Connexion impossible ou rompue : {error}")

    def _start_over(self) -> None:
        try:
            cast(smtplib.SMTP, self.connection).rset()
        except (smtplib.SMTPException, OSError):
            self.close()


class _ClosedBeforeDataError(Exception):
    """The server hung up, and has no part of the message."""


def _timed_out(error: Exception) -> bool:
    """Whether the server hangs, which smtplib tells as if it had hung up."""
    return isinstance(error.__context__, TimeoutError)


def _still_open(reply: tuple[int, bytes]) -> tuple[int, bytes]:
    """What the server says, unless it is that it hangs up: RFC 5321, 3.8."""
    if reply[0] == 421:
        raise smtplib.SMTPServerDisconnected(_words(reply))
    return reply


def _dotted(content: bytes) -> bytes:
    """The dots of RFC 5321, 4.5.2."""
    return re.sub(rb"(?m)^\.", b"..", content.rstrip()) + b"\r\n.\r\n"


def _require(kind: int, reply: tuple[int, bytes]) -> None:
    """A refusal is one that the server has spelled out; anything else it says is silence."""
    code, text = reply
    if code // 100 in (4, 5):
        raise smtplib.SMTPDataError(code, text)
    if code // 100 != kind:
        raise smtplib.SMTPException(_words(reply))


def _words(reply: tuple[int, bytes | str]) -> str:
    code, text = reply
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
