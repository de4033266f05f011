"""The panel of what a customer is known by: since when, until when, and where from."""

import re
from collections.abc import Callable
from datetime import timedelta

from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import enter
from customers.models import Customer, CustomerDocument, CustomerEmail, CustomerIdentity
from tests import factories
from tests.conftest import MemberClient

from .test_page import page_of

SignIn = Callable[..., MemberClient]


def test_identity_says_since_when_until_when_and_from_where(
    sign_in: SignIn, support_agent: Membership, antonia: Customer
) -> None:
    seen = {"first_seen_at": factories.NOON, "last_seen_at": factories.NOON + timedelta(days=9)}
    with enter(antonia.workspace_id):
        CustomerEmail.objects.filter(is_primary=True).update(**seen, source="hotmart")
        factories.CustomerPhoneFactory(customer=antonia, number="+55 11 91111-2222", digits="5511911112222")
        CustomerDocument.objects.update(**seen, source="eduzz")
        CustomerIdentity.objects.update(**seen, provider="hotmart", source="hotmart")
        factories.CustomerIdentityFactory(
            customer=antonia, provider="stripe", external_id="cus_1", source="hotmart", **seen
        )
    html = page_of(sign_in(support_agent), antonia)
    notes = dict(re.findall(r"<dd><span[^>]*>([^<]*)</span><span class=.sub.>([^<]*)</span></dd>", html))
    assert notes["antonia@correio.example"] == "Main, since 2 Mar 2026, last seen 11 Mar 2026, from Hotmart"
    assert notes["antiga@correio.example"] == "Former, 1 Apr 2024 to 1 May 2024, entered by hand"
    assert notes["+55 11 91111-2222"].endswith(", entered by hand")
    assert "Since 2 Mar 2026, last seen 11 Mar 2026, from Eduzz" in html
    ids = dict(re.findall(r"<dd>(\w+ [\w-]+)<span class=.sub.>([^<]*)</span></dd>", html))
    assert ids["Hotmart buyer-77"] == "Since 2 Mar 2026, last seen 11 Mar 2026"
    assert ids["Stripe cus_1"] == "Since 2 Mar 2026, last seen 11 Mar 2026, from Hotmart"
