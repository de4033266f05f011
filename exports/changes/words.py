"""The words of what changed and why: every code that a list may give (`ListPage.changed_because`)."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from .results import Change

CHANGES: Final[dict[Change, str | Promise]] = {
    Change.NEW: pgettext_lazy("rows", "New"),
    Change.CHANGED: pgettext_lazy("rows", "Changed"),
    Change.GONE: pgettext_lazy("rows", "Gone"),
}

REASONS: Final[dict[str, str | Promise]] = {
    "new_sale": _("a new sale"),
    "new_customer": _("a new customer"),
    "new_subscription": _("a new subscription"),
    "refunded": pgettext_lazy("reason", "refunded"),
    "disputed": pgettext_lazy("reason", "disputed"),
    "archived": pgettext_lazy("reason", "archived"),
    "merged": pgettext_lazy("reason", "merged into another"),
    "anonymised": pgettext_lazy("reason", "anonymised"),
    "matches_now": _("the filters match now"),
    "changed": _("something else in the row"),
    "no_longer_matches": _("the filters no longer match"),
    "other_rows": _("the customer has other rows now"),
    "not_visible": _("no longer there for who asked"),
}
