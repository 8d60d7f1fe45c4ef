"""What an address is (D16)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any
from unittest.mock import MagicMock

import pytest

from partner_comms import (
    AddressProblem,
    Client,
    Introducer,
    InvalidEmailError,
    InvalidTypeError,
    Party,
    SortedAddresses,
    addresses,
    is_email_address,
    sort_addresses,
)
from partner_comms.refusals import described

LONG_LABEL = "a" * 63
LONGEST_DOMAIN = f"{LONG_LABEL}.{LONG_LABEL}.{'a' * 61}"
VALID = [
    "a@b.c",
    "anna@example.org",
    "!#$%&'*+/=?^_`{|}~-09azAZ@example.org",
    "a.b.c-@example.org",
    "=?utf-8?x?c?=@example.org",
    "=?a?=??=@example.org",
    "anna@xn--caf-dma.example",
    "anna@1.2.3.4a",
    "anna@1.1-1",
    "a" * 64 + "@example.org",
    f"anna@{LONG_LABEL}.example",
    f"{'a' * 64}@{LONGEST_DOMAIN}",
]
P = AddressProblem
INVALID = {
    "": P.EMPTY,
    " \t": P.EMPTY,
    "\n": P.EMPTY,
    "anna@" + ".".join(["a"] * 200): P.TOO_LONG,
    f"{'a' * 64}@{LONGEST_DOMAIN}a": P.TOO_LONG,
    "x" * 255: P.TOO_LONG,
    "anna@example.org\n": P.CONTROL_CHARACTER,
    "anna@example.org\r\n": P.CONTROL_CHARACTER,
    "anna@example.org\r\nBcc: eve@example.org": P.CONTROL_CHARACTER,
    "\nanna@example.org": P.CONTROL_CHARACTER,
    "anna@example.org\x00": P.CONTROL_CHARACTER,
    "anna\x7f@example.org": P.CONTROL_CHARACTER,
    "anna@example.org\x85": P.CONTROL_CHARACTER,
    "anna@example.org\u2028": P.CONTROL_CHARACTER,
    "anna\u200b@example.org": P.CONTROL_CHARACTER,
    "anna@example.org,eve@example.org": P.SEVERAL_ADDRESSES,
    "anna@example.org; eve@example.org": P.SEVERAL_ADDRESSES,
    "anna@example.org eve@example.org": P.SEVERAL_ADDRESSES,
    "anna@example.org / eve@example.org": P.SEVERAL_ADDRESSES,
    "Anna <anna@example.org>, Eve <eve@example.org>": P.SEVERAL_ADDRESSES,
    "anna@example.org ": P.SPACE_AROUND,
    " anna@example.org": P.SPACE_AROUND,
    "anna@example.org\u00a0": P.SPACE_AROUND,
    "\tanna@example.org": P.SPACE_AROUND,
    "Anna <anna@example.org>": P.DISPLAY_NAME,
    "<anna@example.org>": P.DISPLAY_NAME,
    "anna@example.org (Anna)": P.DISPLAY_NAME,
    '"anna"@example.org': P.DISPLAY_NAME,
    '"anna eve"@example.org': P.DISPLAY_NAME,
    "=?utf-8?q?anna?= <anna@example.org>": P.DISPLAY_NAME,
    "anna": P.NO_AT,
    "anna.example": P.NO_AT,
    "Anna Martin": P.NO_AT,
    "=?utf-8?q?anna=40example.org?=": P.NO_AT,
    "x" * 254: P.NO_AT,  # as long as an address may be
    "anna@@example.org": P.SEVERAL_AT,
    "anna@exa@mple.org": P.SEVERAL_AT,
    "anna @example.org": P.WHITE_SPACE,
    "anna\t@example.org": P.WHITE_SPACE,
    "anna@exam\u00a0ple.org": P.WHITE_SPACE,
    "@example.org": P.LOCAL_PART_EMPTY,
    "@": P.LOCAL_PART_EMPTY,
    "ànna@example.org": P.LOCAL_PART_NOT_ASCII,
    "friends:anna@example.org;": P.LOCAL_PART_CHARACTER,
    "mailto:anna@example.org": P.LOCAL_PART_CHARACTER,
    "anna,eve@example.org": P.LOCAL_PART_CHARACTER,
    "a..b@x.fr": P.LOCAL_PART_DOT,
    "ANNA..B@x.fr": P.LOCAL_PART_DOT,
    ".a@x.fr": P.LOCAL_PART_DOT,
    "a.@x.fr": P.LOCAL_PART_DOT,
    ".@x.fr": P.LOCAL_PART_DOT,
    "-oQ/tmp/x@example.org": P.LOCAL_PART_HYPHEN,
    "-@example.org": P.LOCAL_PART_HYPHEN,
    "a" * 65 + "@example.org": P.LOCAL_PART_TOO_LONG,
    "a" * 65 + "@x": P.LOCAL_PART_TOO_LONG,
    "=?utf-8?q?evil=40attacker.example=2C?=@example.org": P.ENCODED_WORD,
    "=?utf-8?q?a=0D=0ABcc=3Aeve?=@example.org": P.ENCODED_WORD,
    "anna=?utf-8?b?YQ==?=@example.org": P.ENCODED_WORD,
    # "?=@b.example" may come next in the header
    "=?utf-8?Q?evil=40attacker.example=2C@example.org": P.ENCODED_WORD,
    "?q?evil=0ABcc=3A@example.org": P.ENCODED_WORD,
    "?B?@example.org": P.ENCODED_WORD,
    "anna@": P.DOMAIN_EMPTY,
    "anna@café.example": P.DOMAIN_NOT_ASCII,
    "anna@straße.example": P.DOMAIN_NOT_ASCII,
    "anna@exampl\u0435.org": P.DOMAIN_NOT_ASCII,
    "anna@example.org\u212a": P.DOMAIN_NOT_ASCII,
    "anna@orange,fr": P.DOMAIN_CHARACTER,
    "anna@mon_cabinet.fr": P.DOMAIN_CHARACTER,
    "anna@[127.0.0.1]": P.DOMAIN_CHARACTER,
    "anna@example.org:25": P.DOMAIN_CHARACTER,
    "anna@example.org;": P.DOMAIN_CHARACTER,
    "anna@example..org": P.DOMAIN_DOT,
    "anna@.example.org": P.DOMAIN_DOT,
    "anna@orange.fr.": P.DOMAIN_DOT,
    "anna@ORANGE.FR.": P.DOMAIN_DOT,
    "anna@.": P.DOMAIN_DOT,
    "anna@-example.org": P.DOMAIN_HYPHEN,
    "anna@example-.org": P.DOMAIN_HYPHEN,
    "anna@example.org-": P.DOMAIN_HYPHEN,
    "anna@-": P.DOMAIN_HYPHEN,
    f"anna@{'a' * 64}.example": P.DOMAIN_LABEL_TOO_LONG,
    "martin@gmail": P.DOMAIN_ONE_LABEL,
    "anna@localhost": P.DOMAIN_ONE_LABEL,
    "MARTIN@GMAIL": P.DOMAIN_ONE_LABEL,
    "anna@1234": P.DOMAIN_ONE_LABEL,
    "a" * 64 + "@example": P.DOMAIN_ONE_LABEL,
    f"anna@{LONG_LABEL}": P.DOMAIN_ONE_LABEL,
    "x@1.2.3.4": P.DOMAIN_ALL_DIGITS,
    "x@example.1": P.DOMAIN_ALL_DIGITS,
}


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

    @pytest.mark.parametrize(("address", "problem"), INVALID.items(), ids=map(repr, INVALID))
    def test_invalid(self, address: str, problem: AddressProblem) -> None:
        assert not is_email_address(address)
        for emails in (address, [address], ("anna@example.org", address)):
            with pytest.raises(InvalidEmailError) as caught:
                Introducer(1, emails=emails)
            assert caught.value.value == address
            assert caught.value.problem is problem
            with pytest.raises(InvalidEmailError):
                Client(1, emails=emails, introduction=None)

    def test_the_error_names_the_place(self) -> None:
        with pytest.raises(InvalidEmailError, match=r"^emails\[1\]: 'anna.example' has no '@'"):
            Introducer(1, emails=["eve@secret.example", "anna.example"])
        with pytest.raises(InvalidEmailError, match=r"^emails: 'anna.example' has no '@'"):
            Introducer(1, emails="anna.example")

    def test_each_problem_is_found(self) -> None:
        assert set(INVALID.values()) == set(AddressProblem)
        assert list(dict.fromkeys(INVALID.values())) == list(AddressProblem)

    def test_the_engines_of_tables_are_given_the_same(self) -> None:
        """Their expressions know no lookahead, so the same is written in two patterns."""
        for text in (*VALID, *INVALID):
            shaped = re.fullmatch(addresses.SHAPE, text) is not None
            excluded = re.search(addresses.EXCLUDED, text) is not None
            assert (shaped and not excluded) is is_email_address(text), text

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
            Introducer(1, emails=["a@b.example", wrong])


class TestD20:
    """The valid ones are used, in their order, each once (D9). One that is not valid is left out
    and said."""

    def test_all_that_a_column_can_hold(self) -> None:
        texts = ["Anna@x.fr", None, "", " ", "b@x.fr", "anna@X.fr", "b@x,fr", "b@x,fr"]
        assert sort_addresses(texts) == SortedAddresses(
            valid=("Anna@x.fr", "b@x.fr"),
            doubtful=(
                ("", P.EMPTY),
                (" ", P.EMPTY),
                ("b@x,fr", P.DOMAIN_CHARACTER),
                ("b@x,fr", P.DOMAIN_CHARACTER),
            ),
        )

    def test_what_is_valid_is_taken_as_it_is(self) -> None:
        found = sort_addresses(text for text in (*VALID, *INVALID))
        assert Introducer(1, emails=found.valid).emails == found.valid == tuple(VALID)
        assert found.doubtful == tuple(INVALID.items())
        assert {found: 1}[sort_addresses([*VALID, *INVALID])] == 1

    def test_nothing(self) -> None:
        assert (
            sort_addresses([]) == sort_addresses([None]) == SortedAddresses(valid=(), doubtful=())
        )

    @pytest.mark.parametrize("wrong", [None, 1, "a@b.example", b"a@b.example", {"a@b.example": 1}])
    def test_d19_no_list(self, wrong: Any) -> None:
        """A text would be taken for its letters."""
        with pytest.raises(InvalidTypeError) as caught:
            sort_addresses(wrong)
        expected = "a list of texts, each one address"
        assert str(caught.value) == f"texts: got {described(wrong)}; give {expected}"

    @pytest.mark.parametrize(
        "wrong", [1, float("nan"), b"a@b.example", ["a@b.example"], Address.ANNA]
    )
    def test_d19_no_text(self, wrong: Any) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            sort_addresses(["a@b.example", wrong])
        assert str(caught.value) == f"texts[1]: got {described(wrong)}; give a str or None"
