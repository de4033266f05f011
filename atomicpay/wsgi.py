"""The door of the web server: gunicorn serves `atomicpay.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atomicpay.settings.production")


def settle_memory() -> None:
    """Keep the garbage collector from walking the whole product while somebody waits for a page.

    A page leaves some five thousand objects in cycles. By Python's own thresholds every few pages one waited
    50 ms for a walk over everything that was ever imported.
    """
    get_resolver().url_patterns  # noqa: B018 -- read to import the views now
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


application = get_wsgi_application()
settle_memory()
