"""Sharp enough: `check` finds every implementation of `faults` and the modules like it."""

from __future__ import annotations

import pytest

from partner_comms.conformance import Operation, check

from .faults import RESOLVE, Implementation, Reach
from .faults_of_addresses import ADDRESS
from .faults_of_deals import CHANGE_RULE, FILTER, PREFILL
from .faults_of_rows import RESOLVE_ROW

pytestmark = pytest.mark.unmeasured  # the tests of `check` itself reach all its lines

FAULTS: list[tuple[Operation, dict[str, Implementation]]] = [
    ("prefill", PREFILL),
    ("filter", FILTER),
    ("change_rule", CHANGE_RULE),
    ("address", ADDRESS),
    ("resolve_row", RESOLVE_ROW),
]


@pytest.mark.parametrize(
    ("reach", "fault"),
    [
        pytest.param(reach, fault, id=name)
        for reach, faults in RESOLVE.items()
        for name, fault in faults.items()
    ],
)
def test_of_resolve(reach: Reach, fault: Implementation) -> None:
    """In each communication, too: a port may have a function for each, and one of them wrong."""
    failures = check(fault).failures
    assert {failure.exception for failure in failures} == {None}
    asked = [failure.case.input for failure in failures]
    communications, kinds = reach
    assert {one["communication"] for one in asked} >= set(communications)
    assert {one["about"]["record_kind"] for one in asked} >= set(kinds)


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        pytest.param(operation, fault, id=f"{operation} {name}")
        for operation, faults in FAULTS
        for name, fault in faults.items()
    ],
)
def test_of_the_other_operations(operation: Operation, fault: Implementation) -> None:
    failures = check(fault, operation).failures
    assert {failure.exception for failure in failures} == {None}
