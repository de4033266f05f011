"""Ten thousand random schedules; run by `make test-races`, not with the suite."""

import pytest

from atomicpay.workspaces.models import Membership, Workspace

from .schedules import Schedules

ALL = 10_000
AT_ONCE = 100


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_random_schedules_lose_nothing(aurora: Workspace, owner: Membership) -> None:
    schedules = Schedules(aurora, owner, seed=28)
    for _round in range(ALL // AT_ONCE):
        schedules.run(AT_ONCE)
        schedules.check()
