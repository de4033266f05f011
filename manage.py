#!/usr/bin/env python
"""Runs a management command; the few that change tables run as the database's owner."""

import os
import sys

from django.core.management import execute_from_command_line

from atomicpay.env import InvalidSetting, MissingSetting

OWNER_COMMANDS = ("flush", "migrate", "pgtrigger", "seed")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atomicpay.settings.production")
    if sys.argv[1:2] and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("DATABASE_AS", "owner")
    try:
        execute_from_command_line(sys.argv)
    except (MissingSetting, InvalidSetting) as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
