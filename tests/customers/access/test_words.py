"""What is said of a decision: for every rule, in both languages of the reply, and nothing internal in it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from customers.access.cards import AccessCard, access_card
from customers.access.facts import DisputeFact, ProductFacts
from customers.access.replies import replies_to
from customers.access.reply_texts import REPLIES
from customers.access.rules import RULES, Answer, decide
from customers.access.words import RULE_WORDS
from sales.states import AccessStatus, DisputeStatus, SaleStatus
from subscriptions.lifecycle import SubscriptionStatus
from tests.customers.access.facts import NOW, by_hand, charge, days, grant, product, sale, subscription
from tests.customers.access.test_named_cases import CASES

DOCUMENT = Path(__file__).parents[3] / "docs" / "access-rules.md"
CODES = [rule.code for rule in RULES]
_PLACEHOLDER = re.compile(r"%\(\w+\)s")


def card(facts: ProductFacts) -> AccessCard:
    return access_card(facts, decide(facts, NOW), "Mariana Luz Ferreira", NOW)


def replies(facts: ProductFacts, buyer: str = "Mariana Luz Ferreira") -> dict[str, str]:
    return {reply.language: reply.text for reply in replies_to(facts, decide(facts, NOW), buyer)}


def test_every_rule_has_words_and_replies_and_no_other_has() -> None:
    assert len(CODES) == len(set(CODES))
    assert list(RULE_WORDS) == [code for code in RULE_WORDS if code in CODES]
    assert RULE_WORDS.keys() == REPLIES.keys() == set(CODES)


def test_document_has_every_rule_in_order_with_its_answer() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w[\w ]*) \|", DOCUMENT.read_text(), re.MULTILINE)
    answers = {"Yes": Answer.YES, "No": Answer.NO, "At risk": Answer.AT_RISK, "Unknown": Answer.UNKNOWN}
    assert [(code, answers[answer]) for code, answer in rows] == [(rule.code, rule.answer) for rule in RULES]


@pytest.mark.parametrize("code", CODES)
def test_both_languages_of_a_reply_name_the_same(code: str) -> None:
    for text in REPLIES[code]:
        assert set(_PLACEHOLDER.findall(text.en)) == set(_PLACEHOLDER.findall(text.pt))
        assert text.en != text.pt


@pytest.mark.parametrize("name", CASES)
def test_every_case_can_be_said(name: str) -> None:
    facts = CASES[name][0]
    shown = card(facts)
    assert shown.answer
    assert shown.rule
    assert shown.change
    assert shown.facts
    for text in replies(facts).values():
        assert "%(" not in text
        body = text.split("\n\n")[1].split("\nhttps://")[0]
        assert 1 <= len(re.findall(r"[.!?](?:\s|$)", body)) <= 4
    shown_alone = replies(facts, buyer="")
    assert shown_alone["en"].startswith("Hello,\n")
    assert shown_alone["pt-BR"].startswith("Olá,\n")


def test_reply_tells_nothing_internal() -> None:
    """Refused on purpose: reasons, dispute kinds, references, ids and who did it."""
    dispute = DisputeFact(DisputeStatus.OPEN, days(-1), "card_chargeback")
    facts = product(
        sale(SaleStatus.DISPUTED, reference="HP-CANARY", public_id="canary-id", disputes=(dispute,)),
        grant(AccessStatus.REVOKED, revoke_reason="CANARY: reported for fraud", sale="canary-id"),
        by_hand(AccessStatus.FAILED, revoke_reason="CANARY by Saulo"),
        platform="MemberKit",
    )
    revoked = replace(facts, grants=(by_hand(AccessStatus.REVOKED, revoke_reason="CANARY by Saulo"),))
    for each in (facts, revoked):
        for text in replies(each).values():
            assert not re.search(r"canary|saulo|chargeback|dispute|fraud|contest|bank|banco", text, re.I)


def test_reply_is_in_its_language_whatever_the_page_is_in() -> None:
    facts = product(subscription(SubscriptionStatus.CANCELED), charge(), grant())
    texts = replies(facts)
    assert "is paid until 21 Jun 2026. You can enter" in texts["en"]
    assert "está paga até 21 jun. 2026. Você pode entrar" in texts["pt-BR"]
    assert texts["en"].startswith("Hello Mariana,\n\nYour subscription to Luz e Cor")
    assert texts["pt-BR"].startswith("Olá Mariana,\n\nSua assinatura de Luz e Cor")


def test_reply_to_who_paid_and_was_not_let_in_does_not_tell_them_to_enter() -> None:
    texts = replies(product(sale(), grant(AccessStatus.FAILED)))
    assert "was not opened as it should have been" in texts["en"]
    assert "You can enter" not in texts["en"]
    assert "não foi aberto como deveria" in texts["pt-BR"]


@pytest.mark.parametrize(
    "facts",
    [
        product(sale(SaleStatus.DISPUTED), grant(AccessStatus.REVOKED)),
        product(sale(SaleStatus.REFUND_REQUESTED), grant(AccessStatus.FAILED)),
        product(subscription(SubscriptionStatus.PAST_DUE), grant(AccessStatus.REVOKED)),
        product(sale(SaleStatus.PARTIALLY_REFUNDED), grant(AccessStatus.REVOKED)),
        product(subscription(cancel_at_period_end=True), grant(AccessStatus.REVOKED)),
    ],
)
def test_reply_never_calls_a_door_open_that_the_platform_says_is_shut(facts: ProductFacts) -> None:
    assert decide(facts, NOW).differs
    texts = replies(facts)
    assert not re.search(r"open|enter", texts["en"].replace("was not opened as it should", ""))
    assert not re.search(r"abert|entrar", texts["pt-BR"].replace("não foi aberto como deveria", ""))


def test_reply_carries_the_links_of_what_is_open() -> None:
    links = (("Google Drive", "https://files.example/kit"),)
    assert "https://files.example/kit" in replies(product(sale(), grant(), links=links))["en"]
    assert "https://" not in replies(product(sale(SaleStatus.REFUNDED), links=links))["en"]


def test_card_says_what_the_platform_reports_against_the_money() -> None:
    shown = card(product(sale(), grant(AccessStatus.FAILED), platform="MemberKit"))
    assert (shown.tone, shown.answer) == ("bad", "Yes, but shut")
    assert shown.report == "MemberKit reports that it could not open the access."
    late = card(product(sale(), platform="MemberKit"))
    assert (late.tone, late.answer) == ("warn", "Yes, not reported")
    assert late.report == "MemberKit has reported nothing, for longer than its usual 15 minutes."
    kept = card(product(sale(SaleStatus.REFUNDED), grant(), platform="MemberKit"))
    assert (kept.tone, kept.answer) == ("bad", "No, but open")


def test_card_has_the_facts_in_the_order_in_which_they_count() -> None:
    dispute = DisputeFact(DisputeStatus.WON, days(-3), "card_chargeback")
    facts = product(
        subscription(next_charge_at=days(25)),
        charge(refunded=4000, refunded_at=days(-5), disputes=(dispute,), reference="HP1"),
        grant(sale="charge", first_access_at=days(-9)),
        platform="MemberKit",
        links=(("Kit", "https://files.example/kit"),),
    )
    lines = [re.sub(r"<[^>]+>", "", str(line.text)) for line in card(facts).facts]
    assert lines == [
        "Approved, HP1, R$\u00a0100.00",
        "R$\u00a040.00 of R$\u00a0100.00 returned",
        "Card chargeback: Won",
        "Subscription, began on 22 Apr 2026: Active",
        "The paid period ends",
        "Next charge or try",
        "MemberKit: Granted",
        "Delivery: Members area of another platform, MemberKit, usually within 15 minutes",
        "Kit",
        "First access",
    ]
    assert [line.is_ahead for line in card(facts).facts].count(True) == 2


def test_what_a_source_wrote_is_shown_as_text() -> None:
    facts = product(
        sale("<b>new</b>", reference="<script>"),
        grant(AccessStatus.REVOKED, revoke_reason="<img>"),
        links=(("<i>", "https://files.example/?a=1&b=<2>"),),
    )
    shown = "".join(str(line.text) for line in card(facts).facts if hasattr(line.text, "__html__"))
    assert "&lt;script&gt;" in shown
    assert not re.search(r"<(?!/?a\b)", shown)


def test_reply_to_somebody_locked_out_while_past_due_does_not_speak_of_keeping_access() -> None:
    shut = product(subscription(SubscriptionStatus.PAST_DUE), grant(AccessStatus.REVOKED, subscription="sub"))
    told = replies(shut)
    assert "closed meanwhile" in told["en"]
    assert "está fechado" in told["pt-BR"]
    assert "keep your access" not in told["en"]
    still_open = product(subscription(SubscriptionStatus.PAST_DUE), grant(subscription="sub"))
    assert "keep your access" in replies(still_open)["en"]


def test_reply_about_a_payment_that_should_have_arrived_does_not_promise_it() -> None:
    old = product(sale(SaleStatus.PENDING, method="pix", ordered_at=days(-40)))
    told = replies(old)
    assert "should have arrived by now" in told["en"]
    assert "já deveria ter chegado" in told["pt-BR"]
    assert "by itself" not in told["en"]
    assert "in minutes" not in card(old).change
    young = product(sale(SaleStatus.PENDING, method="pix", ordered_at=days(-0.1)))
    assert "by itself" in replies(young)["en"]


def _said(facts: ProductFacts) -> list[str]:
    return [re.sub(r"<[^>]+>", "", f"{fact.text} | {fact.day}") for fact in card(facts).facts]


def test_day_beside_a_past_due_subscription_is_named_as_the_one_it_began_on() -> None:
    facts = product(subscription(SubscriptionStatus.PAST_DUE, started_at=days(-800)))
    (line,) = (line for line in _said(facts) if line.startswith("Subscription"))
    assert re.match(r"Subscription, began on .+: Past due", line)


def test_expired_access_is_dated_by_its_end_and_not_by_its_grant() -> None:
    ended = grant(AccessStatus.EXPIRED, granted_at=days(-300), expires_at=days(-7))
    (line,) = (line for line in _said(product(sale(), ended)) if "Expired" in line)
    assert "25 May 2026" in line
    (undated,) = (
        line
        for line in _said(product(sale(), grant(AccessStatus.EXPIRED, granted_at=days(-300))))
        if "Expired" in line
    )
    assert undated.endswith("| ")
