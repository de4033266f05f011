"""The main menu: where it leads, who may go there, and the key that goes there."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Destination(NamedTuple):
    """One place of the menu; `key` follows g on the keyboard."""

    label: str | Promise
    url_name: str
    permission: str
    key: str


DESTINATIONS: Final = (
    Destination(_("Customers"), "customers:list", "customers.view", "c"),
    Destination(_("Sales"), "sales:list", "sales.view", "s"),
    Destination(_("Subscriptions"), "subscriptions:list", "subscriptions.view", "u"),
    Destination(_("Needs attention"), "attention:list", "attention.view", "n"),
    Destination(_("Exports"), "exports:list", "exports.create", "e"),
    Destination(_("Admin"), "admin:index", "admin.open", "a"),
)
