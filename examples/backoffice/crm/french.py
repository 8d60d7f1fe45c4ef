"""What the library says to programmers, for the people at the screen."""

from __future__ import annotations

from partner_comms import InvalidEmailError, PartnerCommsError, label


def fault(error: PartnerCommsError) -> str:
    """What is wrong with a record (D16)."""
    if isinstance(error, InvalidEmailError):
        return f"adresse « {error.value} » : {label(error.problem)}"
    return str(error)  # of what no page lets in, for who has changed the database by hand
