"""D16: each address that the library takes passes Django's e-mails as it is."""

from __future__ import annotations

import email
from email import policy
from typing import Any

from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st

from partner_comms.strategies import email_addresses

SEVERAL = st.lists(email_addresses(), min_size=1, max_size=6)


@given(to=SEVERAL, cc=SEVERAL)
def test_written_and_read_back(to: list[str], cc: list[str]) -> None:
    written = EmailMessage("Bonjour", "…", "gestion@broker.example", to=to, cc=cc)
    sent: Any = email.message_from_bytes(written.message().as_bytes(), policy=policy.default)
    assert [address.addr_spec for address in sent["To"].addresses] == to
    assert [address.addr_spec for address in sent["Cc"].addresses] == cc
    assert written.recipients() == [*to, *cc]
