"""How two values of one kind go together: the steps of the scale that evidence is made of."""

from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """One finding about a pair of records."""

    NAME_SAME = "name_same"
    NAME_CONTAINED = "name_contained"
    NAME_NEAR = "name_near"
    NAME_PART = "name_part"
    NAME_INITIAL = "name_initial"
    NAME_GIVEN = "name_given"
    NAME_OTHER_FAMILY = "name_other_family"
    NAME_FAMILY = "name_family"
    NAME_DIFFERENT = "name_different"
    SUFFIX_DIFFERENT = "suffix_different"
    EMAIL_SAME = "email_same"
    EMAIL_LOCAL = "email_local"
    EMAIL_SLIP = "email_slip"
    EMAIL_BASE = "email_base"
    EMAIL_DOMAIN = "email_domain"
    EMAIL_DIFFERENT = "email_different"
    PHONE_SAME = "phone_same"
    PHONE_NEAR = "phone_near"
    PHONE_DIFFERENT = "phone_different"
    DOCUMENT_SAME = "document_same"
    DOCUMENT_NEAR = "document_near"
    DOCUMENT_DIFFERENT = "document_different"
    DOCUMENT_UNLIKE = "document_unlike"
    STREET_SAME = "street_same"
    STREET_NEAR = "street_near"
    STREET_DIFFERENT = "street_different"
    POSTCODE_SAME = "postcode_same"
    POSTCODE_NEAR = "postcode_near"
    POSTCODE_DIFFERENT = "postcode_different"
    CITY_SAME = "city_same"
    CITY_DIFFERENT = "city_different"

    @property
    def kind(self) -> str:
        """What it is about: "name", "email"."""
        return self.value.partition("_")[0]


NOT_FOR: Final = frozenset(
    {
        *(Level.NAME_OTHER_FAMILY, Level.NAME_FAMILY, Level.NAME_DIFFERENT, Level.SUFFIX_DIFFERENT),
        *(Level.EMAIL_DIFFERENT, Level.PHONE_DIFFERENT, Level.DOCUMENT_DIFFERENT, Level.DOCUMENT_UNLIKE),
        *(Level.STREET_DIFFERENT, Level.POSTCODE_DIFFERENT, Level.CITY_DIFFERENT),
    }
)
"""Levels that never speak for one person, whatever the frequencies are."""
