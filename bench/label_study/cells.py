"""The cells of the study: one call of `partwise label` each. Their judgements are lines of JSON in one file."""
import hashlib
import json
import time
from pathlib import Path
from typing import NamedTuple

from readers_study.runs import Failure, call

from . import tables
from .judging import judge


class Cell(NamedTuple):
    model: str   # path of the model's file
    table: str   # a name in tables.KINDS
    draw: int
    reader: str  # a kind; "": the program chooses

    @property
    def name(self):
        return f"{Path(self.model).stem}-{self.table}-{self.draw}{'-' if self.reader else ''}{self.reader}"

    @property
    def key(self):
        return [Path(self.model).name, self.table, self.draw, self.reader]


def cells_of(args, models):
    """Draw by draw, so that a study that is stopped has whole draws."""
    return [Cell(model, table, draw, reader) for draw in range(args.draws) for table in args.tables for model in models
            for reader in args.readers]


class Study:
    def __init__(self, args):
        self.args, self.program = args, args.build / "partwise"
        if not self.program.is_file():
            raise Failure(f"{self.program} is not there; build it: make build")
        args.work.mkdir(parents=True, exist_ok=True)
        self.results = args.work / "results.jsonl"
        sizes = f"{args.labelled} {args.unlabelled} {' '.join(args.options)}"
        self.made_by = hashlib.sha256(self.program.read_bytes() + sizes.encode()).hexdigest()[:16]
        self.judged = self.read()

    def read(self):
        """{key of a cell: its judgement by this program}. A line that was cut short is dropped."""
        text = self.results.read_text() if self.results.exists() else ""
        whole = text[:text.rfind("\n") + 1]
        if whole != text:
            self.results.write_text(whole)
        found = [json.loads(line) for line in whole.splitlines()]
        return {json.dumps(each["cell"]): each for each in found if each["made_by"] == self.made_by}

    def has(self, cell):
        return json.dumps(cell.key) in self.judged

    def result(self, cell):
        """The judgement of the cell, made now if it is not there."""
        key = json.dumps(cell.key)
        if not self.has(cell):
            self.judged[key] = {"cell": cell.key, "made_by": self.made_by, **self.label(cell)}
            with self.results.open("a") as file:
                file.write(json.dumps(self.judged[key]) + "\n")
        return self.judged[key]

    def label(self, cell):
        kind = tables.KINDS[cell.table]
        given, output = (self.args.work / f"{cell.name}{end}.{kind.form}" for end in ("", "-labelled"))
        rows, truth = tables.draw(tables.rows_of(cell.table, self.args.data_root), kind.label,
                                  f"{cell.table} {cell.draw}", self.args.labelled, self.args.unlabelled)
        tables.write(given, rows)
        start = time.monotonic()
        said = json.loads(call(*self.command(cell, kind, given, output)))
        seconds = time.monotonic() - start
        judgement = judge(tables.read(output), truth, self.args.labelled, said)
        for file in (given, output):
            file.unlink()
        return {**judgement, "seconds": seconds}

    def command(self, cell, kind, given, output):
        reader = ["--reader", cell.reader] if cell.reader else []
        return [self.program, "label", given, "--model", cell.model, "--text", kind.text, "--label", kind.label, *reader,
                *self.args.options, "--json", "-q", "-o", output]
