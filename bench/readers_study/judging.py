"""The judgements: what `partwise eval` says about every reader, kept as JSON as long as the program stays the same."""
import hashlib
import json
import re
import tempfile
from pathlib import Path
from typing import NamedTuple

from .runs import call, facts_of
from .unbalanced import unbalanced_copy

OPTION = "--no-calibration"
AS_IS, NOT_CALIBRATED, UNBALANCED = "as-is", "not-calibrated", "unbalanced"
HEARS_SETS = "committee"
MIDDLE = 24  # the K at which calibration and unbalanced pools are looked at


def named_by_passes(sets):
    return f"{HEARS_SETS} ({sets} {'pass' if sets == 1 else 'passes'})"


class Judged(NamedTuple):
    model: str
    task: str
    seed: int
    k: int
    variant: str   # AS_IS, NOT_CALIBRATED or UNBALANCED
    readers: dict  # {name: its row of `partwise eval --json`}


class Judge:
    def __init__(self, args, runs):
        self.args, self.runs = args, runs
        self.folder = args.work / "judged"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program_hash = hashlib.sha256(runs.program.read_bytes()).hexdigest()[:16]
        self.can_leave_calibration_off = OPTION in re.findall(r"--[\w-]+", call(runs.program, "eval", "--help"))

    def wanted(self):
        """(K, variant) of every judgement of a cell."""
        found = [(k, AS_IS) for k in self.args.labelled]
        if MIDDLE in self.args.labelled:
            found += [(MIDDLE, NOT_CALIBRATED)] if self.can_leave_calibration_off else []
            found += [(MIDDLE, UNBALANCED)]
        return found

    def path(self, cell, k, variant):
        return self.folder / f"{self.runs.path(cell).stem}-{k}-{variant}.json"

    def kept(self, cell, k, variant):
        """The rows of an earlier judgement by this program on this run; None if there is none."""
        path = self.path(cell, k, variant)
        if not path.exists():
            return None
        found, run = json.loads(path.read_text()), self.runs.path(cell)
        same_run = not run.exists() or found["prompts"] == facts_of(run)["prompt_ids"]
        return found["readers"] if found["program"] == self.program_hash and same_run else None

    def needs_run(self, cell):
        return self.args.afresh or any(self.kept(cell, *each) is None for each in self.wanted())

    def all_of(self, cell):
        return [Judged(Path(cell.model).name, cell.task_name, cell.seed, k, variant, self.readers(cell, k, variant))
                for k, variant in self.wanted()]

    def readers(self, cell, k, variant):
        rows = None if self.args.afresh else self.kept(cell, k, variant)
        if rows is None:
            rows = self.judge(self.runs.path(cell), k, variant)
            self.keep(cell, k, variant, rows)
        return {row["reader"]: row for row in rows}

    def keep(self, cell, k, variant, rows):
        path, prompts = self.path(cell, k, variant), facts_of(self.runs.path(cell))["prompt_ids"]
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps({"program": self.program_hash, "prompts": prompts, "readers": rows}))
        partial.rename(path)  # so that a stopped command leaves no half of a file

    def judge(self, run, k, variant):
        pool_size = k - int(facts_of(run)["shots"])
        if variant != UNBALANCED:
            return self.eval(run, ["--pool-size", pool_size, *([OPTION] if variant == NOT_CALIBRATED else [])])
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            copy = Path(folder) / "run.safetensors"
            left = unbalanced_copy(run, copy, pool_size, majority=int(facts_of(run)["seed"]) % 2)
            return self.eval(copy, ["--pool-size", left])

    def eval(self, run, options):
        """Every reader; and, of a run with several prompt sets, the reader that hears them with fewer."""
        rows = self.rows(run, "all", options)
        for sets in range(1, int(facts_of(run).get("sets", 1))):
            fewer = self.rows(run, HEARS_SETS, [*options, "--sets", sets])
            rows += [{**row, "reader": named_by_passes(sets)} for row in fewer]
        return rows

    def rows(self, run, readers, options):
        return json.loads(call(self.runs.program, "eval", "--run", run, "--readers", readers, *options, "--json", "-q"))
