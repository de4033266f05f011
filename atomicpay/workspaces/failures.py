"""The page for what went wrong on our side: 503 when the database or Redis is away, 500 for a fault."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as fault
from redis.exceptions import RedisError

_AWAY = (OperationalError, InterfaceError, RedisError)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of exceptions nobody caught; called while the exception is being handled.

    A lost connection, a server that restarts, a lock or a statement that took too long: trying again is the
    right answer to each, and nothing was half written. (Redis counts the attempts to sign in: without it
    nobody may try.) The page is made without a database.
    """
    if not isinstance(sys.exc_info()[1], _AWAY):
        return fault(request)
    body = render_to_string("503.html")
    return HttpResponse(body, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "5"})
