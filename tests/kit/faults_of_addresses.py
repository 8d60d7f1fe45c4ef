"""Like `faults`, for D16: a check left out, one that asks too much, a text read as another."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import normalize

from tests.oracles.conformance import D16

from .faults import Implementation

Check = Callable[[str], object]


def valid(text: str) -> bool:
    return all(holds(text) for holds in D16.values())


def judging(check: Check) -> Implementation:
    return lambda asked: {"valid": bool(check(asked["text"]))}


def without(name: str) -> Implementation:
    others = [holds for other, holds in D16.items() if other != name]
    return judging(lambda text: all(holds(text) for holds in others))


def also(check: Check) -> Implementation:
    """Asks for something more."""
    return judging(lambda text: valid(text) and check(text))


def read_as(change: Callable[[str], str]) -> Implementation:
    """Reads another text than the one that was given."""
    return judging(lambda text: valid(change(text)))


def name(text: str) -> str:
    return text.rpartition("@")[0]


def domain(text: str) -> str:
    return text.rpartition("@")[2]


def last(text: str) -> str:
    return text.rpartition(".")[2]


def longer(length: int, part: Callable[[str], str]) -> Implementation:
    """Takes a part that is longer than it may be."""

    def check(text: str) -> bool:
        return valid(text) or (len(part(text)) == length and valid(text.replace(part(text), "b.c")))

    return judging(check)


LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
HTML = rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{LABEL}(?:\.{LABEL})*"

ADDRESS: dict[str, Implementation] = {
    **{f"does not ask for {name}": without(name) for name in D16},
    "takes everything": judging(lambda _: True),
    "takes nothing": judging(lambda _: False),
    "takes whatever has an @": judging(lambda text: "@" in text),
    "takes what a browser takes": judging(lambda text: re.fullmatch(HTML, text)),
    "takes a line feed at the end": judging(lambda text: valid(re.sub(r"\n\Z", "", text))),
    "looks at the first line": read_as(lambda text: text.partition("\n")[0]),
    "looks at any line": judging(lambda text: any(map(valid, text.splitlines()))),
    "looks for one inside": judging(
        lambda text: any(map(valid, re.findall(r"[^\s<>()\[\],;:\"]+", text)))
    ),
    "looks at the end": judging(lambda text: any(valid(text[i:]) for i in range(len(text)))),
    "ends at a null character": read_as(lambda text: text.partition("\0")[0]),
    "strips white space": read_as(str.strip),
    "strips spaces": read_as(lambda text: text.strip(" ")),
    "removes white space": read_as(lambda text: "".join(text.split())),
    "removes tabs": read_as(lambda text: text.replace("\t", "")),
    "removes control characters": read_as(lambda text: re.sub(r"[\x00-\x1f\x7f-\x9f]", "", text)),
    "removes angle brackets": read_as(lambda text: text.strip("<>")),
    "reads display names": read_as(lambda text: re.sub(r".*<(.*)>", r"\1", text)),
    "reads comments": read_as(lambda text: re.sub(r"\(.*\)", "", text)),
    "reads quotes": read_as(lambda text: re.sub(r'"(.*) (.*)"', r"\1\2", text)),
    "reads links": read_as(lambda text: text.removeprefix("mailto:")),
    "removes a dot at the end": read_as(lambda text: text.removesuffix(".")),
    "reads a comma as a dot": read_as(lambda text: text.replace(",", ".")),
    "lower-cases": read_as(str.lower),
    "folds": read_as(str.casefold),
    "composes": read_as(lambda text: normalize("NFKC", text)),
    "takes accents off": read_as(
        lambda text: normalize("NFD", text).encode("ascii", "ignore").decode()
    ),
    "encodes domains": read_as(
        lambda text: (
            name(text) + "@" + domain(text).encode("punycode").decode().strip("-")
            if valid(name(text) + "@a.b") and not domain(text).isascii()
            else text
        )
    ),
    "takes letters of every language before the @": read_as(
        lambda text: "".join("a" if c.isalnum() else c for c in name(text)) + "@" + domain(text)
    ),
    "takes digits of every language": read_as(lambda text: re.sub(r"\d", "1", text)),
    "takes letters of every language in the domain": read_as(
        lambda text: name(text) + "@" + re.sub(r"[^\W\d_]", "a", domain(text))
    ),
    "takes underscores in the domain": read_as(
        lambda text: name(text) + "@" + domain(text).replace("_", "-")
    ),
    "takes addresses of machines": read_as(
        lambda text: text if not re.fullmatch(r"[\d.]+|\[.*\]", domain(text)) else "a@b.c"
    ),
    "takes the names of machines": judging(
        lambda text: valid(text) or (valid(text + ".example") and "." not in domain(text))
    ),
    "counts the digits of one label alone": judging(
        lambda text: (
            valid(text) or (last(text).isdigit() and valid(text + "a") and len(last(text)) > 1)
        )
    ),
    "counts 65 before the @": longer(65, name),
    "counts labels to 64": longer(64, last),
    "refuses 64 before the @": also(lambda text: len(name(text)) < 64),
    "refuses labels of 63": also(lambda text: all(len(x) < 63 for x in domain(text).split("."))),
    "refuses 254": also(lambda text: len(text) < 254),
    "refuses domains of one label before the last": also(lambda text: domain(text).count(".") > 1),
    "refuses many labels": also(lambda text: domain(text).count(".") < 4),
    "refuses capitals": also(lambda text: text == text.lower()),
    "refuses tags": also(lambda text: "+" not in text),
    "refuses apostrophes": also(lambda text: "'" not in text),
    "refuses signs before the @": also(lambda text: re.fullmatch(r"[\w.+'-]+", name(text))),
    "refuses signs at an end": also(lambda text: text[0].isalnum()),
    "refuses a hyphen before the @": also(lambda text: "-@" not in text),
    "refuses a hyphen anywhere before the @": also(lambda text: "-" not in name(text)),
    "refuses two hyphens": also(lambda text: "--" not in text),
    "refuses question marks": also(lambda text: "?" not in text),
    "refuses halves of encoded words": also(lambda text: "=?" not in text),
    "refuses digits in the domain": also(lambda text: not re.search(r"\d", domain(text))),
    "refuses digits in the last label": also(lambda text: last(text).isalpha()),
    "refuses a digit at the end": also(lambda text: not text[-1].isdigit()),
    "refuses a digit in front": also(lambda text: not text[0].isdigit()),
    "refuses a last label of one letter": also(lambda text: len(last(text)) > 1),
    "refuses a last label of more than 4": also(lambda text: len(last(text)) < 5),
    "refuses a last label in punycode": also(lambda text: not last(text).startswith("xn--")),
    "refuses punycode": also(lambda text: "xn--" not in text),
    "refuses a name of one letter": also(lambda text: len(name(text)) > 1),
}
