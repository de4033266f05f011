"""The door of the web server: gunicorn serves `atomicpay.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atomicpay.settings.production")

application = get_wsgi_application()
