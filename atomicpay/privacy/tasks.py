"""The work of the privacy room for Celery."""

from celery import shared_task

from .settling import settle_all


@shared_task
def settle_erasures() -> None:
    """Delete the files of anonymised people that could not be deleted at once. Of no workspace: it enters
    each with work."""
    settle_all()
