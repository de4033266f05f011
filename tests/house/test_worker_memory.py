"""What the worker loads: nothing that only pages, spreadsheets or tests need; it would keep it for good."""

import subprocess
import sys

import pytest
from django.conf import settings

NOT_FOR_THE_WORKER = (
    "atomicpay.devstack.seeding",
    "atomicpay.urls",
    "django.test",
    "exports.views",
    "gunicorn",
    "hypothesis",
    "playwright",
    "pytest",
    "qrcode",
    "sales.views",
    "unittest",
)


def loaded_with(statement: str) -> set[str]:
    """Which of these a new process has loaded when it is ready to write an export and has run a statement."""
    code = (
        "import sys, django; django.setup(); import atomicpay.celery, exports.tasks;"
        f"{statement}; print(*(name for name in {NOT_FOR_THE_WORKER!r} if name in sys.modules))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, check=True
    )
    return set(process.stdout.split())


def test_worker_loads_nothing_that_it_does_not_need() -> None:
    assert loaded_with("pass") == set()


@pytest.mark.parametrize("name", ["exports.views", "unittest"])
def test_what_the_worker_should_not_load_is_found(name: str) -> None:
    """Controls the test above with a module planted in the worker."""
    assert name in loaded_with(f"import {name}")
