"""Every address: the inside of a workspace (under its mount point /w/<slug>/) and the few global pages."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from atomicpay.workspaces import health

urlpatterns = [
    path("health/live/", health.live),
    path("health/ready/", health.ready),
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("", include("atomicpay.team.urls")),
    path("search/", include("atomicpay.search.urls")),
    path("", include("atomicpay.timeline.urls")),
    path("messages/", include("customers.messages.urls")),
    path("customers/<uuid:public_id>/findings/", include("atomicpay.attention.customer_urls")),
    path("customers/", include("customers.urls")),
    path("customers/<uuid:public_id>/", include("atomicpay.privacy.urls")),
    path("sales/", include("sales.urls")),
    path("subscriptions/", include("subscriptions.urls")),
    path("views/", include("atomicpay.saved_views.urls")),
    path("exports/", include("exports.urls")),
    path("imports/messages/", include("customers.messages.import_urls")),
    path("imports/", include("sales.intake.urls")),
    path("attention/", include("atomicpay.attention.urls")),
    path("missing/", include("atomicpay.missing.urls")),
    path("tokens/", include("atomicpay.api.urls")),
    path("api/v1/", include("atomicpay.api.program_urls")),
    path("admin/", admin.site.urls),
]

handler500 = "atomicpay.workspaces.failures.server_error"
