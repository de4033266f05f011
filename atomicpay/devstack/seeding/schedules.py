"""What the clock exports in the demo: sales every day, a shared view every week, and one that is paused."""

from typing import Final

from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.saved_views.models import SavedView
from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.permissions import Role
from exports.history.services import set_limit
from exports.schedules.clock import Timing
from exports.schedules.services import make_schedule, pause_schedule
from exports.schedules.sources import Source
from exports.schedules.states import Rhythm

LIMIT: Final = 5_000

SALES: Final = ("reference", "buyer_name", "status", "currency", "amount_charged", "ordered_at")
CUSTOMERS: Final = ("customer_id", "name", "email", "currency", "lifetime_spend")


def schedule_exports(shop: Shop) -> None:
    """Schedule them in the workspace that is entered, for who closes its books, and set a limit."""
    member = shop.members.get(Role.FINANCE) or shop.members[Role.OWNER]
    sales, customers = get_list_page("sales"), get_list_page("customers")
    shared = SavedView.objects.filter(page="customers", is_shared=True).order_by("position").first()
    daily = Source(sales, "date=yesterday")
    weekly = Source(customers, "", shared) if shared else Source(customers, "")
    make_schedule(
        acting_member=member,
        name="Sales of yesterday",
        source=daily,
        columns=SALES,
        timing=Timing(Rhythm.DAILY, 6),
    )
    make_schedule(
        acting_member=member,
        name="Changes for the CRM",
        source=weekly,
        columns=CUSTOMERS,
        timing=Timing(Rhythm.WEEKLY, 7),
        is_delta_only=True,
    )
    closing = make_schedule(
        acting_member=member,
        name="Month closing",
        source=Source(sales, "date=last_month"),
        columns=SALES,
        timing=Timing(Rhythm.MONTHLY, 8, day=1),
    )
    pause_schedule(acting_member=member, schedule=closing)
    set_limit(acting_member=shop.members[Role.OWNER], rows_above=LIMIT)
