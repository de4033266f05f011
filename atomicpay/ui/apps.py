"""The interface kit as a Django app: its template tags and nothing with a table."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "atomicpay.ui"
    label = "ui"
