"""In which file of the archive each table about a customer stands, and which columns of it do not.

A table that points at customers and has no place here fails a test: whoever adds it decides. A column that is
added goes in by itself.
"""

from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the archive: its name, what it holds, and the columns that are left out."""

    name: str
    holds: Promise
    without: frozenset[str] = field(default_factory=frozenset)


OTHERS: Final = frozenset(
    # Who sold, helped or wrote for the business is somebody else: their names are not the person's to have
    # (LGPD art. 18 gives a person their own data). Keys to members are left out everywhere for that reason.
    {"affiliate", "agent"}
)
_SEARCH: Final = frozenset({"contacts_text"})
_NORMALISED: Final = frozenset({"normalised"})
_OF_PROGRAM: Final = frozenset(
    # Keys of the program, and what may be about somebody else: a finding may lead to a subscription of
    # another record. What is the person's of it stands in the other files.
    {"subject", "evidence", "digest", "dismissed_digest", "subscription", "sale"}
)

PLACES: Final[dict[str, Place]] = {
    "customers.Customer": Place("person.csv", _("Who you are, as the business knows you"), _SEARCH),
    "customers.CustomerEmail": Place("emails.csv", _("Your emails, also former ones"), _NORMALISED),
    "customers.CustomerPhone": Place("phones.csv", _("Your phones"), frozenset({"digits"})),
    "customers.CustomerDocument": Place("documents.csv", _("Your documents, in full"), _NORMALISED),
    "customers.CustomerIdentity": Place("external_ids.csv", _("The ids that other systems gave you")),
    "customers.CustomerTag": Place("tags.csv", _("The words the team put on your record")),
    "customers.Note": Place("notes.csv", _("What the team wrote about you")),
    "customers.Message": Place("messages.csv", _("Messages between you and the business")),
    "subscriptions.Subscription": Place("subscriptions.csv", _("Your subscriptions")),
    "subscriptions.SubscriptionEvent": Place(
        "subscription_events.csv", _("What happened to your subscriptions")
    ),
    "sales.Sale": Place("sales.csv", _("What you bought"), OTHERS),
    "sales.SaleEvent": Place("sale_events.csv", _("What happened to your purchases")),
    "sales.Payment": Place("payments.csv", _("How you paid")),
    "sales.Refund": Place("refunds.csv", _("What you were given back")),
    "sales.Dispute": Place("disputes.csv", _("Payments that were contested")),
    "sales.AccessGrant": Place("access.csv", _("Your access to products")),
    "attention.Finding": Place(
        "findings.csv", _("What was noticed about your purchases, and why it was set aside"), _OF_PROGRAM
    ),
    "sales.CustomerSpend": Place("spend.csv", _("What your purchases add up to")),
}

WITHOUT: Final[dict[str, str]] = {
    "sales.CustomerProduct": "made of the sales and subscriptions, which stand in their own files",
    "sales.CustomerMethod": "made of the payments, which stand in their own file",
    "duplicates.MatchRecord": "made of the contacts, which stand in their own files",
    "duplicates.CustomerKey": "made of the same, and unreadable",
    "duplicates.Suggestion": "tells of another record, which may be another person's",
    "merging.Merge": "how records became one: what they held stands in the other files",
    "merging.MergedRecord": "which records became one: what they held stands in the other files",
    "merging.MergedRow": "which rows changed hands: they stand in the other files",
    "privacy.Erasure": "there is none as long as there is a person to answer",
}
"""Tables that need no file, with the reason."""

LOG: Final = Place("log.csv", _("What was done with your record, and when"))
