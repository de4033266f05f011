"""Members, invitations and the workspace's own settings, in the admin. Every act is a service's."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _, ngettext

from atomicpay.audit.model_admin import AuditedModelAdmin, acting_member
from atomicpay.workspaces.models import Invitation, Membership, ProductAccess, Workspace
from atomicpay.workspaces.permissions import PERMISSIONS, ROLE_PERMISSIONS, Role

from . import invitations, services
from .errors import TeamError
from .member_forms import InviteForm, MemberForm
from .words import words_for


class TeamAdmin(AuditedModelAdmin):
    """A page whose forms are carried out by services, which lock, check again and record."""

    services_record = True

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"acting_member": acting_member(request)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing: `save_form` has called the service."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: what belongs to the record was written by the service."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A rule that only the lock could see to be broken is told, and nothing is changed."""
        return _told(request, lambda: super(TeamAdmin, self).changeform_view(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _told(request, lambda: super(TeamAdmin, self).delete_view(request, *args, **kwargs))


def _told(request: HttpRequest, act: Callable[[], Any]) -> Any:
    try:
        return act()
    except TeamError as error:
        messages.error(request, words_for(error))
        return HttpResponseRedirect(request.get_full_path())


class StateFilter(admin.SimpleListFilter):
    """Members of now, unless asked for those who left."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("removed", _("Removed")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Members now")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "all":
                return queryset
            case "removed":
                return queryset.filter(ended_at__isnull=False)
        return queryset.filter(ended_at=None)


@admin.register(Membership)
class MembershipAdmin(TeamAdmin):
    """Who works here. People come in by invitation, and leave by being removed."""

    form = MemberForm
    view_permission = "members.manage"
    change_permission = "members.manage"
    delete_permission = "members.manage"
    list_display = ("user", "email", "role", "products", "two_factor", "created_at", "ended_at")
    list_filter = (StateFilter, "role", "product_access")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    ordering = ("user__name", "id")
    fields = (
        "user",
        "email",
        "role",
        "permissions_of_role",
        "extra_permissions",
        "product_access",
        "selected_products",
        "created_at",
        "ended_at",
    )
    readonly_fields = ("user", "email", "permissions_of_role", "created_at", "ended_at")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request) and (obj is None or obj.ended_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request) and (obj is None or obj.ended_at is None)

    @admin.display(description=_("email"))
    def email(self, member: Membership) -> str:
        return member.user.email

    def get_queryset(self, request: HttpRequest) -> Any:
        factors = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
        members = super().get_queryset(request).annotate(two_factor=Exists(factors))
        return members.prefetch_related("product_grants__product")

    @admin.display(description=_("two-factor"), boolean=True)
    def two_factor(self, member: Any) -> bool:
        return bool(member.two_factor)

    @admin.display(description=_("products"))
    def products(self, member: Any) -> str:
        if member.product_access == ProductAccess.ALL:
            return member.get_product_access_display()
        return ", ".join(sorted(grant.product.name for grant in member.product_grants.all())) or "–"

    @admin.display(description=_("permissions of the role"))
    def permissions_of_role(self, member: Membership) -> SafeString:
        own = ROLE_PERMISSIONS[Role(member.role)]
        return format_html_join("", "{}<br>", ((PERMISSIONS[name],) for name in PERMISSIONS if name in own))

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Membership:
        acting, member, data = acting_member(request), form.instance, form.cleaned_data
        services.change_role(acting_member=acting, member=member, role=data["role"])
        services.set_extra_permissions(
            acting_member=acting, member=member, permissions=data["extra_permissions"]
        )
        return services.set_product_access(
            acting_member=acting,
            member=member,
            access=data["product_access"],
            products=data["selected_products"],
        )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Nothing is deleted: the membership ends."""
        return [], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        services.remove_member(acting_member=acting_member(request), member=obj)


@admin.register(Invitation)
class InvitationAdmin(TeamAdmin):
    """Who was invited, and what became of it."""

    form = InviteForm
    view_permission = "members.manage"
    add_permission = "members.manage"
    list_display = ("email", "role", "product_access", "state", "invited_by", "sent_at", "expires_at")
    list_filter = ("status", "role")
    list_select_related = ("invited_by__user",)
    search_fields = ("email",)
    ordering = ("-sent_at", "-id")
    actions = ("send_again", "revoke")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        offer = ("email", "role", "product_access", "selected_products")
        if obj is None:
            return offer
        return (
            *offer[:3],
            "products",
            "state",
            "invited_by",
            "sent_at",
            "times_sent",
            "expires_at",
            "ended_at",
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        if invitation.status == Invitation.Status.PENDING and not invitation.is_open:
            return str(_("Expired"))
        return invitation.get_status_display()

    @admin.display(description=_("products"))
    def products(self, invitation: Invitation) -> str:
        grants = invitation.product_grants.select_related("product")
        return ", ".join(sorted(grant.product.name for grant in grants)) or "–"

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Invitation:
        data = form.cleaned_data
        return invitations.invite(
            acting_member=acting_member(request),
            email=data["email"],
            role=data["role"],
            access=data["product_access"],
            products=data["selected_products"],
        )

    @admin.action(description=_("Send again, with a new link"), permissions=["add"])
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        self._each(
            request,
            queryset,
            invitations.resend,
            lambda n: ngettext("%d invitation was sent again.", "%d invitations were sent again.", n),
        )

    @admin.action(description=_("Revoke"), permissions=["add"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        self._each(
            request,
            queryset,
            invitations.revoke,
            lambda n: ngettext("%d invitation was revoked.", "%d invitations were revoked.", n),
        )

    def _each(
        self,
        request: HttpRequest,
        queryset: Any,
        act: Callable[..., Invitation],
        words: Callable[[int], str],
    ) -> None:
        done = 0
        for invitation in queryset.order_by("pk"):
            try:
                act(acting_member=acting_member(request), invitation=invitation)
                done += 1
            except TeamError as error:
                messages.error(request, f"{invitation.email}: {words_for(error)}")
        if done:
            messages.success(request, words(done) % done)


@admin.register(Workspace)
class WorkspaceSettingsAdmin(TeamAdmin):
    """The settings of the one workspace that the member stands in."""

    view_permission = "workspace.manage"
    change_permission = "workspace.manage"
    fields = (
        "name",
        "slug",
        "legal_name",
        "registration",
        "document",
        "contact_email",
        "contact_phone",
        "default_currency",
        "timezone",
        "colour",
        "requires_two_factor",
        "created_at",
    )
    # The books of the days are kept in the workspace's zone, so it stays as it was made.
    readonly_fields = ("slug", "timezone", "created_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """A workspace has no wall of its own, being what the walls are about: only this one is shown."""
        return super().get_queryset(request).filter(pk=request.workspace.pk)  # type: ignore[attr-defined]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(
            reverse("admin:workspaces_workspace_change", args=[acting_member(request).workspace_id])
        )

    def save_form(self, request: HttpRequest, form: ModelForm, change: bool) -> Workspace:
        fields = {name: form.cleaned_data[name] for name in form.changed_data}
        # The form has changed its own instance already; the service compares with what is stored.
        workspace = Workspace.objects.get(pk=form.instance.pk)
        return services.change_settings(acting_member=acting_member(request), workspace=workspace, **fields)
