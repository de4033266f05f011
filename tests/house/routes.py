"""The table of addresses: what each answers to whom. A new address without a row fails the build (T01)."""

from typing import Final

# The same for each list that keeps views: below the list's name.
_VIEWS: Final = {
    "": 200,
    "new/": 405,
    "columns/": 405,
    "<uuid:public_id>/": 200,
    "<uuid:public_id>/changes/": 405,
    "<uuid:public_id>/share/": 405,
    "<uuid:public_id>/default/": 405,
    "<uuid:public_id>/move/": 405,
    "<uuid:public_id>/delete/": 405,
}

INSIDE: Final[dict[str, tuple[str, int]]] = {
    # address inside a workspace: (the permission it needs, the status a GET gives who has it)
    # The door: it leads to the first page that the member may open.
    "": ("customers.view", 302),
    # Each kind of record only for who may see it.
    "search/": ("workspace.enter", 200),
    "customers/": ("customers.view", 200),
    "customers/<uuid:public_id>/": ("customers.view", 200),
    "customers/<uuid:public_id>/access/": ("sales.view", 200),
    "customers/<uuid:public_id>/purchases/": ("sales.view", 200),
    "customers/<uuid:public_id>/figures/<str:currency>/<slug:figure>/": ("sales.view", 200),
    "customers/<uuid:public_id>/packet/": ("sales.view", 200),
    "customers/<uuid:public_id>/as-of/": ("customers.view", 200),
    "customers/<uuid:public_id>/as-of/purchases/": ("sales.view", 200),
    "customers/<uuid:public_id>/document/": ("customers.view_pii", 405),
    "customers/<uuid:public_id>/duplicates/dismiss/": ("customers.suggest_merge", 405),
    "customers/<uuid:public_id>/archive/": ("customers.archive", 200),
    "customers/<uuid:public_id>/unarchive/": ("customers.archive", 405),
    "customers/<uuid:public_id>/anonymise/": ("customers.anonymise", 200),
    "customers/<uuid:public_id>/subject-access/": ("customers.export_person", 200),
    "customers/<uuid:public_id>/notes/": ("customers.annotate", 405),
    "customers/<uuid:public_id>/messages/": ("customers.view", 200),
    "customers/<uuid:public_id>/messages/new/": ("messages.write", 200),
    "messages/<uuid:public_id>/delete/": ("messages.write", 200),
    "customers/<uuid:public_id>/tags/": ("customers.annotate", 405),
    "customers/<uuid:public_id>/tags/remove/": ("customers.annotate", 405),
    "customers/<uuid:public_id>/timeline/": ("customers.view", 200),
    "customers/<uuid:public_id>/timeline/latest/": ("customers.view", 302),
    "timeline/": ("customers.view", 302),
    "customers/<uuid:public_id>/findings/": ("sales.view", 200),
    "customers/<uuid:public_id>/findings/dismiss/": ("customers.annotate", 405),
    "customers/<uuid:public_id>/findings/restore/": ("customers.annotate", 405),
    "attention/": ("attention.view", 200),
    # It leads to the page of the customer.
    "attention/<uuid:public_id>/": ("attention.view", 302),
    "sales/": ("sales.view", 200),
    "sales/<uuid:public_id>/": ("sales.view", 200),
    "subscriptions/": ("subscriptions.view", 200),
    "subscriptions/<uuid:public_id>/": ("subscriptions.view", 200),
    "subscriptions/<uuid:public_id>/charges/": ("sales.view", 200),
    **{
        f"views/{page}/{route}": (f"{page}.view", status)
        for page in ("attention", "customers", "sales", "subscriptions")
        for route, status in _VIEWS.items()
    },
    "exports/": ("exports.create", 200),
    "exports/new/": ("exports.create", 200),
    "exports/templates/": ("exports.create", 200),
    "exports/templates/<uuid:public_id>/": ("exports.create", 200),
    "exports/templates/<uuid:public_id>/share/": ("exports.create", 405),
    "exports/templates/<uuid:public_id>/delete/": ("exports.create", 405),
    "exports/history/": ("exports.download_any", 200),
    "exports/history/limit/": ("workspace.manage", 200),
    "exports/schedules/": ("exports.create", 200),
    "exports/schedules/new/": ("exports.create", 200),
    "exports/schedules/<uuid:public_id>/": ("exports.create", 200),
    "exports/schedules/<uuid:public_id>/run/": ("exports.create", 405),
    "exports/schedules/<uuid:public_id>/pause/": ("exports.create", 405),
    "exports/schedules/<uuid:public_id>/delete/": ("exports.create", 405),
    # None before there is a file.
    "exports/<uuid:public_id>/changes/": ("exports.create", 409),
    "exports/<uuid:public_id>/": ("exports.create", 200),
    "exports/verify/": ("exports.create", 200),
    # None before there is a file.
    "exports/<uuid:public_id>/receipt.json": ("exports.create", 404),
    "exports/<uuid:public_id>/cancel/": ("exports.create", 405),
    "exports/<uuid:public_id>/download/": ("exports.create", 409),
    "missing/": ("sales.view", 200),
    "missing/anywhere/": ("sales.view", 200),
    "imports/": ("imports.manage", 200),
    "imports/new/": ("imports.manage", 200),
    "imports/messages/": ("imports.manage", 200),
    "imports/<uuid:public_id>/": ("imports.manage", 200),
    "imports/<uuid:public_id>/problems/": ("imports.manage", 200),
    "imports/<uuid:public_id>/retry/": ("imports.manage", 405),
    "tokens/": ("tokens.manage", 200),
    "tokens/new/": ("tokens.manage", 200),
    "tokens/<uuid:public_id>/revoke/": ("tokens.manage", 200),
}

GLOBAL: Final[dict[str, tuple[int, int]]] = {
    # address outside any workspace: (status for who is not signed in, status for who is)
    "health/live/": (200, 200),
    "health/ready/": (200, 200),
    "language/": (302, 302),
    "preferences/": (302, 200),
    "search/elsewhere/": (302, 405),
    "accounts/login/": (200, 302),
    "accounts/logout/": (302, 200),
    "accounts/inactive/": (200, 200),
    "accounts/signup/": (200, 302),
    "accounts/reauthenticate/": (302, 200),
    "accounts/email/": (302, 200),
    "accounts/confirm-email/": (200, 200),
    "accounts/password/change/": (302, 200),
    "accounts/password/set/": (302, 302),
    "accounts/password/reset/": (200, 200),
    "accounts/password/reset/done/": (200, 200),
    "accounts/password/reset/key/done/": (200, 200),
    "accounts/login/code/confirm/": (302, 302),
    "accounts/2fa/": (302, 200),
    "accounts/2fa/authenticate/": (302, 302),
    "accounts/2fa/reauthenticate/": (302, 302),
    "accounts/2fa/totp/activate/": (302, 302),
    "accounts/2fa/totp/deactivate/": (302, 404),
    "accounts/2fa/recovery-codes/": (302, 404),
    "accounts/2fa/recovery-codes/generate/": (302, 302),
    "accounts/2fa/recovery-codes/download/": (302, 404),
}

PROGRAMS: Final[dict[str, str]] = {
    # addresses for programs, outside any workspace: why no session opens them and no CSRF token is asked for
    "api/v1/messages/": "each request brings an API token; what a browser sends by itself is not looked at",
}

ELSEWHERE: Final[dict[str, str]] = {
    # addresses with parts of their own: where they are tested
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": "allauth's own",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "tests/team/test_sign_in.py",
    "invitations/<slug:slug>/accept/<uuid:public_id>/": "tests/team/test_invitations.py",
    "invitations/<slug:slug>/<str:token>/": "tests/team/test_invitations.py",
}

WRITES_ON_GET: Final[dict[str, str]] = {
    "exports/<uuid:public_id>/download/": "the taking of a file is noted",
    "exports/<uuid:public_id>/changes/": "the taking of a file is noted",
    "imports/<uuid:public_id>/problems/": "the taking of a report is noted",
}


def kind_of(route: str) -> str:
    """What an address is about: "sales", "views/sales", or "exports/schedules"."""
    parts = route.split("/")
    is_of_two = parts[0] == "views" or parts[:2] in (["exports", "templates"], ["exports", "schedules"])
    return "/".join(parts[:2]) if is_of_two else parts[0]


def named(route: str, public_id: object) -> str:
    """The address with a record and whatever else it has parts for."""
    parts = {"<uuid:public_id>": str(public_id), "<str:currency>": "BRL", "<slug:figure>": "gross"}
    for part, value in parts.items():
        route = route.replace(part, value)
    return route
