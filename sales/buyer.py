"""The buyer as typed at a checkout, beside what is known of the customer today."""

from django.utils.translation import gettext

from atomicpay.ui.details import Line, known
from atomicpay.ui.masks import mask_document
from atomicpay.workspaces.models import Membership
from customers.models import Customer

from .models import Sale

_LOCAL_DIGITS = 8


def buyer_lines(sale: Sale, member: Membership) -> list[Line]:
    """The buyer as typed at the checkout, never changed afterwards; it says where the customer's differs."""
    # Who may not see customers has nobody to compare with.
    customer = sale.customer if member.may("customers.view") else Customer()
    phone, document = sale.buyer_phone, sale.buyer_document
    lines = [
        Line(gettext("Name"), sale.buyer_name, _otherwise(sale.buyer_name, customer.name)),
        Line(gettext("Email"), sale.buyer_email, _otherwise(sale.buyer_email, customer.email), is_wide=True),
        Line(gettext("Phone"), phone, _otherwise(_local_number(phone), _local_number(customer.phone))),
        Line(gettext("Document"), mask_document(document), _otherwise(document, customer.document)),
    ]
    return known(lines)


def _otherwise(typed: str, of_customer: str) -> str:
    """Says so where both are known and are not the same but for case, spaces and signs."""
    bare, other = ("".join(filter(_counts, text.casefold())) for text in (typed, of_customer))
    return gettext("The customer has another") if bare and other and bare != other else ""


def _counts(letter: str) -> bool:
    return letter.isalnum() or letter in "@+"


def _local_number(phone: str) -> str:
    """A phone without its country and area codes, which are often left out."""
    return "".join(filter(str.isdecimal, phone))[-_LOCAL_DIGITS:]
