"""Dates and times: each form, and what is refused."""

import pytest

from sales.intake.moments import NotAMoment, is_moment_format, moment_reader

ZONE = "America/Sao_Paulo"


@pytest.mark.parametrize(
    ("form", "text", "moment"),
    [
        ("YYYYMMDD", "19970101", f"1997-01-01 00:00:00 {ZONE}"),
        ("YYYY-MM-DD hh:mm:ss", "2009-12-01 07:45:00", f"2009-12-01 07:45:00 {ZONE}"),
        ("DD/MM/YYYY", "02/03/2026", f"2026-03-02 00:00:00 {ZONE}"),
        ("MM/DD/YYYY hh:mm", "02/03/2026 23:59", f"2026-02-03 23:59:00 {ZONE}"),
        ("D/M/YYYY", "2/3/2026", f"2026-03-02 00:00:00 {ZONE}"),
        ("iso", "2026-03-02", f"2026-03-02 00:00:00 {ZONE}"),
        ("iso", "2026-03-02T12:00:00-03:00", "2026-03-02 12:00:00-03:00"),
        ("iso", "2026-03-02T12:00:00Z", "2026-03-02 12:00:00+00:00"),
        ("epoch", "1772463600", "2026-03-02 15:00:00+00:00"),
        ("epoch_ms", "1772463600250", "2026-03-02 15:00:00.250000+00:00"),
    ],
)
def test_moment_is_read_in_its_zone(form: str, text: str, moment: str) -> None:
    assert moment_reader(form, ZONE)(text) == moment


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("YYYYMMDD", "19970230"),
        ("YYYYMMDD", "1997-01-01"),
        ("DD/MM/YYYY", "2/3/2026"),
        ("DD/MM/YYYY", "31/12/9999"),
        ("DD/MM/YYYY", "12/25/2026"),
        ("YYYY-MM-DD hh:mm", "2026-03-02 24:00"),
        ("iso", "yesterday"),
        ("iso", "0001-01-01"),
        ("epoch", "-5"),
        ("epoch", "9999999999999999"),
        ("epoch", "soon"),
    ],
)
def test_moment_of_another_form_is_refused(form: str, text: str) -> None:
    with pytest.raises(NotAMoment):
        moment_reader(form, ZONE)(text)


@pytest.mark.parametrize(
    "form", ["", "YYYY", "DD/MM", "YYYY-MM-DD hh", "YYYY-MM-DD-YYYY", "MON/DD/YYYY", "%Y-%m-%d"]
)
def test_format_that_names_no_whole_date_is_no_format(form: str) -> None:
    assert not is_moment_format(form)
