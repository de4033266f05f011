"""What was bought and what became of the money: one module for each kind of record."""

from .access import AccessGrant
from .disputes import Dispute
from .imports import ImportKind, ImportProblem, ImportRun, ImportState
from .payments import Payment
from .refunds import Refund
from .sales import Sale, SaleEvent
from .totals import CustomerMethod, CustomerProduct, CustomerSpend, DailyTotal, SaleTally

__all__ = [
    "AccessGrant",
    "CustomerMethod",
    "CustomerProduct",
    "CustomerSpend",
    "DailyTotal",
    "Dispute",
    "ImportKind",
    "ImportProblem",
    "ImportRun",
    "ImportState",
    "Payment",
    "Refund",
    "Sale",
    "SaleEvent",
    "SaleTally",
]
