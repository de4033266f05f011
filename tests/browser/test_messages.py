"""What was said, beside what was bought: an agent writes it down, an admin lets a helpdesk do the same."""

import json
import urllib.error
import urllib.request
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from atomicpay.devstack.seeding.mariana import EMAIL
from atomicpay.devstack.seeding.people import AURORA
from tests.browser.stack import Site
from tests.browser.test_support import SUPPORT, in_english
from tests.browser.visitor import arrive, sign_in

MARCIO = "Márcio Évora"


def test_agent_writes_a_message_down_and_reads_it_beside_the_purchase(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/search/?q=marcio.evora")
    page.get_by_role("link", name=MARCIO, exact=True).click()
    panel = page.get_by_role("region", name="Messages")
    expect(panel).to_contain_text("Não consigo entrar.")
    panel.get_by_text("Write down a message").click()
    panel.get_by_label("Channel").select_option("WhatsApp")
    panel.get_by_label("What was said").fill("O banco diz que o cartão foi cobrado.")
    panel.get_by_role("button", name="Save message").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MARCIO)
    line = panel.locator("div").filter(has_text="O banco diz que o cartão foi cobrado.").last
    expect(line).to_contain_text("From the buyer, WhatsApp")
    expect(line).to_contain_text("days after purchase")
    expect(line).to_contain_text("Declined")
    panel.get_by_role("link", name="All messages").click()
    arrive(page, f"Messages of {MARCIO}")
    page.get_by_label("Words in the messages").fill("CARTAO banco")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("article").get_by_role("link", name="Delete").click()
    arrive(page, "Delete a message")
    page.get_by_role("button", name="Delete the message").click()
    arrive(page, f"Messages of {MARCIO}")
    expect(page.get_by_text("O banco diz")).to_have_count(0)


def test_customer_is_found_by_what_they_wrote(page: Page) -> None:
    in_english(SUPPORT)
    sign_in(page, SUPPORT, to=f"/w/{AURORA}/search/?q=na+loterica")
    hit = page.get_by_role("listitem").filter(has_text="Núbia Leão")
    expect(hit).to_contain_text("o boleto do Retrato a Lápis na lotérica")
    arrive(page, "1 result for “na loterica”")


def test_admin_makes_a_token_that_a_helpdesk_uses_until_it_is_revoked(page: Page, site: Site) -> None:
    sign_in(page, "admin@aurora.example", to=f"/w/{AURORA}/admin/")
    page.get_by_role("main").get_by_role("link", name="API tokens").click()
    arrive(page, "API tokens")
    page.get_by_role("link", name="New token").click()
    arrive(page, "New token")
    page.get_by_label("Name").fill("Zendesk")
    page.get_by_role("button", name="Make the token").click()
    arrive(page, "Token made")
    secret = page.locator("#token-secret").inner_text()

    assert _send(site.url, secret) == 201
    assert _send(site.url, secret) == 200

    page.get_by_role("link", name="Back to the tokens").click()
    row = page.get_by_role("row").filter(has_text="Zendesk")
    expect(row).not_to_contain_text("Never")
    row.get_by_role("link", name="Revoke").click()
    arrive(page, "Revoke Zendesk")
    page.get_by_role("button", name="Revoke the token").click()
    arrive(page, "API tokens")
    expect(page.get_by_role("row").filter(has_text="Zendesk")).to_contain_text("Revoked")
    assert _send(site.url, secret) == 401


def _send(site: str, secret: str) -> int:
    message = {
        "external_id": "browser-1",
        "email": EMAIL,
        "direction": "in",
        "body": "Enviada pelo programa.",
        "sent_at": (timezone.now() - timedelta(minutes=1)).isoformat(),
    }
    request = urllib.request.Request(  # noqa: S310 -- the address of the test's own server
        f"{site}/api/v1/messages/",
        data=json.dumps(message).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {secret}"},
    )
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310 -- as above
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
