"""Drafts: values that are filled in without checks, and frozen afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen, validators
from attrs.exceptions import FrozenInstanceError

from partner_comms.values import draft_of


@frozen
class Checked:
    number: int = field(validator=validators.instance_of(int))


def test_a_draft_is_filled_in_and_frozen() -> None:
    kind = draft_of(Checked)
    draft: Any = kind()
    draft.number = "one"
    del draft.number
    draft.number = 1
    draft.__class__ = Checked
    assert draft == Checked(1)
    with pytest.raises(FrozenInstanceError):
        draft.number = 2


def test_a_draft_is_small_and_quick() -> None:
    """It has no dict, and sets attributes as plain objects do."""
    kind: Any = draft_of(Checked)
    assert kind.__name__ == "CheckedDraft"
    assert not hasattr(kind(), "__dict__")
    for name in ("__init__", "__setattr__", "__delattr__"):
        assert getattr(kind, name) is getattr(object, name)
