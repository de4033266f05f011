"""Anonymising a person: in one transaction out of every table, and afterwards out of every file."""

from functools import partial
from typing import Final

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import active_workspace_id, is_limited_to_products
from customers.archiving.errors import StillOpen
from customers.archiving.queries import open_matters
from customers.duplicates.keeping import one_at_a_time
from customers.errors import NotAllowed
from customers.models import Customer
from sales.intake.turns import hold_imports_back

from . import erasing, files
from .errors import ImportIsRunning, IsMerged, ReasonNamesThem
from .marks import Marks
from .models import Erasure
from .queries import erasure_of, marks_of, names_of, records_of
from .reach import public_ids_of
from .settling import settle

ANONYMISE: Final = "customers.anonymise"


@transaction.atomic
def anonymise(
    *, acting_member: Membership, customer: Customer, reason: str, is_forced: bool = False
) -> Erasure:
    """Take a person out of the books for good; sales and totals stay to the cent. It cannot be undone.

    Records that were merged into the customer go with it. Refused while a subscription runs or a dispute is
    open, unless it is forced. Done twice it changes nothing. Raises NotAllowed, StillOpen and the subclasses
    of CannotAnonymise.
    """
    if not acting_member.may(ANONYMISE) or is_limited_to_products():
        raise NotAllowed(ANONYMISE)
    ids = _locked(customer)
    if done := erasure_of(customer):
        return done
    _keep_imports_out()
    # A scan for duplicates that has read the person has written by now, and the next finds nobody.
    one_at_a_time()
    still_open = open_matters(customer)
    if still_open and not is_forced:
        raise StillOpen(still_open.subscriptions, still_open.disputes)
    marks, names = marks_of(ids), names_of(ids)
    if not reason.strip() or marks.are_in(reason):
        raise ReasonNamesThem
    records = public_ids_of(ids)
    touched, left = _take_out(ids, marks, names, acting_member)
    erasure = Erasure.objects.create(
        customer=customer,
        member=acting_member,
        at=TransactionNow(),
        reason=reason.strip(),
        touched=touched,
        files_left=left,
    )
    record(
        "customer.anonymised",
        acting_member=acting_member,
        target=customer,
        reason=erasure.reason,
        detail={"forced": bool(still_open), "files": len(left), **touched},
    )
    # The values are in memory for this last look only; whoever comes after a crash does without them.
    transaction.on_commit(
        partial(
            settle, workspace_id=active_workspace_id(), erasure_id=erasure.pk, marks=marks, records=records
        ),
        robust=True,
    )
    return erasure


def _take_out(
    ids: list[int], marks: Marks, names: list[str], member: Membership
) -> tuple[dict[str, int], list[str]]:
    """Out of the log, the views, exports and imports, then out of every table: what was touched, what files
    are to be deleted. The log first, whose words are found by what the tables still say."""
    touched = {
        "audit.AuditEntry": erasing.forget_in_log(ids),
        "saved_views.SavedView": erasing.delete_views(marks, member),
        "exports.Schedule": erasing.delete_schedules(marks, member),
        "exports.Export": erasing.forget_in_exports(marks),
        "sales.ImportProblem": erasing.forget_in_imports(marks),
    }
    left = files.expire_exports(files.ready_exports(), marks)
    left += files.drop_uploads(active_workspace_id(), marks)
    touched |= erasing.erase_rows(ids, marks)
    touched["customers.Tag"] = erasing.forget_in_tags(marks)
    touched["customers.NameWord"] = erasing.forget_words(names)
    return {table: number for table, number in touched.items() if number}, left


def _locked(customer: Customer) -> list[int]:
    """The ids of the customer's records, each held in id order against writers and other acts on them."""
    ids: list[int] = []
    while ids != (found := records_of(customer.pk)):
        ids = found
        rows = Customer.objects.without_search_text().filter(pk__in=ids).order_by("pk")
        by_id = {each.pk: each for each in rows.select_for_update(no_key=True)}
    if by_id[customer.pk].merged_into_id is not None:
        raise IsMerged
    return ids


def _keep_imports_out() -> None:
    """No file may be read while the person is taken out: what it found before would be written after."""
    if not hold_imports_back(active_workspace_id()):
        raise ImportIsRunning
