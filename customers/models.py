"""Who buys: customers, every address and number ever known of them, and what the team says about them."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import CheckConstraint, ExpressionWrapper, F, Index, Q, UniqueConstraint, Value
from django.db.models.functions import Concat, Left, Reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from atomicpay.workspaces.constraints import (
    CompositeForeignKey,
    in_workspace,
    owned,
    public_id_once,
    same_workspace,
)
from atomicpay.workspaces.fields import CodeField, EmailKey, Fold, PublicIdField, WorkspaceForeignKey
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.owned import OwnedManager, WorkspaceOwned
from atomicpay.workspaces.predicate import BY_CUSTOMER, IS_CUSTOMER
from atomicpay.workspaces.triggers import recompute_customers

from .querysets import CustomerQuerySet
from .vocabulary import NameWord as NameWord, keep_words_of_names

_SPACE = Value(" ", output_field=models.TextField())

LISTED = Q(archived_at=None, merged_into=None, is_test=False)
"""What the customer list shows unless asked otherwise; the condition of the index `customer_listed_i`."""

WHO = (
    *("name", "email", "phone", "document", "document_kind", "locale", "archive_reason"),
    *("street", "street_number", "complement", "neighbourhood", "city", "state", "postal_code"),
)
"""The columns of a customer that say who it is, but for the country, which is where the sale was made."""

NOBODY = Q(**dict.fromkeys((*WHO, "contacts_text"), ""), document_valid=None)
"""A customer of whom no such column says anything."""


def of_live_customer(table: str) -> CompositeForeignKey:
    """The customer is of the same workspace and is not merged into another.

    A write that races with a merge is refused at its commit, and can then be tried again on the survivor.
    """
    return CompositeForeignKey(
        name=f"{table}_customer_live",
        fields=["workspace", "customer", "customer_live"],
        to="customers.Customer",
        to_fields=["workspace", "id", "live"],
    )


def always_live() -> models.GeneratedField:
    """The third column of `of_live_customer`: always true, so that only a live customer matches it."""
    return models.GeneratedField(expression=Value(True), output_field=models.BooleanField(), db_persist=True)


CustomerManager = OwnedManager.from_queryset(CustomerQuerySet)


class DocumentKind(models.TextChoices):
    """What a document number is. A CNPJ may hold letters since July 2026 (IN RFB 2.229/2024)."""

    CPF = "cpf", _("CPF")
    CNPJ = "cnpj", _("CNPJ")
    PASSPORT = "passport", _("Passport")
    OTHER = "other", _("Other")


class Customer(WorkspaceOwned):
    """One buyer, as the workspace knows them.

    `email`, `phone` and `document` are the main ones, for display; every one ever known has a row of its own
    in CustomerEmail, CustomerPhone and CustomerDocument, and is found by search.
    """

    product_rule = IS_CUSTOMER

    public_id = PublicIdField()
    name = models.TextField(_("name"))
    email = models.TextField(_("email"), blank=True, default="")
    phone = models.TextField(_("phone"), blank=True, default="")
    document = CodeField(_("document"), blank=True, default="")
    document_kind = models.CharField(
        _("document kind"), max_length=8, choices=DocumentKind, blank=True, default=""
    )
    document_valid = models.BooleanField(_("check digits right"), null=True, blank=True)
    country = CodeField(_("country"), blank=True, default="")
    street = models.TextField(_("street"), blank=True, default="")
    street_number = models.TextField(_("number"), blank=True, default="")
    complement = models.TextField(_("complement"), blank=True, default="")
    neighbourhood = models.TextField(_("neighbourhood"), blank=True, default="")
    city = models.TextField(_("city"), blank=True, default="")
    state = models.TextField(_("state"), blank=True, default="")
    postal_code = CodeField(_("postal code"), blank=True, default="")
    locale = CodeField(_("locale"), blank=True, default="")
    is_test = models.BooleanField(_("test"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    archived_by = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, editable=False, verbose_name=_("archived by")
    )
    archive_reason = models.TextField(_("archive reason"), blank=True, default="", editable=False)
    merged_into = WorkspaceForeignKey(
        "self", related_name="merged", null=True, blank=True, editable=False, verbose_name=_("merged into")
    )
    merged_at = models.DateTimeField(_("merged"), null=True, blank=True, editable=False)
    live = models.GeneratedField(
        expression=ExpressionWrapper(Q(merged_into=None), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)

    # All emails, phone digits and external ids, kept by the triggers of their tables. No documents: those are
    # only ever matched whole, so that a part of one is never confirmed to somebody who may not see it.
    contacts_text = models.TextField(blank=True, default="", editable=False)
    name_sort = models.GeneratedField(
        expression=Fold("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    # Begins with a space: one or two letters are looked for as '% jo%', which trigrams can index; '%jo%' they
    # cannot.
    haystack = models.GeneratedField(
        expression=Fold(Concat(_SPACE, "name", _SPACE, "contacts_text", output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects: ClassVar = CustomerManager()

    class Meta(WorkspaceOwned.Meta):
        db_table = "customer"
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            *owned("customer"),
            public_id_once("customer"),
            in_workspace("customer"),
            UniqueConstraint(fields=["workspace", "id", "live"], name="customer_ws_id_live"),
            same_workspace("customer", "archived_by", "workspaces.Membership"),
            same_workspace("customer", "merged_into", "customers.Customer"),
            CheckConstraint(condition=~Q(merged_into=F("id")), name="customer_not_merged_into_itself"),
            CheckConstraint(
                condition=Q(merged_into=None, merged_at=None)
                | Q(merged_into__isnull=False, merged_at__isnull=False),
                name="customer_merged_with_time",
            ),
            # Whatever writes it: who was anonymised gets no name, address or contact again.
            CheckConstraint(condition=Q(anonymised_at=None) | NOBODY, name="customer_anonymised_is_nobody"),
        ]
        indexes = [
            Index(F("workspace"), F("created_at").desc(), F("id").desc(), name="customer_recent_i"),
            Index(fields=["workspace", "name_sort", "id"], name="customer_name_i"),
            Index(
                F("workspace"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(archived_at__isnull=False),
                name="customer_archived_i",
            ),
            # Every count of the list is an index-only scan of this one.
            Index(fields=["workspace", "id"], name="customer_listed_i", condition=LISTED),
            # And of the few that it leaves out, which other counts are less.
            Index(
                fields=["workspace", "id"],
                name="customer_hidden_i",
                condition=Q(archived_at__isnull=False) | Q(merged_into__isnull=False) | Q(is_test=True),
            ),
            Index(fields=["workspace", "country", "id"], name="customer_country_i", condition=~Q(country="")),
            Index(
                fields=["workspace", "merged_into"],
                name="customer_merged_i",
                condition=Q(merged_into__isnull=False),
            ),
            # What an import asks before it reads who bought.
            Index(
                fields=["workspace", "id"],
                name="customer_anonymised_i",
                condition=Q(anonymised_at__isnull=False),
            ),
            GinIndex(
                fields=["workspace", "haystack"],
                opclasses=["int8_ops", "gin_trgm_ops"],
                name="customer_haystack_i",
            ),
            BrinIndex(fields=["updated_at"], autosummarize=True, name="customer_changed_b"),
        ]
        triggers = keep_words_of_names()

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_anonymised(self) -> bool:
        """Whether the person was taken out of the books for good."""
        return self.anonymised_at is not None


class CustomerFact(WorkspaceOwned):
    """A row about one customer. Shown to whoever may see the customer."""

    product_rule = BY_CUSTOMER

    customer = WorkspaceForeignKey(
        Customer, on_delete=models.CASCADE, related_name="%(class)s_set", verbose_name=_("customer")
    )
    customer_live = always_live()

    class Meta(WorkspaceOwned.Meta):
        abstract = True


class CustomerContact(CustomerFact):
    """A value by which a customer was known, when, and where it came from."""

    source = CodeField(_("source"), blank=True, default="manual")
    is_primary = models.BooleanField(_("main"), default=False)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta(CustomerFact.Meta):
        abstract = True


def _contacts(column: str) -> list[object]:
    return list(recompute_customers("contacts", "customer_contacts_recompute", [column]))


class CustomerEmail(CustomerContact):
    """An email of a customer. A former one stays, and finds the customer, for ever."""

    address = models.TextField(_("address"))
    normalised = CodeField(_("normalised"), editable=False)
    # The mailbox it reaches: +tags and Gmail's dots aside. Search compares it; a match of records does not.
    mailbox = models.GeneratedField(
        expression=EmailKey("normalised"), output_field=CodeField(), db_persist=True
    )

    class Meta(CustomerContact.Meta):
        db_table = "customer_email"
        verbose_name = _("email")
        verbose_name_plural = _("emails")
        constraints = [
            *owned("customer_email"),
            of_live_customer("customer_email"),
            UniqueConstraint(fields=["workspace", "customer", "normalised"], name="customer_email_once"),
        ]
        indexes = [
            Index(fields=["workspace", "normalised"], name="customer_email_address_i"),
            Index(fields=["workspace", "mailbox"], name="customer_email_mailbox_i"),
            Index(F("workspace"), Reverse("normalised"), name="customer_email_reversed_i"),
        ]
        triggers = _contacts("normalised")

    def __str__(self) -> str:
        return self.address


class CustomerPhone(CustomerContact):
    """A phone of a customer: as received, and its digits with the country code when that is certain."""

    number = models.TextField(_("number"))
    digits = CodeField(_("digits"), editable=False)

    class Meta(CustomerContact.Meta):
        db_table = "customer_phone"
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        constraints = [
            *owned("customer_phone"),
            of_live_customer("customer_phone"),
            UniqueConstraint(fields=["workspace", "customer", "digits"], name="customer_phone_once"),
        ]
        indexes = [Index(fields=["workspace", "digits"], name="customer_phone_digits_i")]
        triggers = _contacts("digits")

    def __str__(self) -> str:
        return self.number


class CustomerDocument(CustomerContact):
    """A document of a customer. An invalid one is kept and flagged: sources send them."""

    kind = models.CharField(_("kind"), max_length=8, choices=DocumentKind)
    number = models.TextField(_("number"))
    normalised = CodeField(_("normalised"), editable=False)
    is_valid = models.BooleanField(_("check digits right"), default=False)

    class Meta(CustomerContact.Meta):
        db_table = "customer_document"
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            *owned("customer_document"),
            of_live_customer("customer_document"),
            UniqueConstraint(fields=["workspace", "customer", "normalised"], name="customer_document_once"),
        ]
        indexes = [Index(fields=["workspace", "normalised"], name="customer_document_i")]

    def __str__(self) -> str:
        return self.get_kind_display()


class CustomerIdentity(CustomerContact):
    """The id that a provider gave a customer; several after a merge."""

    provider = CodeField(_("provider"))
    external_id = CodeField(_("external id"))

    class Meta(CustomerContact.Meta):
        db_table = "customer_identity"
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints = [
            *owned("customer_identity"),
            of_live_customer("customer_identity"),
            UniqueConstraint(fields=["workspace", "provider", "external_id"], name="customer_identity_once"),
        ]
        indexes = [
            Index(fields=["workspace", "customer"], name="customer_identity_customer_i"),
            Index(fields=["workspace", "external_id"], name="customer_identity_id_i"),
        ]
        triggers = _contacts("external_id")

    def __str__(self) -> str:
        return f"{self.provider} {self.external_id}"


class Tag(WorkspaceOwned):
    """A word the team puts on customers."""

    name = models.CharField(_("name"), max_length=60)

    class Meta(WorkspaceOwned.Meta):
        db_table = "tag"
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            *owned("tag"),
            in_workspace("tag"),
            UniqueConstraint(
                F("workspace"),
                Fold("name"),
                name="tag_once",
                violation_error_message=_("There is a tag of that name."),
            ),
            CheckConstraint(condition=~Q(name=""), name="tag_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerTag(CustomerFact):
    """A tag on a customer."""

    tag = WorkspaceForeignKey(
        Tag, on_delete=models.CASCADE, related_name="customer_tags", verbose_name=_("tag")
    )
    added_by = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta(CustomerFact.Meta):
        db_table = "customer_tag"
        verbose_name = _("tag of a customer")
        verbose_name_plural = _("tags of a customer")
        constraints = [
            *owned("customer_tag"),
            of_live_customer("customer_tag"),
            same_workspace("customer_tag", "tag", "customers.Tag"),
            same_workspace("customer_tag", "added_by", "workspaces.Membership"),
            UniqueConstraint(fields=["workspace", "customer", "tag"], name="customer_tag_once"),
        ]
        indexes = [Index(fields=["workspace", "tag", "customer"], name="customer_tag_tag_i")]

    def __str__(self) -> str:
        return str(self.tag)


class Note(CustomerFact):
    """What a member wrote about a customer, for the team."""

    body = models.TextField(_("note"))
    author = WorkspaceForeignKey(Membership, related_name="+", null=True, blank=True, verbose_name=_("by"))
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta(CustomerFact.Meta):
        db_table = "note"
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            *owned("note"),
            of_live_customer("note"),
            same_workspace("note", "author", "workspaces.Membership"),
            CheckConstraint(condition=~Q(body=""), name="note_has_body"),
        ]
        indexes = [Index(fields=["workspace", "customer", "-created_at", "-id"], name="note_customer_i")]

    def __str__(self) -> str:
        return self.body[:80]


class Message(CustomerFact):
    """What was said between a buyer and support, kept beside what happened."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("Email")
        CHAT = "chat", _("Chat")
        WHATSAPP = "whatsapp", _("WhatsApp")
        PHONE = "phone", _("Phone")
        SOCIAL = "social", _("Social network")
        OTHER = "other", _("Other")

    class Direction(models.TextChoices):
        IN = "in", _("From the buyer")
        OUT = "out", _("To the buyer")

    public_id = PublicIdField()
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    subject = models.TextField(_("subject"), blank=True, default="")
    body = models.TextField(_("body"), blank=True, default="")
    author_name = models.TextField(_("written by"), blank=True, default="")
    author = WorkspaceForeignKey(
        Membership, related_name="+", null=True, blank=True, verbose_name=_("member")
    )
    sent_at = models.DateTimeField(_("sent"))
    url = models.URLField(_("in the helpdesk"), max_length=500, blank=True, default="")
    provider = CodeField(_("provider"), default="manual")
    external_id = CodeField(_("external id"), null=True, blank=True)
    created_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    # Erased with the texts it is made of. Only their beginnings: below them an email quotes older ones.
    haystack = models.GeneratedField(
        expression=Fold(
            Concat(_SPACE, Left("subject", 300), _SPACE, Left("body", 4000), output_field=models.TextField())
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta(CustomerFact.Meta):
        db_table = "message"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            *owned("message"),
            public_id_once("message"),
            of_live_customer("message"),
            same_workspace("message", "author", "workspaces.Membership"),
            UniqueConstraint(fields=["workspace", "provider", "external_id"], name="message_external"),
            CheckConstraint(condition=Q(url="") | Q(url__startswith="https://"), name="message_url_https"),
        ]
        indexes = [
            Index(fields=["workspace", "customer", "-sent_at", "-id"], name="message_customer_i"),
            # Words that many messages have are looked for from the newest on, rare ones by their letters.
            Index(F("workspace"), F("sent_at").desc(), F("id").desc(), name="message_recent_i"),
            GinIndex(
                fields=["workspace", "haystack"],
                opclasses=["int8_ops", "gin_trgm_ops"],
                name="message_haystack_i",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.body[:80]
