"""What an address is (D16)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from unittest.mock import MagicMock

import pytest

from partner_comms import (
    Client,
    Introducer,
    InvalidEmailError,
    InvalidTypeError,
    Party,
    is_email_address,
)

LONG_LABEL = "a" * 63
LONGEST_DOMAIN = f"{LONG_LABEL}.{LONG_LABEL}.{'a' * 61}"
VALID = [
    "a@b",
    "anna@example.org",
    ".!#$%&'*+/=?^_`{|}~-09azAZ@example.org",
    "=?utf-8?x?c?=@example.org",
    "=?a?=??=@example.org",
    ".a..b.@example.org",
    "anna@xn--caf-dma.example",
    "a" * 64 + "@example.org",
    f"anna@{LONG_LABEL}.example",
    f"{'a' * 64}@{LONGEST_DOMAIN}",
]
INVALID = [
    "",
    "anna",
    "anna.example",
    "@example.org",
    "anna@",
    "anna@@example.org",
    "anna@exa@mple.org",
    "anna@example..org",
    "anna@.example.org",
    "anna@example.org.",
    "anna@-example.org",
    "anna@example-.org",
    "anna@exam_ple.org",
    "anna@[127.0.0.1]",
    "anna@example.org\n",
    "anna@example.org\r\n",
    "anna@example.org\r\nBcc: eve@example.org",
    "\nanna@example.org",
    "anna@example.org ",
    " anna@example.org",
    "anna @example.org",
    "anna\t@example.org",
    "anna@example.org\x00",
    "anna\x7f@example.org",
    "anna@example.org\x85",
    "anna@example.org\u2028",
    "anna@exam\u00a0ple.org",
    "anna@example.org,eve@example.org",
    "anna@example.org;eve@example.org",
    "friends:anna@example.org;",
    "Anna <anna@example.org>",
    "<anna@example.org>",
    "anna@example.org (Anna)",
    '"anna"@example.org',
    '"anna eve"@example.org',
    "=?utf-8?q?anna?= <anna@example.org>",
    "=?utf-8?q?anna=40example.org?=",
    "=?utf-8?q?evil=40attacker.example=2C?=@example.org",
    "=?utf-8?q?a=0D=0ABcc=3Aeve?=@example.org",
    "anna=?utf-8?b?YQ==?=@example.org",
    "=?utf-8?Q?evil=40attacker.example=2C@example.org",  # and "?=@b" may come next in the header
    "?q?evil=0ABcc=3A@example.org",
    "?B?@example.org",
    "mailto:anna@example.org",
    "anna@café.example",
    "ànna@example.org",
    "anna@exampl\u0435.org",
    "anna@example.org\u212a",
    "a" * 65 + "@example.org",
    f"anna@{'a' * 64}.example",
    f"{'a' * 64}@{LONGEST_DOMAIN}a",
    "anna@" + ".".join(["a"] * 200),
]


class Address(StrEnum):
    ANNA = "anna@example.org"


class TestD16:
    """An address is a bare addr-spec as the WHATWG HTML standard defines a valid e-mail address,
    at most 254 characters with at most 64 before the `@`. Never repaired."""

    @pytest.mark.parametrize("address", VALID)
    def test_valid(self, address: str) -> None:
        assert is_email_address(address)
        assert Introducer(1, emails=address).emails == (address,)

    def test_the_longest_is_among_them(self) -> None:
        assert max(map(len, VALID)) == 254

    @pytest.mark.parametrize("address", INVALID)
    def test_invalid(self, address: str) -> None:
        assert not is_email_address(address)
        for emails in (address, [address], ("anna@example.org", address)):
            with pytest.raises(InvalidEmailError) as caught:
                Introducer(1, emails=emails)
            assert caught.value.value == address
            with pytest.raises(InvalidEmailError):
                Client(1, emails=emails, introduction=None)

    def test_the_error_names_the_place(self) -> None:
        with pytest.raises(InvalidEmailError, match=r"^emails\[1\]: 'anna.example' has no '@'"):
            Introducer(1, emails=["eve@secret.example", "anna.example"])
        with pytest.raises(InvalidEmailError, match=r"^emails: 'anna.example' has no '@'"):
            Introducer(1, emails="anna.example")

    @pytest.mark.parametrize(
        ("address", "problem"),
        [
            ("", "is empty; give () if there is no address"),
            ("anna.example", "has no '@'; give name@example.org, or () if there is no address"),
            (
                "=?utf-8?q?a?=@b",
                "has part of an encoded word (?q? or ?b?); give the bare address",
            ),
            ("a b@c", "has white space or a control character; give the bare address"),
            ("a@b\n", "has white space or a control character; give the bare address"),
            ("a@é", "is not all ASCII; give the domain in its ASCII form (xn--…)"),
            (
                "a@é@b",
                "has a letter before the '@' that is not ASCII; give () if no other address",
            ),
            (
                "é@b",
                "has a letter before the '@' that is not ASCII; give () if no other address",
            ),
            (
                "a@b;c@d",
                "has more than one '@'; give several addresses as a list, each a bare one",
            ),
            (
                "a@b;c",
                "is no bare address; give name@example.org, one address each, without display name",
            ),
            (
                "a" * 65 + "@b",
                "has more than 64 characters before the '@'; give a valid address",
            ),
            (
                "a" * 64 + "@b_c",
                "is no bare address; give name@example.org, one address each, without display name",
            ),
            (
                "a@" + "b" * 64 + "@c",
                "has more than one '@'; give several addresses as a list, each a bare one",
            ),
            (
                "a@" + "b" * 253,
                "is longer than 254 characters; give a valid address, or () if there is none",
            ),
        ],
    )
    def test_the_error_names_the_remedy(self, address: str, problem: str) -> None:
        with pytest.raises(InvalidEmailError) as caught:
            Introducer(1, emails=address)
        assert caught.value.problem == problem

    def test_the_error_shows_no_other_address(self) -> None:
        with pytest.raises(InvalidEmailError) as caught:
            Introducer(1, name="Durand", emails=["eve@secret.example", "anna"])
        assert "secret" not in str(caught.value)
        assert "Durand" not in str(caught.value)

    def test_a_long_value_is_cut_in_the_message_alone(self) -> None:
        with pytest.raises(InvalidEmailError) as caught:
            Introducer(1, emails="x" * 10_000)
        assert len(str(caught.value)) < 250
        assert caught.value.value == "x" * 10_000

    @pytest.mark.parametrize("doubtful", [None, 1, float("nan"), b"a@b", ["a@b"], MagicMock()])
    def test_doubtful_data_is_no_address(self, doubtful: object) -> None:
        assert not is_email_address(doubtful)

    def test_an_enum_is_no_address(self) -> None:
        assert not is_email_address(Address.ANNA)
        with pytest.raises(InvalidTypeError, match=r"^emails: got Address.ANNA; give an address"):
            Introducer(1, emails=Address.ANNA)

    @pytest.mark.parametrize(
        "wrong", [None, 1, b"a@b", {"a@b"}, {"a@b": 1}, iter(["a@b"]), object()]
    )
    def test_takes_a_text_a_list_or_a_tuple(self, wrong: Any) -> None:
        with pytest.raises(InvalidTypeError, match=r"^emails: got .*\(\) if there is none"):
            Introducer(1, emails=wrong)
        with pytest.raises(InvalidTypeError, match=r"^emails: got "):
            Client(1, emails=wrong, introduction=None)

    @pytest.mark.parametrize("wrong", [None, 1, ["a@b"], Party.CLIENT])
    def test_takes_texts_in_the_list(self, wrong: Any) -> None:
        with pytest.raises(InvalidTypeError, match=r"^emails\[1\]: got .* as a str$"):
            Introducer(1, emails=["a@b", wrong])
