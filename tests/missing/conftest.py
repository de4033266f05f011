"""The small business of the customer list, in which somebody misses somebody."""

from tests.customers.conftest import books  # noqa: F401 -- pytest finds a fixture by its name here
