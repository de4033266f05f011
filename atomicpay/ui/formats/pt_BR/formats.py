"""Brazilian dates as the rest of the product writes them: "18 set. 2026, 09:34"."""

DATE_FORMAT = r"j b\. Y"
SHORT_DATE_FORMAT = DATE_FORMAT
TIME_FORMAT = "H:i"
DATETIME_FORMAT = r"j b\. Y, H:i"
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
