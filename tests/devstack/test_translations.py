"""Message catalogues are compiled when they are newer than their compiled form."""

import gettext
import os
from pathlib import Path

import pytest

from atomicpay.devstack import translations

CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Sale"\nmsgstr "{}"\n'


def test_changed_catalogue_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "LOCALES", tmp_path)
    source = tmp_path / "pt_BR" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)

    def compiled_word() -> str:
        translations.compile_translations()
        with source.with_suffix(".mo").open("rb") as catalogue:
            return gettext.GNUTranslations(catalogue).gettext("Sale")

    source.write_text(CATALOGUE.format("Compra"))
    assert compiled_word() == "Compra"
    source.write_text(CATALOGUE.format("Venda"))
    os.utime(source, (2_000_000_000, 2_000_000_000))
    assert compiled_word() == "Venda"
    assert [path.name for path in source.parent.iterdir() if path.suffix == ".mo"] == ["django.mo"]
