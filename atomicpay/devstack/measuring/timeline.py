"""The timelines of the customers with sixty and twenty thousand sales: first page, first entries, count."""

from collections.abc import Iterator

from atomicpay.devstack.measuring.figures import Figure
from atomicpay.devstack.measuring.pages import measure_page
from atomicpay.devstack.measuring.setting import Setting

_HTMX = {"HX-Request": "true"}


def customer_timeline(setting: Setting) -> Iterator[Figure]:
    """The page with its rows; what the customer's page loads by itself; the number after the rows."""
    for sales, customer in ((60, setting.sixty), (20_000, setting.whale)):
        path, name = f"customers/{customer.public_id}/timeline/", f"customer_timeline_{sales}"
        yield measure_page(setting, name, path)
        yield measure_page(setting, f"{name}_latest", f"{path}latest/", headers=_HTMX)
        yield measure_page(setting, f"{name}_count", f"{path}?count=exact", headers=_HTMX)
