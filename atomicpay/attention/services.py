"""Writes of the room: bringing the findings of customers up to date, dismissing one and taking it back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from atomicpay.audit.services import record
from atomicpay.workspaces.models import Membership
from atomicpay.workspaces.scope import active_workspace_id, narrowed_to
from customers.models import Customer

from .checks import Found, find
from .errors import CannotDismiss, NotAllowed
from .models import LONGEST_REASON, Finding
from .queries import facts_of_customer, suspects_of

PERMISSION = "customers.annotate"


@transaction.atomic
def check_customers(customer_ids: Sequence[int], *, at: datetime | None = None) -> int:
    """Run every check on these customers and keep what they failed on; the number of findings that changed.

    May run twice and beside others. It sees all products, whoever asks: what is kept is the workspace's.
    """
    at = at or timezone.now()
    with narrowed_to(None):
        _one_at_a_time()
        checked = Customer.objects.filter(pk__in=customer_ids, is_test=False, merged_into=None)
        found = {
            each.key: each for each in find(suspects_of(list(checked.values_list("pk", flat=True)), at), at)
        }
        kept = {_key(finding): finding for finding in Finding.objects.filter(customer__in=customer_ids)}
        new = [_new(each, at) for key, each in found.items() if key not in kept]
        changed = [
            kept[key] for key, each in found.items() if key in kept and _bring_up_to_date(kept[key], each, at)
        ]
        Finding.objects.bulk_create(new)
        Finding.objects.bulk_update(changed, _CHANGING, batch_size=500)
        return len(new) + len(changed) + _close([kept[key] for key in kept.keys() - found.keys()], at)


@transaction.atomic
def dismiss(
    *, acting_member: Membership, customer: Customer, check: str, subject: str, reason: str
) -> Finding:
    """Put a finding aside until its evidence changes.

    It is looked for anew, within the member's products, so that nobody dismisses what is there no more, and
    so that one may be dismissed before the worker has kept it. Raises NotAllowed and CannotDismiss.
    """
    _require(acting_member)
    reason = reason.strip()
    facts = facts_of_customer(customer)
    wanted = (customer.pk, check, subject)
    found = next((each for each in find(facts.suspects, facts.at) if each.key == wanted), None)
    if found is None or not reason or len(reason) > LONGEST_REASON:
        raise CannotDismiss
    _one_at_a_time()
    finding = _kept(wanted) or Finding.objects.bulk_create([_new(found, facts.at)])[0]
    _bring_up_to_date(finding, found, facts.at)
    finding.dismissed_digest, finding.dismiss_reason = found.digest, reason
    finding.dismissed_at, finding.dismissed_by = facts.at, acting_member
    finding.save(update_fields=[*_CHANGING, *_OF_DISMISSAL])
    record("finding.dismissed", acting_member=acting_member, target=customer, detail={"check": check})
    return finding


@transaction.atomic
def take_back(*, acting_member: Membership, customer: Customer, check: str, subject: str) -> None:
    """Undo a dismissal: the finding needs attention again. Raises NotAllowed and CannotDismiss."""
    _require(acting_member)
    _one_at_a_time()
    finding = _kept((customer.pk, check, subject))
    if finding is None or not finding.dismissed_digest:
        raise CannotDismiss
    finding.dismissed_digest, finding.dismiss_reason = "", ""
    finding.dismissed_at = finding.dismissed_by = None
    finding.save(update_fields=_OF_DISMISSAL)
    if finding.closed_at is not None:
        finding.delete()
    record("finding.restored", acting_member=acting_member, target=customer, detail={"check": check})


_CHANGING = ["product", "sale", "subscription", "evidence", "digest", "found_at", "closed_at"]
_OF_DISMISSAL = ["dismissed_digest", "dismissed_at", "dismissed_by", "dismiss_reason"]


def _key(finding: Finding) -> tuple[int, str, str]:
    return finding.customer_id, finding.check_code, finding.subject


def _kept(key: tuple[int, str, str]) -> Finding | None:
    customer_id, check, subject = key
    found = Finding.objects.select_for_update(of=("self",), no_key=True)
    return found.filter(customer=customer_id, check_code=check, subject=subject).first()


def _new(found: Found, at: datetime) -> Finding:
    customer_id, check, subject = found.key
    finding = Finding(customer_id=customer_id, check_code=check, subject=subject, found_at=at)
    _fill(finding, found)
    return finding


def _fill(finding: Finding, found: Found) -> None:
    suspect = found.suspect
    finding.product_id = suspect.product_id
    finding.sale_id = suspect.sale.id if suspect.sale else None
    finding.subscription_id = suspect.subscription.id if suspect.subscription else None
    finding.evidence, finding.digest = dict(found.evidence), found.digest


def _bring_up_to_date(finding: Finding, found: Found, at: datetime) -> bool:
    """Whether anything about the finding was different. New evidence is found anew."""
    if finding.closed_at is None and finding.digest == found.digest and finding.evidence == found.evidence:
        return False
    if finding.closed_at is not None or finding.digest != found.digest:
        finding.found_at = at
    finding.closed_at = None
    _fill(finding, found)
    return True


def _close(gone: Iterable[Finding], at: datetime) -> int:
    """What is right again is not kept, unless it was dismissed: if it comes back, that is said."""
    open_ones = [finding for finding in gone if finding.closed_at is None]
    dismissed = [finding.pk for finding in open_ones if finding.dismissed_at]
    others = [finding.pk for finding in open_ones if not finding.dismissed_at]
    Finding.objects.filter(pk__in=dismissed).update(closed_at=at)
    Finding.objects.filter(pk__in=others).delete()
    return len(open_ones)


def _one_at_a_time() -> None:
    """Until the transaction ends nobody else writes findings of this workspace: a worker takes about a second
    for thousands of customers, and a member waits for no more than that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('attention.findings', %s))",
            [active_workspace_id()],
        )


def _require(member: Membership) -> None:
    if not member.may(PERMISSION):
        raise NotAllowed(PERMISSION)
