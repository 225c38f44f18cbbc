"""The contestants: their commands, and what each of them computes."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from . import cost
from .decompose_output import tokens_and_rate
from .environment import peer
from .run import Failure
from .setting import EVERY

BATCH = 16  # with reuse, the fastest of 1, 4, 16, 32 and 64 in both types
LLAMA_TOKENS = 1024
REFERENCE = "partwise-f32"


def peer_seconds(_, metadata):
    return float(metadata["seconds"])


@dataclass
class Contestant:
    name: str
    precision: str  # of its products; its rate is compared with oneDNN's in this precision
    how: str
    command: list
    result: Path  # the safetensors file that the command writes
    n_computed: int  # tokens
    flops: float
    examples: list = field(default_factory=list)  # indices of the prompts that it decomposes
    seconds: Callable = peer_seconds  # (Finished, metadata of the result) → seconds, without loading
    compared: tuple = ("logits",)  # tensors that are compared with the reference run
    tolerance: float | None = None  # largest allowed difference; None: it is reported but not judged

    @property
    def unit(self):
        """The unit of its speed. A contestant that decomposes nothing has only tokens."""
        return "examples" if self.examples else "tokens"

    def amount(self, unit):
        return len(self.examples) if unit == "examples" else self.n_computed


def pass_seconds(finished, n_expected):
    """The time of the pass as `decompose` prints it. It includes reading and packing weights, not opening the model."""
    said = tokens_and_rate(finished.output)
    if not said:
        raise Failure(f"partwise did not say how fast it was:\n{finished.output}")
    computed, rate = said
    if computed < n_expected:
        raise Failure(f"partwise computed {computed} tokens, but the prompts have {n_expected} distinct ones")
    return computed / rate if rate else finished.wall_s


def partwise(s, name, model, precision, options):
    result, prompts = s.work / f"{name}.safetensors", s.ids["prompts"]
    positions, last = cost.tree_positions(prompts)
    command = [s.partwise, "decompose", "--model", model, "--prompts", s.prompts, "-o", result,
               "--threads", s.n_threads, *options]
    return Contestant(name, precision, f"decompose, {model.name}, {precision}", command, result, len(positions),
                      s.shape.flops(positions, last), list(range(len(prompts))),
                      lambda finished, _: pass_seconds(finished, len(positions)))


def partwises(s, options):
    """`options`: {precision: options that select it}."""
    for precision, asking in options.items():
        yield partwise(s, f"partwise-{precision}", s.f32, precision, asking)
    if s.model != s.f32:
        for precision, asking in options.items():
            yield partwise(s, f"partwise-{precision}-from-{s.kind}", s.model, precision, asking)


def transformers(s, name, precision, how, ids, options, positions, examples):
    result = s.work / f"{name}.safetensors"
    dtype = {"f32": "float32", "bf16": "bfloat16"}[precision]
    command = peer("transformers_peer.py", s.folder / "f32", ids, result, "--dtype", dtype,
                   "--threads", s.n_threads, *options)
    return Contestant(name, precision, f"transformers with hooks, weights and sums in {dtype}, {how}", command, result,
                      len(positions), s.shape.flops(positions), examples, compared=("heads", "mlps", "logits"),
                      tolerance=1e-3 if precision == "f32" else None)


def transformers_full(s, precision):
    examples = list(range(0, len(s.ids["prompts"]), EVERY))
    positions = [t for i in examples for t in range(len(s.ids["prompts"][i]))]
    return transformers(s, f"transformers-{precision}", precision, "each prompt from its first token; "
                        f"on every {EVERY}th prompt", s.full_ids, [], positions, examples)


def transformers_reuse(s, precision):
    prompts = s.ids["prompts"]
    shared = cost.shared_length(prompts)
    positions = list(range(shared)) + [t for ids in prompts for t in range(shared, len(ids))]
    how = (f"keys and values of the {shared} shared tokens once, then batches of {BATCH} inputs of like length; "
           "padding does not count as computed")
    return transformers(s, f"transformers-reuse-{precision}", precision, how, s.all_ids, ["--reuse", BATCH], positions,
                        list(range(len(prompts))))


def llama_cpp(s, kind, model):
    name = f"llama.cpp-{kind}"
    result = s.work / f"{name}.safetensors"
    precision = kind if kind in ("f32", "bf16") else "int8"  # inputs to quantised weights are quantised to 8 bits
    command = peer("llama_cpp_peer.py", model, s.all_ids, result, "--tokens", LLAMA_TOKENS, "--threads", s.n_threads)
    how = (f"a forward pass over {LLAMA_TOKENS:,} tokens without any decomposition, {kind.upper()} file; compiled for "
           "this processor but without AMX, flash attention, the better of n_ubatch 512 and 1,024, fastest of three")
    return Contestant(name, precision, how, command, result, LLAMA_TOKENS, s.shape.flops(list(range(LLAMA_TOKENS))))


def choose(everyone, only):
    """The contestants whose names begin with one of `only`; all if it is empty. Errors: Failure if a name fits none."""
    for name in only:
        if not any(one.name.startswith(name) for one in everyone):
            names = ", ".join(one.name for one in everyone)
            raise Failure(f"no contestant's name begins with {name}; they are: {names}")
    return [one for one in everyone if not only or any(one.name.startswith(name) for name in only)]


def peers(s):
    for precision in ("f32", "bf16"):
        yield transformers_full(s, precision)
        yield transformers_reuse(s, precision)
    for kind in ("f32", "bf16", "q8_0"):
        yield llama_cpp(s, kind, s.folder / f"{kind}.gguf")
    if s.kind not in ("f32", "bf16", "q8_0"):
        yield llama_cpp(s, s.kind, s.model)
