"""Products and plans as the filters of lists offer them."""

from typing import Any, Final

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Concat

from atomicpay.ui.filters import Records

from .models import Plan, Product


def _plans() -> QuerySet[Any]:
    """Plans, called by their product too: "Monthly" alone is the name of many."""
    called = Concat("product__name", Value(" · "), "name", output_field=TextField())
    return Plan.objects.annotate(called=called)


PRODUCTS: Final = Records(Product.objects.all)
PLANS: Final = Records(_plans, label="called")
