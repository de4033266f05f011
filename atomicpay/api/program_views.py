"""What programs send here: support messages. No session, no cookie: a token in each request.

So a browser can be made to send nothing that would be answered, and there is no forgery to protect against.
"""

from http import HTTPStatus
from typing import Any, Final

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from redis.exceptions import RedisError

from atomicpay.workspaces.views import OutsideView

from .bodies import LARGEST, BadBody, read_body
from .entry import note_use, token_scope
from .limits import seconds_to_wait
from .models import ApiToken
from .receiving import Answer, receive

_SCHEME: Final = "bearer"
_LONGEST_SECRET: Final = 200
_TRIES: Final = 3


@method_decorator(csrf_exempt, name="dispatch")
class MessagesApiView(OutsideView):
    """Takes one message or a list of them. Without a token that is open: the same 401, whatever is asked."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "membership", None) is not None:
            return super().dispatch(request, *args, **kwargs)
        secret = secret_of(request)
        if secret is None:
            return _unknown()
        body = b"" if request.method != "POST" else request.read(LARGEST + 1)
        for attempt in range(1, _TRIES + 1):
            try:
                return self._answer(request, secret, body)
            except IntegrityError:
                # A merge came in between: asked again, the customer is found as the survivor.
                if attempt == _TRIES:
                    raise
        raise AssertionError("the last try returns or raises")

    def _answer(self, request: HttpRequest, secret: str, body: bytes) -> JsonResponse:
        with token_scope(secret) as token:
            if token is None:
                return _unknown()
            try:
                wait = seconds_to_wait(token)
            except RedisError:
                return _problem(
                    HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Try again.", {"Retry-After": "5"}
                )
            if wait:
                words = "This token is used too often."
                headers = {"Retry-After": str(wait)}
                return _problem(HTTPStatus.TOO_MANY_REQUESTS, "too_often", words, headers)
            note_use(token)
            return _receive(request, token, body)


def secret_of(request: HttpRequest) -> str | None:
    """The secret in the Authorization header; None where there is none that could be one."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    is_one = scheme.lower() == _SCHEME and 0 < len(secret) <= _LONGEST_SECRET and secret.isascii()
    return secret if is_one else None


def _receive(request: HttpRequest, token: ApiToken, body: bytes) -> JsonResponse:
    if request.method != "POST":
        words = "Messages are sent with POST."
        return _problem(HTTPStatus.METHOD_NOT_ALLOWED, "not_allowed", words, {"Allow": "POST"})
    if request.content_type != "application/json":
        words = "Send the messages as application/json."
        return _problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", words)
    if len(body) > LARGEST:
        words = f"The body is larger than {LARGEST} bytes."
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", words)
    try:
        messages = read_body(body)
    except BadBody as error:
        return _problem(HTTPStatus.BAD_REQUEST, error.code, error.words)
    answer: Answer = receive(token, messages)
    return JsonResponse(answer.content, status=answer.status)


def _unknown() -> JsonResponse:
    headers = {"WWW-Authenticate": 'Bearer realm="AtomicPay"'}
    return _problem(
        HTTPStatus.UNAUTHORIZED, "unknown_token", "No token that is known here was sent.", headers
    )


def _problem(
    status: HTTPStatus, code: str, words: str, headers: dict[str, str] | None = None
) -> JsonResponse:
    errors = [{"index": None, "field": "", "code": code, "message": words}]
    return JsonResponse({"errors": errors}, status=status, headers=headers)
