"""The development stack as a Django app, for its management commands; it has no models."""

from django.apps import AppConfig


class DevstackConfig(AppConfig):
    name = "atomicpay.devstack"
    label = "devstack"
