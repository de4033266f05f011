"""Customers of whom something was found, in the books of Aurora Cursos."""

import pytest

from atomicpay.attention.models import Finding
from atomicpay.attention.services import check_customers
from atomicpay.catalog.models import Product
from atomicpay.workspaces.models import Workspace
from atomicpay.workspaces.scope import enter
from customers.models import Customer
from tests.attention import scenes


@pytest.fixture
def waiting(aurora: Workspace, course: Product) -> Customer:
    """A customer whose Pix of the day before yesterday was never paid; the worker has found it."""
    with enter(aurora.pk):
        customer = scenes.pix_of_yesterday(course)
        check_customers([customer.pk])
        assert Finding.objects.count() == 1
    return customer
