"""How well the suggestions do on lists of which it is known who is who. None of them was used to set a weight
here; the bars are those of the study that chose the method."""

import csv
import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from atomicpay.devstack.measuring.duplicates import find_list
from customers.duplicates.matching.labelled import COLUMNS, by_exact_keys, read_labelled

BARS = {"febrl1": 0.985, "febrl3": 0.974, "br_dev": 0.885, "fake1000": 0.537}
LEAST_PRECISION = 0.97


def figures_of(path: Path) -> dict[str, dict[str, float]]:
    out = StringIO()
    call_command("score_duplicates", path, "--json", stdout=out)
    return {line["band"]: line for line in map(json.loads, out.getvalue().splitlines())}


@pytest.mark.parametrize("name", BARS)
def test_labelled_list_is_matched_as_well_as_in_the_study(name: str) -> None:
    try:
        path = find_list(name)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    likely = figures_of(path)["likely"]
    assert round(likely["f1"], 3) >= BARS[name]
    assert likely["precision"] >= LEAST_PRECISION
    labelled = read_labelled(path)
    assert likely["f1"] > labelled.verdict(by_exact_keys(labelled.persons)).f1


def written(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> Path:
    with gzip.open(path, "wt", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_any_list_of_that_form_is_scored(tmp_path: Path) -> None:
    rows = [
        {
            "id": "1",
            "cluster": "a",
            "full_name": "Inês Pires",
            "email": "ines@gmail.com",
            "phone": "11987654321",
        },
        {
            "id": "2",
            "cluster": "a",
            "full_name": "Ines Pires",
            "email": "i.nes@gmial.com",
            "phone": "1187654321",
        },
        {"id": "3", "cluster": "b", "full_name": "Bento Farias", "email": "bento@gmail.com"},
        {"id": "4", "cluster": "b", "full_name": "Nobody Else", "email": ""},
    ]
    likely = figures_of(written(tmp_path / "few.csv.gz", rows))["likely"]
    assert (likely["right"], likely["found"], likely["true"]) == (1, 1, 2)
    assert (likely["precision"], likely["recall"]) == (1.0, 0.5)


def test_list_without_labels_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "bare.csv.gz", [], ("id", "full_name"))
    with pytest.raises(CommandError, match="cluster"):
        call_command("score_duplicates", path)
    with pytest.raises(CommandError, match="none"):
        call_command("score_duplicates", tmp_path / "none.csv.gz")
