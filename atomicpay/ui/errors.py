"""What the interface kit cannot do, each error carrying the data to say why."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AmountProblem(TextChoices):
    """Why a typed amount was refused; the label is what the person who typed it reads."""

    NOT_A_NUMBER = "not_a_number", _("This is not an amount. Write it like 1234.50 or 1234,50.")
    AMBIGUOUS = "ambiguous", _("This can be read in two ways. Write it without separators between thousands.")
    TOO_PRECISE = "too_precise", _("This has more decimals than the currency has.")
    GROUPED_WRONGLY = "grouped_wrongly", _("The separators are not between thousands. Write it without them.")
    OTHER_CURRENCY = "other_currency", _("This names another currency.")
    TOO_LARGE = "too_large", _("This amount is too large.")


class UnknownCurrency(ValueError):
    """A code that ISO 4217 does not have."""

    def __init__(self, code: str) -> None:
        super().__init__(f"not an ISO 4217 currency: {code!r}")
        self.code = code


class CannotReadAmount(ValueError):
    """A typed amount that cannot be read, or that can be read in two ways."""

    def __init__(self, text: str, problem: AmountProblem) -> None:
        super().__init__(f"cannot read {text!r} as an amount: {problem.value}")
        self.text = text
        self.problem = problem


class UnknownListPage(LookupError):
    """A name that no list page has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no list page is named {name!r}")
        self.name = name
