"""The page to try the rule book on, opened from a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from partner_comms import Recipients, label
from partner_comms.codes import Notice
from partner_comms.conformance import cases

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.unmeasured

CASES = [case for case in cases() if case.operation == "resolve"]


@pytest.fixture(scope="module")
def page(site: Path, browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / "docs" / "try.html").as_uri())
    yield page
    assert errors == []


def state_of(asked: Any) -> dict[str, Any]:
    """What a person enters for the input of a case."""
    about = asked["about"]
    client = about.get("client", about)
    state = {
        **asked["gate"],
        "communication": asked["communication"],
        "record_kind": about["record_kind"],
        "client_emails": "\n".join(client["emails"]),
    }
    introductions = {"client": client["introduction"]}
    if "client" in about:
        introductions["deal"] = about["introduction"]
    for whose, introduction in introductions.items():
        state[f"{whose}_rule"] = introduction["rule"] if introduction else "none"
        emails = introduction["introducer"]["emails"] if introduction else []
        state[f"{whose}_introducer_emails"] = "\n".join(emails)
    return state


ENTER = """(state) => {
    const form = document.getElementById("try");
    for (const [name, value] of Object.entries(state)) {
        const field = form.elements[name];
        if (field.type === "checkbox") field.checked = value; else field.value = value;
    }
    form.dispatchEvent(new Event("input"));
}"""
SHOWN = """() => Object.fromEntries(["to", "cc", "why", "notices", "clause"]
    .map((id) => [id, document.getElementById(id).textContent]))"""
LINK = "() => document.getElementById('clause').getAttribute('href')"


@pytest.fixture(scope="module")
def answers(page: Page) -> list[Any]:
    """What the form answers to each case, what it shows, and where it leads.

    Meanwhile the browser lays nothing out and keeps no address, which take nearly all the time;
    the tests below read both.
    """
    states = [state_of(case.input) | {"lang": "en"} for case in CASES]
    found: list[Any] = page.evaluate(
        """([states, enter, shown, link]) => {
            document.body.style.display = "none";
            history.replaceState = () => {};
            const found = states.map((state) => {
                eval(enter)(state);
                return [document.getElementById("try").answer(), eval(shown)(), eval(link)()];
            });
            delete history.replaceState;
            document.body.style.display = "";
            return found;
        }""",
        [states, ENTER, SHOWN, LINK],
    )
    return found


def test_every_case(answers: list[Any]) -> None:
    """Through the form, and as a person reads it: To, Cc, why and the notices."""
    assert len(CASES) > 1_000
    for case, (answer, shown, _) in zip(CASES, answers, strict=True):
        assert answer == case.expected, case.id
        expected = Recipients.from_dict(case.expected)
        assert shown["to"] == (", ".join(expected.to) or "nobody")
        assert shown["cc"] == (", ".join(expected.cc) or "nobody")
        assert shown["why"] == expected.explain("en")
        notices = "\n".join(label(Notice(notice), "en") for notice in expected.notices)
        assert shown["notices"] == (notices or "–")


def test_in_french(page: Page) -> None:
    case = CASES[0]
    page.evaluate(ENTER, state_of(case.input) | {"lang": "fr"})
    assert page.evaluate(SHOWN)["why"] == Recipients.from_dict(case.expected).explain("fr")
    assert page.locator("#try").get_attribute("lang") == "fr"
    assert page.locator("legend").first.text_content() == "Le cabinet"


def test_a_link_to_a_state(page: Page, browser: Browser) -> None:
    """What was chosen is in the address, so that somebody else sees the same."""
    case = next(case for case in CASES if "client_not_addressed" in case.expected["notices"])
    page.evaluate(ENTER, state_of(case.input) | {"lang": "en"})
    other = browser.new_page()
    other.goto(page.url)
    assert other.evaluate("document.getElementById('try').answer()") == case.expected
    assert other.evaluate(SHOWN) == page.evaluate(SHOWN)
    assert other.evaluate(SHOWN)["clause"] == "D10"
    other.close()


def test_what_is_not_an_address(page: Page) -> None:
    """D16"""
    page.evaluate(ENTER, state_of(CASES[0].input) | {"lang": "en", "client_emails": "martin@gmail"})
    assert page.locator("#refused").text_content() == (
        "martin@gmail is not an e-mail address that the library takes: D16"
    )
    assert page.locator("#answer").is_hidden()
    page.evaluate(ENTER, state_of(CASES[0].input))
    assert page.locator("#refused").is_hidden()


def test_each_clause_is_on_the_page_of_the_rule_book(answers: list[Any], site: Path) -> None:
    book = (site / "docs" / "rule-book.html").read_text(encoding="utf-8")
    found = {link for _, _, link in answers}
    assert found == {
        f"rule-book.html#{clause}" for clause in ("s1", "s2", "s7", "s8", "s9", "d8", "d10", "d13")
    }
    assert all(f'id="{link.partition("#")[2]}"' in book for link in found)
