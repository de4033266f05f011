"""Compiles the message catalogues; the compiled form is not in the repository."""

import os

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from atomicpay.devstack.places import CHECKOUT

LOCALES = CHECKOUT / "atomicpay" / "locale"


def compile_translations() -> None:
    """Writes each django.mo that is older than its django.po, without needing gettext's programs."""
    for source in LOCALES.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        unfinished = source.with_suffix(f".{os.getpid()}.mo")
        with source.open("rb") as text, unfinished.open("wb") as binary:
            write_mo(binary, read_po(text, locale=source.parts[-3]))
        unfinished.rename(compiled)  # a process that reads it meanwhile sees the whole of one
