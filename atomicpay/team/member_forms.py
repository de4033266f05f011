"""The forms of the admin's team pages: they say kindly what the services would refuse."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from atomicpay.catalog.models import Product, ProductGrant
from atomicpay.workspaces.admin import OwnedModelForm
from atomicpay.workspaces.models import Invitation, Membership, ProductAccess
from atomicpay.workspaces.permissions import GRANTED, ROLE_PERMISSIONS, Role

from .errors import TeamError
from .invitations import check_invite
from .services import check_change
from .words import words_for


class _AccessForm(OwnedModelForm):
    """The products that somebody may see."""

    acting_member: Membership
    selected_products = forms.ModelMultipleChoiceField(
        Product.objects.all(),
        label=_("Selected products"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Sales, customers and totals of other products do not exist for this person."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("product_access") == ProductAccess.SELECTED and not data.get("selected_products"):
            self.add_error("selected_products", _("Select at least one product, or give access to all."))
        if not self.errors:
            try:
                self.check_rules(data)
            except TeamError as error:
                self.add_error(None, words_for(error))
        return data

    def check_rules(self, data: dict[str, Any]) -> None:
        """Raise the TeamError that the service would."""
        raise NotImplementedError


class MemberForm(_AccessForm):
    """What a member may do and see."""

    extra_permissions = forms.MultipleChoiceField(
        label=_("Permissions beyond the role"),
        required=False,
        choices=list(GRANTED.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Membership
        fields = ("role", "extra_permissions", "product_access")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "extra_permissions" in self.fields and self.instance.role:
            self._leave_out_what_the_role_brings()
        if self.instance.pk and "selected_products" in self.fields:
            granted = ProductGrant.objects.filter(membership=self.instance)
            self.initial["selected_products"] = list(granted.values_list("product_id", flat=True))

    def _leave_out_what_the_role_brings(self) -> None:
        own = ROLE_PERMISSIONS[Role(self.instance.role)] - set(self.instance.extra_permissions)
        choices = [(name, words) for name, words in GRANTED.items() if name not in own]
        self.fields["extra_permissions"].choices = choices  # type: ignore[attr-defined]

    def check_rules(self, data: dict[str, Any]) -> None:
        member = Membership.objects.get(pk=self.instance.pk)
        check_change(
            self.acting_member,
            member,
            role=data["role"],
            extra=data["extra_permissions"],
            access=data["product_access"],
        )


class InviteForm(_AccessForm):
    """Whom to invite, as what."""

    class Meta:
        model = Invitation
        fields = ("email", "role", "product_access")

    def check_rules(self, data: dict[str, Any]) -> None:
        check_invite(self.acting_member, email=data["email"], role=data["role"])
