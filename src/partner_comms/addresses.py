"""What an e-mail address is (D16), and when two are the same (D9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, final

from attrs import frozen

from .codes import AddressProblem, as_text
from .errors import InvalidEmailError
from .refusals import InvalidTypeError, described
from .values import shown

# --- The grammar ----------------------------------------------------------------------------------

_ATOM = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]"
_LABEL = r"(?!-)[a-zA-Z0-9-]{1,63}+(?<!-)"
_LONGEST = 254

# A valid e-mail address of the WHATWG HTML standard. Before the `@`, no `-` at the start, at most
# 64 characters, and no dot at either end or two in a row; after it, at least two labels, the last
# not all digits. The quantifiers are possessive, so that no text takes long to refuse.
_ADDRESS = (
    rf"(?!-)(?=[^@]{{1,64}}@){_ATOM}++(?:\.{_ATOM}++)*+@(?:{_LABEL}\.)++(?![0-9]++\Z){_LABEL}"
)

# The middle of an encoded word, `=?utf-8?q?…?=`, is valid by that standard. But mail programs
# decode it, even to a line break. Its two ends can be in two addresses of one header; its middle
# cannot.
_ENCODED_WORD = r"\?[bBqQ]\?"

_PLAIN_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
SHAPE: Final = rf"{_ATOM}+(?:\.{_ATOM}+)*@{_PLAIN_LABEL}(?:\.{_PLAIN_LABEL})+"
EXCLUDED: Final = rf"^-|^[!-?A-~]{{65,}}|{_ENCODED_WORD}|\.[0-9]+$|^[!-~]{{255,}}"
"""The same for engines of tables, whose regular expressions have no lookahead: an address matches
`SHAPE` from end to end, and `EXCLUDED` nowhere.

Of ASCII, as `SHAPE` is: engines take ten times as long to compile a repeated class of Unicode."""


def is_email_address(text: object) -> bool:
    """Whether `text` is an address that `emails` takes (D16): False for all that is not a text.

    >>> is_email_address("anna@example.org"), is_email_address("Anna <anna@example.org>")
    (True, False)
    """
    address = as_text(text)
    return address is not None and problem_of(address) is None


@cache
def _grammar() -> re.Pattern[str]:
    """Compiled with the first address, so that the import does not take the time."""
    return re.compile(_ADDRESS)


def problem_of(text: str) -> AddressProblem | None:
    """What keeps `text` from being an address (D16), or None."""
    if (
        len(text) <= _LONGEST
        and _grammar().fullmatch(text)
        and not ("?" in text and re.search(_ENCODED_WORD, text))
    ):
        return None
    return _diagnosis(text)


# --- Several addresses ----------------------------------------------------------------------------


fold: Final = str.lower
"""What the spellings of one address have in common (D9): addresses are all ASCII (D16)."""


def share_address(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether an address of `some` is among `others`, in any spelling (D9)."""
    folded = [fold(address) for address in others]
    for address in some:
        if fold(address) in folded:
            return True
    return False


def without(addresses: tuple[str, ...], taken: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `addresses` that are not among `taken`, in any spelling (D9)."""
    if not share_address(addresses, taken):
        return addresses
    folded = [fold(address) for address in taken]
    return tuple([address for address in addresses if fold(address) not in folded])


def as_emails(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """One address or several, each checked (D16), each once in its first spelling (D9)."""
    addresses = (value,) if isinstance(value, str) else value
    if type(addresses) is not tuple and not isinstance(addresses, (list, tuple)):
        expected = "an address, a list or a tuple of addresses; () if there is none"
        raise InvalidTypeError("emails", described(value), expected)
    for text in addresses:
        if type(text) is not str or problem_of(text) is not None:
            return _checked(value)
    return tuple(addresses) if len(addresses) < 2 else once(addresses)


def _checked(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The same for a value that is refused, or has texts of a subclass of `str`."""
    if isinstance(value, str):
        return (as_email(value, "emails"),)
    return once(as_email(text, f"emails[{position}]") for position, text in enumerate(value))


def as_email(value: object, where: str) -> str:
    """`value`, which is an address (D16)."""
    address = as_text(value)
    if address is None:
        raise InvalidTypeError(where, described(value), "an address as a str")
    if problem := problem_of(address):
        raise InvalidEmailError(where, address, problem)
    return address


def once(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each address once, in its first spelling and place (D9)."""
    distinct: dict[str, str] = {}
    for address in addresses:
        distinct.setdefault(fold(address), address)
    return tuple(distinct.values())


@final
@frozen(kw_only=True)
class SortedAddresses:
    """What `sort_addresses` found: `valid` addresses, and `doubtful` texts with their problems.

    >>> sort_addresses(["anna@example.org"])
    SortedAddresses(valid=('anna@example.org',), doubtful=())
    """

    __repr__ = shown

    valid: tuple[str, ...]
    doubtful: tuple[tuple[str, AddressProblem], ...]


def sort_addresses(texts: Iterable[str | None]) -> SortedAddresses:
    """The valid addresses among `texts`, and what is wrong with the others (D16).

    For hosts that load doubtful data and must go on. `valid` has each address once, in its first
    spelling (D9), ready for `emails`; `doubtful` has all other texts in their order, those that are
    empty included. None is no text: a column without a value. Anything else that is not a text,
    and a single text in place of several, is refused with an `InvalidTypeError` (D19).

    >>> found = sort_addresses(["anna@example.org", None, "anna@orange,fr"])
    >>> found.valid
    ('anna@example.org',)
    >>> found.doubtful
    (('anna@orange,fr', <AddressProblem.DOMAIN_CHARACTER: 'domain_character'>),)
    """
    if isinstance(texts, (str, bytes, Mapping)) or not isinstance(texts, Iterable):
        raise InvalidTypeError("texts", described(texts), "a list of texts, each one address")
    valid: list[str] = []
    doubtful: list[tuple[str, AddressProblem]] = []
    for position, given in enumerate(texts):
        if given is None:
            continue
        text = as_text(given)
        if text is None:
            raise InvalidTypeError(f"texts[{position}]", described(given), "a str or None")
        if problem := problem_of(text):
            doubtful.append((text, problem))
        else:
            valid.append(text)
    return SortedAddresses(valid=once(valid), doubtful=tuple(doubtful))


# --- What is wrong --------------------------------------------------------------------------------


def _diagnosis(text: str) -> AddressProblem:
    """The first problem of a text that is not an address, in the order of the enum."""
    local_part, _, domain = text.rpartition("@")
    return (
        _problem_of_whole(text) or _problem_of_local_part(local_part) or _problem_of_domain(domain)
    )


def _problem_of_whole(text: str) -> AddressProblem | None:
    if not text.strip():
        return AddressProblem.EMPTY
    if len(text) > _LONGEST:
        return AddressProblem.TOO_LONG
    if text.splitlines() != [text] or not all(c.isprintable() or c.isspace() for c in text):
        return AddressProblem.CONTROL_CHARACTER
    if sum("@" in part for part in re.split(r"[\s,;/]+", text)) > 1:
        return AddressProblem.SEVERAL_ADDRESSES
    if text != text.strip():
        return AddressProblem.SPACE_AROUND
    if re.search(r'[<>()"]', text):
        return AddressProblem.DISPLAY_NAME
    if "@" not in text:
        return AddressProblem.NO_AT
    if text.count("@") > 1:
        return AddressProblem.SEVERAL_AT
    if re.search(r"\s", text):
        return AddressProblem.WHITE_SPACE
    return None


def _problem_of_local_part(text: str) -> AddressProblem | None:
    if not text:
        return AddressProblem.LOCAL_PART_EMPTY
    if not text.isascii():
        return AddressProblem.LOCAL_PART_NOT_ASCII
    if not re.fullmatch(rf"(?:{_ATOM}|\.)+", text):
        return AddressProblem.LOCAL_PART_CHARACTER
    if "" in text.split("."):
        return AddressProblem.LOCAL_PART_DOT
    if text.startswith("-"):
        return AddressProblem.LOCAL_PART_HYPHEN
    if len(text) > 64:
        return AddressProblem.LOCAL_PART_TOO_LONG
    if re.search(_ENCODED_WORD, text):
        return AddressProblem.ENCODED_WORD
    return None


def _problem_of_domain(text: str) -> AddressProblem:
    labels = text.split(".")
    if not text:
        return AddressProblem.DOMAIN_EMPTY
    if not text.isascii():
        return AddressProblem.DOMAIN_NOT_ASCII
    if not re.fullmatch(r"[a-zA-Z0-9.-]+", text):
        return AddressProblem.DOMAIN_CHARACTER
    if "" in labels:
        return AddressProblem.DOMAIN_DOT
    if any(label.startswith("-") or label.endswith("-") for label in labels):
        return AddressProblem.DOMAIN_HYPHEN
    if any(len(label) > 63 for label in labels):
        return AddressProblem.DOMAIN_LABEL_TOO_LONG
    if len(labels) == 1:
        return AddressProblem.DOMAIN_ONE_LABEL
    return AddressProblem.DOMAIN_ALL_DIGITS
