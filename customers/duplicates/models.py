"""What suggestions are made of: records as they are compared, their keys, counts, pairs, decisions."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import (
    CompositeForeignKey,
    in_workspace,
    owned,
    public_id_once,
    same_workspace,
)
from atomicpay.workspaces.fields import CodeField, MinorUnitsField, PublicIdField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.predicate import BY_CUSTOMER, ProductRule
from customers.models import Customer, CustomerFact, always_live, of_live_customer

from .matching.bands import WORDS, Band
from .querysets import SuggestionManager

BY_BOTH_CUSTOMERS = ProductRule(
    " AND ".join(
        BY_CUSTOMER.sql.replace("customer_id = {alias}.customer_id", f"customer_id = {{alias}}.{each}")
        for each in ("low_id", "high_id")
    )
)
"""A suggestion tells of two records: who may not see one of them must not learn of the other's twin."""


class MatchRecord(CustomerFact):
    """A customer in the form in which it is compared: `values` as `Person.pack` gives them.

    Made from the customer and their contacts by the worker, and made anew when those change.
    """

    values = models.JSONField()
    keys = ArrayField(models.BigIntegerField())
    counted = ArrayField(models.BigIntegerField())

    class Meta(CustomerFact.Meta):
        db_table = "customer_match"
        verbose_name = _("record to compare")
        verbose_name_plural = _("records to compare")
        constraints = [
            *owned("customer_match"),
            of_live_customer("customer_match"),
            UniqueConstraint(fields=["workspace", "customer"], name="customer_match_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}"


class CustomerKey(CustomerFact):
    """A key under which a customer is looked up; from the eight bytes of it nothing can be read."""

    key = models.BigIntegerField()

    class Meta(CustomerFact.Meta):
        db_table = "customer_key"
        verbose_name = _("key to compare by")
        verbose_name_plural = _("keys to compare by")
        constraints = [
            *owned("customer_key"),
            of_live_customer("customer_key"),
            UniqueConstraint(fields=["workspace", "key", "customer"], name="customer_key_once"),
        ]
        indexes = [Index(fields=["workspace", "customer"], name="customer_key_customer_i")]

    def __str__(self) -> str:
        return f"{self.customer_id}"


class ValueFrequency(WorkspaceOwned):
    """How many records have a value, as of the last scan; a value that one alone has is not here.

    It names nobody: a value is there as the eight bytes of its key.
    """

    pk = models.CompositePrimaryKey("workspace_id", "key")
    key = models.BigIntegerField()
    holders = models.IntegerField()

    class Meta(WorkspaceOwned.Meta):
        db_table = "value_frequency"
        constraints = [*owned("value_frequency")[:1], in_workspace("value_frequency")]


class Scan(WorkspaceOwned):
    """How far the worker is in a workspace, and the counts by which it scores until the next scan: one row.

    `noticed_until` and `contacts_until`: what was written before was looked at. Contacts have no time of
    writing, but ids that grow; the ids of the time before are kept, as a row may be seen after a later one.
    """

    noticed_until = models.DateTimeField(_("noticed up to"), null=True, blank=True)
    contacts_until = models.JSONField(default=dict)
    contacts_before = models.JSONField(default=dict)
    number = models.IntegerField(_("records"), default=0)
    filled = models.JSONField(default=dict)
    prior = models.FloatField(_("pairs for each record"), null=True)
    phase = CodeField(_("phase"), blank=True, default="")
    after = models.BigIntegerField(default=0)
    done = models.IntegerField(_("customers done"), default=0)
    total = models.IntegerField(_("customers"), default=0)
    expected = models.FloatField(default=0)
    began_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta(WorkspaceOwned.Meta):
        db_table = "duplicate_scan"
        verbose_name = _("scan for duplicates")
        verbose_name_plural = _("scans for duplicates")
        constraints = [
            *owned("duplicate_scan"),
            in_workspace("duplicate_scan"),
            UniqueConstraint(fields=["workspace"], name="duplicate_scan_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ended_at}"


class Suggestion(WorkspaceOwned):
    """Two customers who may be one person.

    `evidence` is the findings with their bits, without the values they are about; `digest` stands for those.
    Put aside with a digest, it comes back when that changes. `closed_at` is when it was gone: only what was
    decided upon is kept after that. `case_id` is the lowest customer of all who hang together, or, of a
    suggestion that is a case of its own, its own id below zero.
    """

    product_rule = BY_BOTH_CUSTOMERS

    public_id = PublicIdField()
    low = WorkspaceForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer")
    )
    high = WorkspaceForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("other customer")
    )
    low_live = always_live()
    high_live = always_live()
    case_id = models.BigIntegerField()
    band = CodeField(_("band"))
    probability = models.FloatField(_("probability"))
    percent = models.SmallIntegerField(_("probability, percent"))
    evidence = models.JSONField(_("evidence"), default=list)
    kinds = ArrayField(CodeField(), verbose_name=_("kinds of evidence"))
    digest = CodeField()
    is_organisation = models.BooleanField(_("organisation"), default=False)
    stake = MinorUnitsField(_("money at stake"), default=0)
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    closed_at = models.DateTimeField(_("gone"), null=True, blank=True)
    dismissed_digest = CodeField(blank=True, default="")
    dismissed_at = models.DateTimeField(_("put aside"), null=True, blank=True)
    dismissed_by = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, verbose_name=_("put aside by")
    )
    later_until = models.DateTimeField(_("again after"), null=True, blank=True)

    objects: ClassVar = SuggestionManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "merge_suggestion"
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            *owned("merge_suggestion"),
            public_id_once("merge_suggestion"),
            *(
                CompositeForeignKey(
                    name=f"merge_suggestion_{side}_live",
                    fields=["workspace", side, f"{side}_live"],
                    to="customers.Customer",
                    to_fields=["workspace", "id", "live"],
                )
                for side in ("low", "high")
            ),
            same_workspace("merge_suggestion", "dismissed_by", "workspaces.Membership"),
            UniqueConstraint(fields=["workspace", "low", "high"], name="merge_suggestion_once"),
            CheckConstraint(condition=Q(low__lt=F("high")), name="merge_suggestion_in_order"),
            CheckConstraint(condition=~Q(digest=""), name="merge_suggestion_has_digest"),
        ]
        indexes = [
            Index(
                F("workspace"),
                F("percent").desc(),
                F("stake").desc(),
                F("id").desc(),
                condition=Q(closed_at=None),
                name="merge_suggestion_queue_i",
            ),
            Index(fields=["workspace", "high"], name="merge_suggestion_high_i"),
            Index(
                fields=["workspace", "case_id"], condition=Q(closed_at=None), name="merge_suggestion_case_i"
            ),
        ]

    def __str__(self) -> str:
        return str(WORDS[Band(self.band)])


class Decision(WorkspaceOwned):
    """What a member decided on a suggestion: kept to tell how often each band and kind of evidence is right.

    It names no customer, and stays when the suggestion goes.
    """

    band = CodeField(_("band"))
    kinds = ArrayField(CodeField(), verbose_name=_("kinds of evidence"))
    is_same = models.BooleanField(_("one person"))
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)
    decided_by = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )

    class Meta(WorkspaceOwned.Meta):
        db_table = "duplicate_decision"
        verbose_name = _("decision on a duplicate")
        verbose_name_plural = _("decisions on duplicates")
        constraints = [
            *owned("duplicate_decision"),
            in_workspace("duplicate_decision"),
            same_workspace("duplicate_decision", "decided_by", "workspaces.Membership"),
        ]

    def __str__(self) -> str:
        return self.band
