""" "I paid and cannot get in": support finds the buyer, and the first screen says why, and what to answer."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from atomicpay.devstack.seeding.access import (
    BOLETO_WAITS,
    CANCELED_AND_OVER,
    CHARGED_BACK,
    LET_IN_BY_HAND,
    PAST_DUE,
    SHUT_BY_HAND,
)
from atomicpay.devstack.seeding.people import AURORA
from tests.browser.conftest import OpenPage
from tests.browser.test_support import SUPPORT, in_english
from tests.browser.visitor import arrive, sign_in

FIRST_SCREEN = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Question:
    """Who writes, about what, and what the card must answer."""

    name: str
    product: str
    answer: str
    why: str
    reply: str


QUESTIONS = {
    "approved, platform failed": Question(
        "João Paulo Gonçalves",
        "Luz e Cor",
        "Yes, but shut",
        "MemberKit reports that it could not open the access.",
        "não foi aberto como deveria",
    ),
    "refunded": Question(
        "Éder Magalhães Sobrinho",
        "Retrato a Lápis",
        "No",
        "A full refund ends access.",
        "foi reembolsada",
    ),
    "charged back": Question(
        CHARGED_BACK, "Luz e Cor", "No", "A lost dispute ends access.", "foi devolvido a você"
    ),
    "past due": Question(
        PAST_DUE, "Clube Aurora", "At risk, and shut", "The last charge failed.", "não foi aprovado"
    ),
    "boleto not confirmed": Question(
        BOLETO_WAITS, "Retrato a Lápis", "No", "The sale is not paid.", "ainda não foi confirmado"
    ),
    "canceled, period over": Question(
        CANCELED_AND_OVER, "Clube Aurora", "No", "what was paid is used up", "o período pago já terminou"
    ),
    "shut by hand": Question(
        SHUT_BY_HAND, "Aquarela do Zero", "No", "took the access away by hand", "está fechado no momento"
    ),
    "boleto not confirmed, let in by hand": Question(
        LET_IN_BY_HAND, "Luz e Cor", "Yes", "opened the access by hand", "está aberto"
    ),
}


def open_customer(page: Page, name: str) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/customers/?q={name}")
    page.get_by_role("rowheader").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def assert_on_first_screen(place: Locator) -> None:
    box = place.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= FIRST_SCREEN["height"]
    assert box["x"] + box["width"] <= FIRST_SCREEN["width"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_first_screen_answers_why_the_buyer_cannot_get_in(page: Page, question: str) -> None:
    asked = QUESTIONS[question]
    page.set_viewport_size(FIRST_SCREEN)  # type: ignore[arg-type]  # Playwright has a type of its own for it
    open_customer(page, asked.name)

    card = page.get_by_role("article", name=asked.product)
    assert page.evaluate("scrollY") == 0
    answer = card.locator(".decision")
    expect(answer).to_have_text(asked.answer)
    assert_on_first_screen(answer)
    why = card.locator(".rule")
    expect(why).to_contain_text(asked.why)
    assert_on_first_screen(why)
    assert_on_first_screen(card.locator(".facts li").first)
    assert_on_first_screen(card.get_by_text("Would change it:"))

    card.get_by_text("Copy as a reply").click()
    expect(card.get_by_label("Português")).to_have_value(re.compile(asked.reply))
    expect(card.get_by_label("English")).to_have_value(re.compile("^Hello "))


def test_reply_is_copied_by_one_button(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_customer(page, BOLETO_WAITS)
    card = page.get_by_role("article", name="Retrato a Lápis")
    card.get_by_text("Copy as a reply").click()
    arrive(page, BOLETO_WAITS)
    copy = card.get_by_role("button", name="Copy").last
    copy.click()
    expect(card.get_by_role("button", name="Copied")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == card.get_by_label("Português").input_value()
    assert copied.startswith("Olá Davi,")


def test_reply_can_be_selected_without_scripts(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    open_customer(page, BOLETO_WAITS)
    card = page.get_by_role("article", name="Retrato a Lápis")
    expect(card.get_by_role("button")).to_have_count(0)
    card.get_by_text("Copy as a reply").click()
    expect(card.get_by_label("English")).to_be_visible()
    expect(card.get_by_label("English")).not_to_be_editable()


def test_same_answer_stands_on_the_page_of_the_sale_and_of_the_subscription(page: Page) -> None:
    open_customer(page, CANCELED_AND_OVER)
    card = page.get_by_role("article", name="Clube Aurora")
    card.get_by_role("link").first.click()
    page.wait_for_url("**/sales/*-*/")
    expect(page.get_by_role("article", name="Clube Aurora").locator(".decision")).to_have_text("No")
    page.get_by_role("article", name="Clube Aurora").get_by_role("link", name="Subscription").click()
    page.wait_for_url("**/subscriptions/*-*/")
    expect(page.get_by_role("article", name="Clube Aurora").locator(".decision")).to_have_text("No")
