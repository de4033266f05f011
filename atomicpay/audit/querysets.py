"""Chainable reads of the audit log, each named as a phrase."""

from typing import TYPE_CHECKING, Self

from django.db import models

from atomicpay.workspaces.owned import OwnedQuerySet

if TYPE_CHECKING:
    from .models import AuditEntry  # noqa: F401 -- named in a string below


class AuditEntryQuerySet(OwnedQuerySet["AuditEntry"]):
    """Reads of the audit log."""

    def about(self, target: models.Model) -> Self:
        """What happened to one record."""
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk)

    def newest_first(self) -> Self:
        """As the log is read."""
        return self.order_by("-at", "-id")
