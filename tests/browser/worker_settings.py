"""The settings of the worker beside the browser tests: those of the suite, but its mails become files."""

from atomicpay.settings.base import env
from atomicpay.settings.test import *  # noqa: F403 -- a settings module is its names

# A mail kept in the memory of another process could not be read.
vars().update(env.email)
