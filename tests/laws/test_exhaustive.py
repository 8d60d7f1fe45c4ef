"""Every case there is, held against the oracle."""

from __future__ import annotations

from collections import Counter

import pytest

from partner_comms import DECISIONS, Communication, FeatureGate, decide, resolve_recipients
from tests.oracles.cases import about, all_cases
from tests.oracles.core import expected
from tests.people import NOTICES


@pytest.mark.unmeasured
def test_every_case() -> None:
    """All S and D clauses that change a recipient, against the oracle, over every case."""
    decisions: Counter[object] = Counter()
    notices: Counter[object] = Counter()
    walked = 0
    for case in all_cases():
        gate = FeatureGate(premium=case.premium, option_enabled=case.option_enabled)
        answer = resolve_recipients(case.communication, about(case), gate=gate)
        assert answer.as_dict() == expected(case), case
        assert answer.decision is decide(case.communication, about(case), gate=gate)
        assert answer.is_deliverable is bool(answer.to)
        decisions[answer.decision] += 1
        notices.update(answer.notices)
        walked += 1
    assert walked == 4 * len(Communication) * 3 * 4 * 4 * 3 * 4
    assert set(decisions) == set(DECISIONS)
    assert set(notices) == set(NOTICES)
