"""The decompositions: one run file for each task, model and seed."""
import hashlib
import json
import subprocess
import time
from pathlib import Path
from typing import NamedTuple


class Failure(Exception):
    """What stops the study, said to whoever runs it."""


class Cell(NamedTuple):
    model: str  # path of the model's file
    task: str   # the name of a built-in task, or the path of a task file
    seed: int

    @property
    def task_name(self):
        return Path(self.task).stem

    @property
    def name(self):
        return f"{Path(self.model).stem}-{self.task_name}-{self.seed}"


def call(*command):
    """What the command prints. Errors: Failure if it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failure(f"exit code {done.returncode} of: {' '.join(words)}")
    return done.stdout


def hash_of_file(name):
    """"-1a2b3c4d" of the content of a task file; "" for the name of a built-in task."""
    return "-" + hashlib.sha256(Path(name).read_bytes()).hexdigest()[:8] if Path(name).is_file() else ""


def model_path(name, root):
    return name if Path(name).exists() else call(root / "scripts" / "fetch-model", name).strip()


def cells_of(args, root):
    """Seed by seed, so that a study that is stopped has whole seeds."""
    models = [model_path(name, root) for name in args.models]
    return [Cell(model, task, seed) for seed in args.seeds for task in args.tasks for model in models]


def facts_of(path):
    """The metadata of a run file."""
    with path.open("rb") as file:
        return json.loads(file.read(int.from_bytes(file.read(8), "little")))["__metadata__"]


class Runs:
    def __init__(self, args, root):
        self.args = args
        self.program = args.build / "partwise"
        if not self.program.is_file():
            raise Failure(f"{self.program} is not there; build it: make build")
        self.folder = args.work / "runs"
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, cell):
        """The name holds what else the content depends on, so that another study never takes it for its own."""
        size = f"K{max(self.args.labelled)}-n{self.args.limit}-sets{self.args.sets}"
        shots = "" if self.args.shots is None else f"-shots{self.args.shots}"
        return self.folder / f"{cell.name}{hash_of_file(cell.task)}-{size}{shots}.safetensors"

    def make(self, cell):
        """Decomposes, unless the run is there. Returns the seconds it took and the file's size in bytes."""
        path, start = self.path(cell), time.monotonic()
        if self.args.afresh or not path.exists():
            call(*self.command(cell, path))
        return time.monotonic() - start, path.stat().st_size

    def command(self, cell, path):
        data = self.args.data_root / cell.task_name
        rows = ["--data", data / "train.jsonl", "--test", data / "test.jsonl"] if data.is_dir() else []  # or the task's own
        given = ["--shots", self.args.shots] if self.args.shots is not None else []
        given += ["--sets", self.args.sets] if self.args.sets > 1 else []
        return [self.program, "decompose", "--model", cell.model, "--task", cell.task, *rows, "--seed", cell.seed,
                *given, "--labelled", max(self.args.labelled), "--limit", self.args.limit, "--content-free", "--store",
                "hidden,z", "--store-as", "bf16", "--threads", self.args.threads, "-o", path, "-q"]

    def delete(self, cell):
        self.path(cell).unlink(missing_ok=True)
