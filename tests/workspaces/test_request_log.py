"""What is searched for stands in the address, and must not stand in the log (T55)."""

from django.test import RequestFactory

from atomicpay.workspaces.middleware import RequestLog


def test_log_line_of_a_request_leaves_the_query_out() -> None:
    request = RequestFactory().get("/w/aurora-cursos/customers/", {"q": "mariana@correio.example"})
    assert RequestLog.format_request(request) == "GET /w/aurora-cursos/customers/"
