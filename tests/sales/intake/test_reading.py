"""Files: encodings, separators, compression, line numbers, and what is no table of text (T50)."""

import gzip
import resource
from pathlib import Path

import pytest

from sales.intake.errors import CannotReadFile, FileProblem
from sales.intake.reading import inspect, open_table
from sales.intake.reasons import Reason

TEXT = "Pedido,Nome\n1,Antônia\n2,José\n"
WANTED = [("Pedido",), ("Nome",)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def _rows(path: Path, separator: str = "") -> list[tuple[int, list[str] | Reason]]:
    return list(open_table(path, inspect(path), separator=separator, wanted=WANTED).rows())


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
)
def test_encoding_is_recognised(path: Path, encoding: str) -> None:
    path.write_bytes(TEXT.encode(encoding))
    assert _rows(path) == [(2, ["1", "Antônia"]), (3, ["2", "José"])]


def test_euro_sign_of_windows_is_not_lost(path: Path) -> None:
    path.write_bytes("Pedido,Nome\n1,10 €\n".encode("cp1252"))
    assert _rows(path) == [(2, ["1", "10 €"])]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separator_is_the_one_that_divides_the_heading(path: Path, separator: str) -> None:
    path.write_text(TEXT.replace(",", separator), encoding="utf-8")
    assert _rows(path)[0] == (2, ["1", "Antônia"])


def test_same_content_has_the_same_hash_compressed_or_not(path: Path, tmp_path: Path) -> None:
    path.write_text(TEXT, encoding="utf-8")
    packed = tmp_path / "file.csv.gz"
    packed.write_bytes(gzip.compress(TEXT.encode()))
    assert inspect(packed) == inspect(path)
    assert _rows(packed) == _rows(path)


def test_line_numbers_are_those_of_the_file(path: Path) -> None:
    path.write_bytes(b'Pedido,Nome\r\n1,"two\r\nlines"\r\n\r\n2,"a ""quote"""\r\n3,c\r\n')
    assert _rows(path) == [(2, ["1", "two\r\nlines"]), (5, ["2", 'a "quote"']), (6, ["3", "c"])]


def test_broken_quotes_cost_one_row(path: Path) -> None:
    path.write_text('Pedido,Nome\n1,"a"b\n2,ok\n3,"never closed\n', encoding="utf-8")
    assert _rows(path) == [(2, Reason.BROKEN_QUOTES), (3, ["2", "ok"]), (4, Reason.BROKEN_QUOTES)]


def test_cell_longer_than_any_is_refused(path: Path) -> None:
    path.write_text(f"Pedido,Nome\n1,{'x' * 200_000}\n2,ok\n", encoding="utf-8")
    assert _rows(path) == [(2, Reason.CELL_TOO_LONG), (3, ["2", "ok"])]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (b"\n\n\n", FileProblem.EMPTY),
        (b"PK\x03\x04whatever", FileProblem.WORKBOOK),
        (b"Pedido,Nome\n1,a\0b\n", FileProblem.NOT_TEXT),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", FileProblem.NOT_TEXT),
        (gzip.compress(TEXT.encode())[:-4], FileProblem.BROKEN_GZIP),
        (gzip.compress(b"x" * 5000)[:20], FileProblem.BROKEN_GZIP),
        ("é,ok\n".encode() + b"\xe9,broken\n", FileProblem.MIXED_ENCODING),
        (b"a" * (1 << 20) + b",b\n", FileProblem.TOO_MANY_COLUMNS),
        (b"Pedido,Nome\n" + b"a" * (2 << 20), FileProblem.LINE_TOO_LONG),
    ],
    ids=lambda value: value.name if isinstance(value, FileProblem) else "",
)
def test_file_that_is_no_table_is_refused_with_its_reason(
    path: Path, content: bytes, problem: FileProblem
) -> None:
    path.write_bytes(content)
    with pytest.raises(CannotReadFile) as refused:
        _rows(path)
    assert refused.value.problem == problem


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for missing in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(CannotReadFile) as refused:
            inspect(missing)
        assert refused.value.problem == FileProblem.MISSING


def test_wrong_encoding_that_the_mapping_names_is_refused(path: Path) -> None:
    path.write_bytes(TEXT.encode("latin-1"))
    with pytest.raises(CannotReadFile) as refused:
        inspect(path, "utf-8")
    assert refused.value.problem == FileProblem.WRONG_ENCODING


def test_bomb_and_million_columns_are_refused_in_bounded_memory(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with gzip.open(path, "wb", compresslevel=1) as bomb:
        for _ in range(64):
            bomb.write(b" ,\n" * (1 << 20))
    monkeypatch.setattr("sales.intake.reading.LARGEST", 64 << 20)
    with pytest.raises(CannotReadFile) as refused:
        inspect(path)
    assert refused.value.problem == FileProblem.TOO_LARGE
    path.write_bytes(b",".join([b"c"] * 1_000_000) + b"\n1\n")
    with pytest.raises(CannotReadFile) as refused:
        _rows(path)
    assert refused.value.problem == FileProblem.TOO_MANY_COLUMNS
    path.write_bytes(b",".join([b"c"] * 5_000) + b"\n1\n")
    with pytest.raises(CannotReadFile) as refused:
        _rows(path)
    assert refused.value.problem == FileProblem.TOO_MANY_COLUMNS
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 * 1024, f"{grown} KB"
