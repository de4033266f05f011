"""How sign-in by allauth fits this product."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves, and no mail says anything that a request's Host header made up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        """The subject alone; allauth would put the request's host before it."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail in the reader's language, with every link under SITE_URL."""
        links = {
            key: canonical(value)
            for key, value in context.items()
            if key.endswith("_url") and isinstance(value, str)
        }
        site = {"name": "AtomicPay", "domain": urlsplit(settings.SITE_URL).netloc}
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, {**context, **links, "current_site": site})


def canonical(url: str) -> str:
    """The same page under SITE_URL, whatever scheme and host the address was built with."""
    site = urlsplit(settings.SITE_URL)
    return urlunsplit(urlsplit(url)._replace(scheme=site.scheme, netloc=site.netloc))
