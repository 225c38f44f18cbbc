"""The setting that all contestants of a comparison share: the model's files, the prompts, the threads."""
import json
from dataclasses import dataclass
from pathlib import Path

from . import environment, prompts
from .cost import Shape

EVERY = 5  # whole prompts are slow and all alike, so every fifth prompt stands for all


@dataclass
class Setting:
    partwise: Path
    model: Path  # as given
    kind: str  # weights_type
    folder: Path | None  # the peers' files; None if no file was needed
    f32: Path  # the same weights in float32
    prompts: Path  # rows for partwise
    ids: dict  # the same prompts as token ids, for the peers
    full_ids: Path  # a file with every fifth prompt of `ids`
    all_ids: Path
    work: Path  # for results
    shape: Shape
    n_threads: int


def write_ids(path, ids, step):
    path.write_text(json.dumps({**ids, "prompts": ids["prompts"][::step]}))
    return path


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def weights_type(shown):
    """The type with the most bytes of weights: "q4_1". `shown` is what `partwise inspect --json` says."""
    types = shown["checkpoint"]["tensor_types"]
    return max(types, key=lambda name: types[name]["bytes"]).lower()


def prepare(args, partwise, model, work, with_peers):
    """Prepares a comparison. Writes files into `work`, and on first use into the cache."""
    shown = prompts.ask(partwise, "inspect", "--json", model)[0]
    rows = (prompts.read_rows(args.prompts, args.limit) if args.prompts else
            prompts.builtin_news(partwise, model, args.limit))
    ids = prompts.token_ids(partwise, model, rows)
    kind, folder = weights_type(shown), None
    if with_peers or kind != "f32":
        environment.make_environment("--only partwise with a float32 model")
        folder = environment.make_model_files(model, shown["checkpoint"]["fingerprint"])
    return Setting(partwise, model, kind, folder, model if kind == "f32" else folder / "f32.gguf",
                   write_rows(work / "prompts.jsonl", rows), ids, write_ids(work / "full.json", ids, EVERY),
                   write_ids(work / "all.json", ids, 1), work, Shape(shown["model"]), args.threads)
