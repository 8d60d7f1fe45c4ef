"""By hand on pandas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import ADDRESS, CODES, NO_ADDRESS, NOTICES, REASONS


def notice_numbers(which: Any, client: Any, introducer: Any, same: Any) -> Any:
    """The place in `NOTICES`, from NumPy arrays: later lines win."""
    needs_client, needs_introducer = (which == 0) | (which == 2), (which == 1) | (which == 2)
    notice = ((which == 1) & ~same).astype("int8") * 6
    notice[needs_introducer & (introducer == 1)] = 5
    notice[needs_client & (client == 1)] = 4
    notice[(needs_client & (client == 2)) | (needs_introducer & (introducer == 2))] = 3
    notice[(needs_client & (client == 3)) | (needs_introducer & (introducer == 3))] = 2
    notice[which == 3] = 1
    return notice


def resolve_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    def party(table: Any, ids: Any) -> tuple[Any, Any, Any]:
        table = table[table["id"].notna()]
        email = table["email"]
        strange = email.str.contains(NO_ADDRESS) | (email.str.len() > 254)
        valid = email.str.contains(ADDRESS) & ~strange
        state = np.select(
            [table["id"].duplicated(keep=False), email.isna(), ~valid.astype(bool)],
            [3, 1, 2],
            0,
        ).astype("int8")
        first = ~table["id"].duplicated().to_numpy()
        at = pd.Index(table["id"][first]).get_indexer(ids)
        state = state[first]
        ready = email[first].where(state == 0).array
        states = np.append(state, np.int8(1))[at]
        return at, states, ready

    client_at, client, client_emails = party(clients, deals["client_id"])
    introducer_at, introducer, introducer_emails = party(introducers, deals["introducer_id"])
    # One list of all addresses: To and Cc are looked up in it, each at once.
    emails = pd.concat([pd.Series(client_emails), pd.Series(introducer_emails)]).array
    number = pd.factorize(pd.Series(emails).str.lower())[0]
    offset = len(client_emails)
    shared = np.append(number, -1)
    client_number = np.where(client_at < 0, -1, shared[client_at])
    introducer_number = np.where(introducer_at < 0, -1, shared[introducer_at + offset])
    same = (client == 0) & (introducer == 0) & (client_number == introducer_number)

    none = deals["introducer_id"].isna().to_numpy()
    which = pd.Index(CODES).get_indexer(deals["rule"].fillna("client")).astype("int8")
    which[which < 0] = 3
    which[none] = 0
    to_introducer = which == 1
    to_client = (which == 0) | (which == 2)
    copied = (which == 2) & (client == 0) & (introducer == 0)
    behind = np.where(introducer_at < 0, -1, introducer_at + offset)
    to = np.where(to_client, client_at, np.where(to_introducer, behind, -1))
    cc = np.where(copied & ~same, behind, -1)
    notice = notice_numbers(which, client, introducer, same)
    return deals.assign(
        to=emails.take(to, allow_fill=True),
        cc=emails.take(cc, allow_fill=True),
        applied_rule=pd.array([*CODES, None], dtype=emails.dtype).take(which),
        reason=pd.array(REASONS, dtype=emails.dtype).take(none.astype("int8")),
        notice=pd.array(NOTICES, dtype=emails.dtype).take(notice),
        reaches_client=(to_client & (client == 0)) | (to_introducer & same),
        reaches_introducer=(to_introducer & (introducer == 0)) | copied | (to_client & same),
    )


def change_deals(deals: Any, selection: Any) -> Any:
    """The deals whose ids are selected, to « Apporteur »."""
    change = np.where(deals["rule"] == "introducer", 2, 3)
    change[deals["introducer_id"].isna()] = 1
    change[~deals["id"].isin(selection["id"])] = 0
    rule = deals["rule"]
    return deals.assign(
        rule=rule.mask(change == 3, "introducer"),
        change=pd.array([None, "skipped", "unchanged", "changed"], dtype=rule.dtype).take(change),
    )
