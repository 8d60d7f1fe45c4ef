"""An answer on an e-mail: its headers, and the envelope for the server.

Made with the standard library alone, and imported on demand: `from partner_comms import mail`.
Nothing is sent here.

>>> from email.message import EmailMessage
>>> from partner_comms import Client, FeatureGate, resolve_recipients
>>> gate = FeatureGate(premium=True, option_enabled=True)
>>> martin = Client("C1", emails="martin@example.org", introduction=None)
>>> answer = resolve_recipients("mail_merge", martin, gate=gate)
>>> message = EmailMessage()
>>> set_recipients(message, answer)
>>> message["To"], envelope(answer)
('martin@example.org', ('martin@example.org',))
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy

from .answers import Recipients
from .checks import exactly
from .errors import NoRecipientError
from .refusals import InvalidTypeError, described

__all__ = ["envelope", "set_recipients"]


def set_recipients(message: EmailMessage, answer: Recipients) -> None:
    """Write the answer into the To and Cc of `message`, in place of any that it has (S6).

    Other headers stay as they are, Bcc included. Raises `NoRecipientError` for an answer to nobody
    (D8) and `InvalidTypeError` for other types, also for a message of the old `compat32` policy,
    which takes no addresses (D19). Then the message is as it was.

    >>> from email.message import EmailMessage
    >>> from partner_comms import Client, FeatureGate, resolve_recipients
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> answer = resolve_recipients("other", Client("C1", introduction=None), gate=gate)
    >>> set_recipients(EmailMessage(), answer)
    Traceback (most recent call last):
    partner_comms.errors.NoRecipientError: there is nobody to write to (no_client_address); \
check answer.is_deliverable first
    """
    if not isinstance(message, EmailMessage) or not isinstance(message.policy, EmailPolicy):
        raise InvalidTypeError("message", described(message), "an email.message.EmailMessage")
    envelope(answer)  # refuses what cannot be sent
    for header, addresses in (("To", answer.to), ("Cc", answer.cc)):
        del message[header]
        if addresses:
            message[header] = [Address(addr_spec=address) for address in addresses]


def envelope(answer: Recipients) -> tuple[str, ...]:
    """Every address of the answer, To before Cc: the `to_addrs` of `smtplib` (D9).

    Raises `NoRecipientError` for an answer to nobody (D8) and `InvalidTypeError` for other types.

    >>> from partner_comms import Client, FeatureGate, resolve_recipients
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> martin = Client("C1", emails="martin@example.org", introduction=None)
    >>> envelope(resolve_recipients("other", martin, gate=gate))
    ('martin@example.org',)
    """
    exactly(Recipients, answer, "answer")
    if not answer.is_deliverable:
        raise NoRecipientError(answer.notices)
    return answer.to + answer.cc
