"""By hand on pandas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import (
    ADDRESS,
    AMBIGUOUS,
    CODES,
    INVALID,
    MISSING,
    NO_ADDRESS,
    NOTICES,
    READY,
    REASONS,
    UNKNOWN,
    loop,
)
from .cases import CC, NOTICE, REACHES_CLIENT, REACHES_INTRODUCER, TO, case_of


def resolve_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    client_at, client, mine = party(clients, deals["client_id"])
    return answered(deals, client_at, client, mine, introducers)


def resolve_clients(clients: Any, introducers: Any) -> Any:
    client, mine = worth(clients["email"], False)
    return answered(clients, np.arange(len(clients)), client, mine, introducers)


def worth(email: Any, ambiguous: Any) -> tuple[Any, Any]:
    """The state of each address, and the address if it is ready."""
    wrong = email.str.contains(NO_ADDRESS) | (email.str.len() > 254)
    valid = (email.str.contains(ADDRESS) & ~wrong).astype(bool)
    cases = [ambiguous, email.isna(), ~valid]
    state = np.select(cases, [AMBIGUOUS, MISSING, INVALID], READY).astype("int8")
    return state, email.where(state == READY).array


def party(table: Any, ids: Any) -> tuple[Any, Any, Any]:
    """Where each of `ids` is in the table, its state, and all addresses."""
    table = table[table["id"].notna()]
    ambiguous = table["id"].duplicated(keep=False)
    first = ~table["id"].duplicated()
    state, ready = worth(table["email"][first], ambiguous[first])
    at = pd.Index(table["id"][first]).get_indexer(ids)
    return at, np.where(at < 0, UNKNOWN, state[at]).astype("int8"), ready


def answered(frame: Any, client_at: Any, client: Any, mine: Any, introducers: Any) -> Any:
    introducer_at, introducer, theirs = party(introducers, frame["introducer_id"])
    # All addresses in one array, from which To and Cc are taken.
    emails = pd.concat([pd.Series(mine), pd.Series(theirs)]).array
    key = pd.factorize(pd.Series(emails).str.lower())[0]
    behind = introducer_at + len(mine)
    same = (client == READY) & (introducer == READY) & (key[client_at] == key[behind])
    none = frame["introducer_id"].isna().to_numpy()
    rule = codes(frame["rule"])
    rule[none] = 0
    case = case_of(rule, client, introducer, same)

    def addresses(who: Any) -> Any:
        return emails.take(np.choose(who[case], [-1, client_at, behind]), allow_fill=True)

    def text(words: Any, number: Any) -> Any:
        return pd.array([*words], dtype=emails.dtype).take(number)

    return frame.assign(
        to=addresses(TO),
        cc=addresses(CC),
        applied_rule=text([*CODES, None], rule),
        reason=text(REASONS, none.astype("int8")),
        notice=text(NOTICES, NOTICE[case]),
        reaches_client=REACHES_CLIENT.astype(bool)[case],
        reaches_introducer=REACHES_INTRODUCER.astype(bool)[case],
    )


def codes(rules: Any) -> Any:
    """The place of each rule in `CODES`, or 3."""
    number = pd.Index(CODES).get_indexer(rules.fillna("client")).astype("int8")
    number[number < 0] = 3
    return number


def resolve_lists(deals: Any, clients: Any, introducers: Any) -> Any:
    introducer = deals["introducer_id"].astype(object).where(deals["introducer_id"].notna(), None)
    rule = deals["rule"].astype(object).where(deals["rule"].notna(), None)
    answer = loop.resolve(
        zip(deals["client_id"].tolist(), introducer.tolist(), rule.tolist(), strict=True),
        loop.parties(clients["id"].tolist(), clients["email"].tolist()),
        loop.parties(introducers["id"].tolist(), introducers["email"].tolist()),
    )
    return deals.assign(**answer)


def prefill_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    def known(table: Any, ids: Any) -> tuple[Any, Any, Any]:
        table = table[table["id"].notna()]
        first = ~table["id"].duplicated()
        rule = codes(table["rule"][first])
        rule[table["id"].duplicated(keep=False)[first]] = 4
        at = pd.Index(table["id"][first]).get_indexer(ids)
        return table[first], at, np.where(at < 0, 5, rule[at])

    clients, client_at, client = known(clients, deals["client_id"])
    _, _, introducer = known(introducers, deals["introducer_id"])
    preferred = clients["introducer_id"].to_numpy()[client_at]
    from_introducer, assigned = np.isnan(preferred), deals["introducer_id"]
    # The place of the rule in `CODES`, then of the notice.
    start = np.where(from_introducer, introducer, client)
    start[(client == 5) | (introducer == 5)] = 5
    start[(client == 4) | (introducer == 4)] = 4
    start[assigned.isna()] = 6
    filled = start < 3
    dtype = deals["rule"].dtype
    notices = [None, None, None, "invalid_rule", "ambiguous_id", "unknown_id", None]
    source = np.where(filled, from_introducer, 2).astype("int8")
    return deals.assign(
        prefilled_rule=pd.array([*CODES, None, None, None, None], dtype=dtype).take(start),
        prefill_source=pd.array(["client", "introducer", None], dtype=dtype).take(source),
        differs_from_preferred=filled & ~from_introducer & (preferred != assigned.to_numpy()),
        prefill_notice=pd.array(notices, dtype=dtype).take(start),
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
