"""Texts that are e-mail addresses, and texts that are none (D16)."""

from __future__ import annotations

from string import ascii_letters, digits
from typing import Final

from hypothesis import strategies as st

from ..addresses import is_email_address

_FAMILIAR = ("a@example.org", "b@example.org", "A@Example.ORG", "x.y+z@sub.example.org")
"""Few, so that parties often share an address, in one spelling or in two (D9)."""

_LONGEST = (
    "a" * 64 + "@example.org",
    "a@" + "b" * 63 + ".example",
    "a" * 64 + "@" + ".".join(["b" * 63, "c" * 63, "d" * 61]),
)
"""At the limits of D16, where a host's column is too narrow."""

_ALNUM = ascii_letters + digits
_ATOM = _ALNUM + "!#$%&'*+/=?^_`{|}~-"

# Most of these are valid, and one text for several labels is quicker to make than a list of them.
_LOCAL_TEXT = st.text(_ATOM + ".", min_size=1, max_size=64)
_LABELS = st.text(_ALNUM + "-.", min_size=1, max_size=180)
_LAST_LABELS = st.sampled_from(("fr", "example", "co.uk", "x.y.org")) | st.text(
    _ALNUM + "-", min_size=1, max_size=63
)
_MADE = st.builds("{}@{}.{}".format, _LOCAL_TEXT, _LABELS, _LAST_LABELS).filter(is_email_address)


def email_addresses() -> st.SearchStrategy[str]:
    """Addresses that `emails` takes (D16), some at the limits of length.

    >>> from hypothesis import find
    >>> find(email_addresses(), lambda address: True)
    'a@example.org'
    """
    return st.one_of(st.sampled_from(_FAMILIAR), _MADE, st.sampled_from(_LONGEST))


_ADDRESS = email_addresses()
_LOCAL_PART = _LOCAL_TEXT.filter(lambda text: is_email_address(text + "@b.fr"))
_DOMAIN = st.builds("{}.{}".format, _LABELS, _LAST_LABELS).filter(
    lambda text: is_email_address("a@" + text)
)
_LABEL = st.text(_ALNUM + "-", min_size=1, max_size=63).filter(
    lambda text: is_email_address(f"a@{text}.fr")
)
_NUMBER = st.text(digits, min_size=1, max_size=9)
_LINE_BREAKS = st.sampled_from(["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
_SPACES = st.sampled_from([" ", "\t", "\u00a0", "\u2003", "\u200b"])
_CONTROLS = st.sampled_from(["\x00", "\x08", "\x1b", "\x7f", "\x9f"])
_ILL = st.one_of(_LINE_BREAKS, _SPACES, _CONTROLS)
_NOT_ASCII = st.characters(min_codepoint=0xA1, exclude_categories=("C", "Z"))
_NOT_IN_A_DOMAIN = st.sampled_from("!#$%&'*+/=?^_`{|}~")
_TOO_LONG = st.text(_ALNUM, min_size=65, max_size=70)
_HALF_AN_ENCODED_WORD = st.sampled_from(["=?utf-8?q?", "=?utf-8?B?", "?Q?", "?b?"])


def _form(text: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(text.format, *parts)


_NO_ADDRESS: Final[dict[str, st.SearchStrategy[str]]] = {
    "empty": _form(""),
    "no @": _form("{}", _LOCAL_PART),
    "nothing before the @": _form("@{}", _DOMAIN),
    "nothing after the @": _form("{}@", _LOCAL_PART),
    "two @": _form("{}@{}", _LOCAL_PART, _ADDRESS),
    # what breaks out of a header
    "a bad character alone": _form("{}", _ILL),
    "a bad character at the end": _form("{}{}", _ADDRESS, _ILL),
    "a bad character in front": _form("{}{}", _ILL, _ADDRESS),
    "a bad character before the @": _form("{}{}@{}", _LOCAL_PART, _ILL, _DOMAIN),
    "a bad character in the domain": _form("{}@{}{}{}", _LOCAL_PART, _DOMAIN, _ILL, _DOMAIN),
    "another header": _form("{}{}Bcc: {}", _ADDRESS, _LINE_BREAKS, _ADDRESS),
    "an encoded word": _form("=?utf-8?q?{}?=@{}", _LOCAL_PART, _DOMAIN),
    "half an encoded word": _form("{}{}@{}", _HALF_AN_ENCODED_WORD, _LOCAL_PART, _DOMAIN),
    # what a header may hold, and an address may not
    "a display name": _form("{} <{}>", _LOCAL_PART, _ADDRESS),
    "angle brackets": _form("<{}>", _ADDRESS),
    "a link": _form("mailto:{}", _ADDRESS),
    "a list": _form("{}, {}", _ADDRESS, _ADDRESS),
    "a list with semicolon": _form("{};{}", _ADDRESS, _ADDRESS),
    "a group": _form("{}:{};", _LOCAL_PART, _ADDRESS),
    "quotes": _form('"{}"@{}', _LOCAL_PART, _DOMAIN),
    "a comment": _form("{}({})@{}", _LOCAL_PART, _LOCAL_PART, _DOMAIN),
    "a number for a domain": _form("{}@[192.0.2.1]", _LOCAL_PART),
    # other letters
    "not ASCII before the @": _form("{}{}@{}", _LOCAL_PART, _NOT_ASCII, _DOMAIN),
    "not ASCII in the domain": _form("{}@{}{}", _LOCAL_PART, _NOT_ASCII, _DOMAIN),
    "a sign in the domain": _form("{}@{}{}", _LOCAL_PART, _DOMAIN, _NOT_IN_A_DOMAIN),
    # dots and hyphens before the @
    "a dot in front": _form(".{}@{}", _LOCAL_PART, _DOMAIN),
    "a dot before the @": _form("{}.@{}", _LOCAL_PART, _DOMAIN),
    "two dots before the @": _form("{}..{}@{}", _LOCAL_PART, _LOCAL_PART, _DOMAIN),
    "a hyphen in front": _form("-{}@{}", _LOCAL_PART, _DOMAIN),
    # parts of the domain
    "one label": _form("{}@{}", _LOCAL_PART, _LABEL),
    "a number at the end": _form("{}@{}.{}", _LOCAL_PART, _DOMAIN, _NUMBER),
    "a dot at the end": _form("{}@{}.", _LOCAL_PART, _DOMAIN),
    "a dot after the @": _form("{}@.{}", _LOCAL_PART, _DOMAIN),
    "two dots": _form("{}@{}..{}", _LOCAL_PART, _DOMAIN, _DOMAIN),
    "a hyphen after the @": _form("{}@-{}", _LOCAL_PART, _DOMAIN),
    "a hyphen at the end": _form("{}@{}-", _LOCAL_PART, _DOMAIN),
    # lengths
    "a part too long": _form("{}@{}.{}", _LOCAL_PART, _TOO_LONG, _DOMAIN),
    "too long before the @": _form("{}@{}", _TOO_LONG, _DOMAIN),
    "too long": _form("{}" + ".example" * 32, _ADDRESS),
}
"""Each way of being no address (D16)."""


def invalid_email_addresses() -> st.SearchStrategy[str]:
    r"""Texts that are no address, in each of the ways that D16 refuses.

    Those that break out of a header are among them: line breaks, also at the very end, display
    names, lists, groups, halves of encoded words.

    >>> from hypothesis import find
    >>> is_email_address(find(invalid_email_addresses(), lambda text: text.endswith("\n")))
    False
    """
    return st.one_of(*_NO_ADDRESS.values())
