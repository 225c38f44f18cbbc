"""Tables of which a few rows have a label: drawn at random from all rows of a data set, by a seed."""
import csv
import json
import random
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Kind(NamedTuple):
    text: str             # the template of a row's text
    label: str = "label"  # the column of the label
    form: str = "jsonl"


KINDS = {
    "tickets": Kind("{{subject}}. {{body}}", "category", "csv"),
    "agnews": Kind("{{text}}"),
    "sst2": Kind("{{sentence}}"),
    "qqp": Kind("Question 1: {{question1}}\nQuestion 2: {{question2}}"),
}


def rows_of(name, data_root):
    """All rows of the data set, those to train and those to test on. `tickets` comes with the program."""
    folder = Path(data_root) / name if (Path(data_root) / name).is_dir() else ROOT / "data" / name
    return [json.loads(line) for part in ("train", "test")
            for line in (folder / f"{part}.jsonl").read_text().splitlines()]


def draw(rows, label, seed, n_labelled, most_unlabelled):
    """(rows of which the first `n_labelled` keep their label, the true label of each row)"""
    drawn = random.Random(seed).sample(rows, min(len(rows), n_labelled + most_unlabelled))
    kept = [row if i < n_labelled else {**row, label: ""} for i, row in enumerate(drawn)]
    return kept, [row[label] for row in drawn]


def write(path, rows):
    with path.open("w", newline="") as file:
        if path.suffix == ".jsonl":
            file.writelines(json.dumps(row) + "\n" for row in rows)
            return
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def read(path):
    with path.open(newline="") as file:
        return [json.loads(line) for line in file] if path.suffix == ".jsonl" else list(csv.DictReader(file))
