"""The contestants of bench/latency: programs that classify one text at a time behind the same demonstrations."""
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from . import cost, environment, prompts
from .environment import peer
from .run import Failure
from .setting import weights_type, write_rows
from .tensors import read_tensors

DATA = Path(__file__).resolve().parents[2] / "data" / "news" / "test.jsonl"
TASK = ["--task", "news"]


@dataclass
class Setting:
    partwise: Path
    model: Path  # as given
    kind: str  # weights_type
    folder: Path | None  # the peers' files; None if partwise is measured alone
    shots: int
    texts: list
    ids: dict  # the prompts of the texts, as token ids
    shape: cost.Shape
    n_threads: int
    work: Path  # for readers and results

    @property
    def n_shared(self):
        return cost.shared_length(self.ids["prompts"])

    @property
    def suffixes(self):
        """What follows the shared beginning: a list of token ids for each text."""
        n_shared = self.n_shared
        return [ids[n_shared:] for ids in self.ids["prompts"]]

    @property
    def questions(self):
        """What the peers are asked, one line for each text."""
        return list(map(json.dumps, self.suffixes))

    @property
    def rows(self):
        """The number of tokens that the median text has behind the shared beginning."""
        return round(median(map(len, self.suffixes)))


@dataclass
class Contestant:
    name: str
    precision: str
    how: str
    command: list
    questions: list  # one per text
    gives_logits: bool = False
    tolerance: float | None = None  # largest allowed difference of a logit; None: it is reported but not judged
    model: Path | None = None  # of partwise
    reader: Path | None = None


def read_texts(n):
    """The first texts of the built-in news. If they do not suffice, they repeat with other numbers at their ends."""
    rows = [json.loads(line)["text"] for line in DATA.read_text().splitlines()]
    return [f"{rows[i % len(rows)]} {i}" for i in range(n)]


def prompt_rows(partwise, model, shots, texts, work):
    """The prompts that `classify` makes of the texts: one shown by partwise, then the others with their own texts."""
    test = write_rows(work / "text.jsonl", [{"text": texts[0], "label": "world"}])
    shown = prompts.ask(partwise, "prompt", "--model", model, *TASK, "--shots", shots, "--test", test, "--json")[0]
    before, found, after = shown["prompt"].rpartition(texts[0])
    if not found:
        raise Failure(f"the prompt does not hold its text: {shown['prompt']}")
    return [{"prompt": before + text + after, "option_ids": shown["option_ids"]} for text in texts]


def peers_files(model, shown, alone):
    """The folder of the peers' files. None without a GGUF file or without the peers' environment."""
    if alone or not model.is_file() or not environment.has_environment():
        return None
    return environment.make_model_files(model, shown["checkpoint"]["fingerprint"])


def prepare(args, model, work):
    """Prepares a measurement. Writes files into `work`, and the peers' model files into the cache on first use."""
    shown, texts = prompts.ask(args.program, "inspect", "--json", model)[0], read_texts(args.texts)
    rows = prompt_rows(args.program, model, args.shots, texts, work)
    ids = prompts.token_ids(args.program, model, rows)
    (work / "prompts.json").write_text(json.dumps(ids))
    return Setting(args.program, model, weights_type(shown), peers_files(model, shown, args.alone), args.shots, texts,
                   ids, cost.Shape(shown["model"]), args.threads, work)


def fitted_reader(s, model):
    """A reader of this file: partwise refuses a reader that was fitted on other weights."""
    run, reader = s.work / f"{model.stem}.safetensors", s.work / f"{model.stem}.json"
    for command in (["decompose", "--model", model, *TASK, "--shots", s.shots, "--limit", 1, "-o", run],
                    ["fit", "--run", run, "--reader", "reweight", "-o", reader]):
        done = subprocess.run([s.partwise, *map(str, command), "-q"], capture_output=True, text=True)
        if done.returncode:
            raise Failure(done.stderr.strip())
    return reader


def partwises(s, name, model):
    """Partwise with this file. `name` has the place {} for the precision."""
    reader = fitted_reader(s, model)
    for precision in ("f32", "bf16"):
        command = [s.partwise, "classify", "--model", model, "--reader", reader, "--precision", precision,
                   "--threads", s.n_threads]
        yield Contestant(name.format(precision), precision, f"classify, {model.name}, {precision}", command, s.texts,
                         model=model, reader=reader)


def transformers(s, precision):
    dtype = {"f32": "float32", "bf16": "bfloat16"}[precision]
    command = peer("transformers_one_text.py", s.folder / "f32", s.work / "prompts.json", "--dtype", dtype,
                   "--threads", s.n_threads)
    return Contestant(f"transformers-{precision}", precision, f"a forward pass without hooks, weights and sums in "
                      f"{dtype}; at the last position the labels' logits alone", command, s.questions, True,
                      1e-3 if precision == "f32" else None)


def llama_cpp(s, kind, model):
    command = peer("llama_cpp_one_text.py", model, s.work / "prompts.json", "--threads", s.n_threads)
    return Contestant(f"llama.cpp-{kind}", kind, f"a forward pass, {kind.upper()} file; compiled for this processor "
                      "but without AMX, no flash attention; at the last position the logits of the whole vocabulary",
                      command, s.questions, True)


def everyone(s):
    if s.folder and s.kind != "f32":
        yield from partwises(s, "partwise-{}", s.folder / "f32.gguf")
    yield from partwises(s, "partwise-{}" if s.kind == "f32" else f"partwise-{{}}-from-{s.kind}", s.model)
    if s.folder:
        yield from (transformers(s, precision) for precision in ("f32", "bf16"))
        yield from (llama_cpp(s, kind, s.folder / f"{kind}.gguf") for kind in ("f32", "bf16", "q8_0"))
        if s.kind not in ("f32", "bf16", "q8_0"):
            yield llama_cpp(s, s.kind, s.model)


def reference_logits(s):
    """The labels' logits of all texts, one after another, by partwise in float32 from the F32 file."""
    result, options = s.work / "reference.safetensors", s.ids["label_ids"]
    rows = write_rows(s.work / "ids.jsonl", [{"ids": ids, "option_ids": options} for ids in s.ids["prompts"]])
    prompts.ask(s.partwise, "decompose", "--model", s.folder / "f32.gguf", "--prompts", rows, "-o", result, "-q")
    return read_tensors(result)[1]["logits"]
