"""The admin of one workspace shows, changes and counts nothing of another (T04, T05, T06)."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry

from atomicpay.catalog.models import Plan, Product
from atomicpay.team.member_forms import InviteForm, MemberForm
from atomicpay.workspaces.models import Membership, Workspace
from atomicpay.workspaces.permissions import Role
from atomicpay.workspaces.scope import enter
from customers.models import Customer, Tag
from sales.models import Sale
from tests import factories
from tests.admin.conftest import PAGES, address, name_of
from tests.assertions import assert_no_canary, assert_unchanged
from tests.conftest import CANARY, Beacon, MemberClient

SignIn = Callable[..., MemberClient]


def _page_of(model: str) -> ModelAdmin:
    return next(page for page in PAGES if name_of(page) == model)


NOT_LISTED = {"workspaces.Workspace"}
"""Pages that lead to the one record there is."""


@pytest.mark.parametrize("model_page", PAGES, ids=name_of)
def test_list_shows_ones_own_records_alone(
    model_page: ModelAdmin, aurora_rows: Membership, beacon_rows: dict[str, int], sign_in: SignIn
) -> None:
    client = sign_in(aurora_rows)
    for query in ("", f"?q={CANARY[:6]}", "?q=a", "?all=", "?_popup=1&_to_field=id"):
        response = client.get(client.at(address(model_page, query)))
        assert_no_canary(response)
        if model_page.opts.label not in NOT_LISTED:
            assert response.status_code == 200
            foreign = beacon_rows[model_page.opts.label]
            assert foreign not in {row.pk for row in response.context["cl"].result_list}


def test_canary_is_on_the_pages_of_its_own_workspace(
    beacon_rows: dict[str, int], beacon: Beacon, sign_in: SignIn
) -> None:
    """Positive control: what is looked for above is there to be found."""
    client = sign_in(beacon.owner)
    for model_page in PAGES:
        if model_page.opts.label not in NOT_LISTED:
            assert CANARY.lower() in client.get(client.at(address(model_page))).content.decode().lower()


@pytest.mark.parametrize("model_page", PAGES, ids=name_of)
@pytest.mark.parametrize("rest", ["{pk}/change/", "{pk}/history/", "{pk}/delete/", "{pk}/"])
def test_foreign_record_is_not_found(
    model_page: ModelAdmin, rest: str, owner: Membership, beacon_rows: dict[str, int], sign_in: SignIn
) -> None:
    client = sign_in(owner)
    for pk in (beacon_rows[model_page.opts.label], 999_999_999):
        response = client.get(client.at(address(model_page, rest.format(pk=pk))), follow=True)
        assert response.status_code in {404, 403}
        # 403 is said of pages that nobody has, whatever the record.
        assert response.status_code == 404 or "delete" in rest or "history" in rest
        assert_no_canary(response)


@pytest.mark.parametrize("model_page", PAGES, ids=name_of)
def test_foreign_record_is_not_written(
    model_page: ModelAdmin, owner: Membership, beacon: Beacon, beacon_rows: dict[str, int], sign_in: SignIn
) -> None:
    client = sign_in(owner)
    pk = beacon_rows[model_page.opts.label]
    with assert_unchanged(beacon.workspace.pk, owner.workspace_id):
        for rest in ("{pk}/change/", "{pk}/delete/"):
            path = client.at(address(model_page, rest.format(pk=pk)))
            response = client.post(path, {"post": "yes", "name": "x", "role": "admin"})
            assert response.status_code in {403, 404}


@pytest.mark.parametrize("model_page", PAGES, ids=name_of)
def test_action_on_foreign_records_does_nothing(
    model_page: ModelAdmin, owner: Membership, beacon: Beacon, beacon_rows: dict[str, int], sign_in: SignIn
) -> None:
    client = sign_in(owner)
    pk = beacon_rows[model_page.opts.label]
    with assert_unchanged(beacon.workspace.pk, owner.workspace_id):
        for action in (*(model_page.actions or ()), "delete_selected"):
            response = client.post(
                client.at(address(model_page)), {"action": action, "_selected_action": [pk]}, follow=True
            )
            assert_no_canary(response)


def test_action_on_ones_own_record_works(aurora_rows: Membership, sign_in: SignIn) -> None:
    """Positive control of the test above."""
    with enter(aurora_rows.workspace_id):
        invitation = factories.InvitationFactory(invited_by=aurora_rows)
    client = sign_in(aurora_rows)
    path = client.at("admin/workspaces/invitation/")
    client.post(path, {"action": "revoke", "_selected_action": [invitation.pk]})
    with enter(aurora_rows.workspace_id):
        invitation.refresh_from_db()
        assert invitation.status == "revoked"


CROSSING = [
    ("sales.Sale", "customer__workspace__name__startswith", "B"),
    ("sales.Sale", "customer__email__startswith", "a"),
    ("sales.Sale", "workspace__id__exact", "2"),
    ("sales.Sale", "workspace", "2"),
    ("sales.Sale", "buyer_document__startswith", "1"),
    ("customers.Customer", "document__startswith", "5"),
    ("customers.Customer", "haystack__contains", "a"),
    ("customers.Customer", "sales__product__name__startswith", "a"),
    ("customers.Customer", "merged_into__workspace__slug", "b"),
    ("catalog.Plan", "product__workspace__name__startswith", "B"),
    ("workspaces.Membership", "user__password__startswith", "pbkdf2"),
    ("workspaces.Membership", "user__memberships__workspace__name", "B"),
    ("workspaces.Invitation", "token_hash__startswith", "0"),
    ("audit.AuditEntry", "actor__user__email__startswith", "a"),
]


@pytest.mark.parametrize(("model", "lookup", "value"), CROSSING)
def test_lookup_that_no_filter_offers_is_refused(
    model: str, lookup: str, value: str, owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    model_page = _page_of(model)
    response = client.get(client.at(address(model_page, f"?{urlencode({lookup: value})}")))
    assert response.status_code == 400
    assert_no_canary(response)


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("subscriptions.Subscription", "status__exact=active"),
        ("catalog.Plan", "is_active__exact=1"),
        ("sales.Sale", "ordered_at__gte=2026-01-01+00:00:00%2B00:00"),
        ("customers.Customer", "created_at__gte=2026-01-01+00:00:00%2B00:00"),
        ("catalog.Plan", "product__id__exact=1"),
        ("workspaces.Membership", "state=removed"),
    ],
)
def test_lookup_that_a_filter_offers_is_answered(
    model: str, query: str, aurora_rows: Membership, sign_in: SignIn
) -> None:
    client = sign_in(aurora_rows)
    model_page = _page_of(model)
    assert client.get(client.at(address(model_page, f"?{query}"))).status_code == 200


def test_filter_by_a_foreign_product_is_empty(
    aurora_rows: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(aurora_rows)
    response = client.get(client.at(f"admin/sales/sale/?product__id__exact={beacon.product.pk}"))
    assert_no_canary(response)
    assert list(response.context["cl"].result_list) == []


def test_form_offers_ones_own_products_alone(
    aurora_rows: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(aurora_rows)
    for path in ("admin/catalog/plan/add/", "admin/workspaces/invitation/add/"):
        response = client.get(client.at(path))
        assert_no_canary(response)
        with enter(aurora_rows.workspace_id):
            own = set(Product.objects.values_list("pk", flat=True))
            fields = response.context["adminform"].form.fields
            offered = fields.get("product", fields.get("selected_products")).queryset
            assert {product.pk for product in offered} == own


def test_form_made_before_any_workspace_offers_the_active_ones_choices(
    aurora_rows: Membership, beacon: Beacon
) -> None:
    """T07: both classes were made when this module was imported."""
    for form in (InviteForm, MemberForm):
        for workspace_id, product_id in (
            (aurora_rows.workspace_id, None),
            (beacon.workspace.pk, beacon.product.pk),
        ):
            with enter(workspace_id):
                offered = [product.pk for product in form().fields["selected_products"].queryset]  # type: ignore[attr-defined]
            assert (beacon.product.pk in offered) == (product_id is not None)


PLAN = {
    "name": "Anual",
    "payment_model": "recurring",
    "plan_type": "standard",
    "interval": "year",
    "interval_count": "1",
    "trial_days": "0",
    "amount": "9900",
    "currency": "BRL",
    "provider": "manual",
    "external_id": "p-1",
    "is_active": "on",
}


def test_plan_is_not_added_to_a_foreign_product(
    aurora_rows: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(aurora_rows)
    path = client.at("admin/catalog/plan/add/")
    with assert_unchanged(beacon.workspace.pk, aurora_rows.workspace_id):
        response = client.post(path, {**PLAN, "product": beacon.product.pk})
    assert "product" in response.context["adminform"].form.errors
    with enter(aurora_rows.workspace_id):
        own = Product.objects.first()
        assert own
    client.post(path, {**PLAN, "product": own.pk})
    with enter(aurora_rows.workspace_id):
        assert Plan.objects.filter(external_id="p-1").count() == 1


@pytest.mark.parametrize("field", ["workspace", "workspace_id", "id", "pk", "public_id"])
def test_hidden_fields_are_ignored(
    field: str, aurora_rows: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    """T04: what no form has is not taken from the request."""
    client = sign_in(aurora_rows)
    foreign = {"public_id": str(beacon.product.public_id)}.get(field, str(beacon.workspace.pk))
    with assert_unchanged(beacon.workspace.pk):
        client.post(client.at("admin/customers/tag/add/"), {"name": "nova", field: foreign})
    with enter(aurora_rows.workspace_id):
        assert Tag.objects.get(name="nova").workspace_id == aurora_rows.workspace_id


@pytest.mark.parametrize(
    ("app", "model", "field"),
    [
        ("sales", "sale", "customer"),
        ("catalog", "plan", "product"),
        ("audit", "auditentry", "actor"),
        ("customers", "customer", "merged_into"),
    ],
)
def test_autocomplete_gives_nothing_foreign(
    app: str, model: str, field: str, owner: Membership, beacon: Beacon, sign_in: SignIn
) -> None:
    client = sign_in(owner)
    query = urlencode({"app_label": app, "model_name": model, "field_name": field, "term": ""})
    response = client.get(client.at(f"admin/autocomplete/?{query}"))
    assert_no_canary(response)


def test_customers_and_sales_are_never_deleted_here(aurora_rows: Membership, sign_in: SignIn) -> None:
    client = sign_in(aurora_rows)
    with enter(aurora_rows.workspace_id):
        rows = [Customer.objects.first(), Sale.objects.first()]
    for row, page in zip(rows, ("customers/customer", "sales/sale"), strict=True):
        assert row
        for rest in (f"{row.pk}/delete/", "add/"):
            assert client.post(client.at(f"admin/{page}/{rest}"), {"post": "yes"}).status_code == 403
        change = client.at(f"admin/{page}/{row.pk}/change/")
        assert client.post(change, {"name": "x", "status": "refunded"}).status_code == 403


def test_limited_admin_sees_their_products_alone(
    admin_limited_to: Callable[[Product], Membership], course: Product, sign_in: SignIn
) -> None:
    member = admin_limited_to(course)
    with enter(member.workspace_id):
        seen, hidden = factories.SaleFactory(product=course), factories.SaleFactory()
    client = sign_in(member)
    sales = client.get(client.at("admin/sales/sale/")).context["cl"].result_list
    assert [sale.pk for sale in sales] == [seen.pk]
    assert client.get(client.at(f"admin/sales/sale/{hidden.pk}/change/")).status_code == 404
    assert client.get(client.at(f"admin/customers/customer/{hidden.customer_id}/change/")).status_code == 404
    assert client.get(client.at(f"admin/sales/sale/{seen.pk}/change/")).status_code == 200
    products = client.get(client.at("admin/catalog/product/")).context["cl"].result_list
    assert [product.pk for product in products] == [course.pk]


@pytest.fixture
def admin_limited_to(limited_agent: Membership) -> Callable[[Product], Membership]:
    def _limited(product: Product) -> Membership:
        with enter(limited_agent.workspace_id):
            Membership.objects.filter(pk=limited_agent.pk).update(role=Role.ADMIN)
            member = Membership.objects.select_related("user").get(pk=limited_agent.pk)
        member.workspace = Workspace.objects.get(pk=limited_agent.workspace_id)
        return member

    return _limited


def test_djangos_log_is_not_written(aurora_rows: Membership, sign_in: SignIn) -> None:
    client = sign_in(aurora_rows)
    client.post(client.at("admin/customers/tag/add/"), {"name": "nova"})
    assert not LogEntry.objects.exists()
    assert "Recent actions" not in client.get(client.at("admin/")).content.decode()


def test_pages_of_djangos_own_sign_in_are_gone(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner)
    for path in ("login/", "logout/", "password_change/", "r/1/1/"):
        assert client.get(client.at(f"admin/{path}")).status_code == 404
    assert not [name for name in ("login", "logout") if name in str(admin.site.get_urls())]
