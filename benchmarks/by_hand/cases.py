"""By hand for arrays: each case is worked out once, and each row looks its own up."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from . import AMBIGUOUS, CODES, NOTICES, READY
from .loop import Party, answer

STATES = AMBIGUOUS + 1


def worked_out() -> Any:
    """A row for each rule, state of the client, state of the introducer, and shared address or not.

    The columns: To and Cc (0 nobody, 1 the client, 2 the introducer), the place of the notice, and
    who is reached.
    """
    rows = []
    for rule, client, introducer, same in product(
        (*CODES, "strange"), range(STATES), range(STATES), (False, True)
    ):
        mine = ["client"] if client == READY else None
        theirs = ["introducer"] if introducer == READY else None
        to, cc, _, _, notice, *reaches = answer(
            Party(client, mine, ["client"], False),
            Party(introducer, theirs, ["client" if same else "introducer"], False),
            rule,
            none=False,
        )
        parties = [None, ["client"], ["introducer"]]
        rows.append((parties.index(to), parties.index(cc), NOTICES.index(notice), *reaches))
    return np.array(rows, dtype=np.int8).T


TO, CC, NOTICE, REACHES_CLIENT, REACHES_INTRODUCER = worked_out()


def case_of(rule: Any, client: Any, introducer: Any, same: Any) -> Any:
    """The number of the case of each row."""
    return ((rule * STATES + client).astype(np.int16) * STATES + introducer) * 2 + same
