"""The product's own package; importing it makes the Celery application the one that tasks belong to."""

from atomicpay.celery import app as celery_app

__all__ = ("celery_app",)
