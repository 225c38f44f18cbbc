"""Random weights, large enough that attention is peaked and every part moves the logits."""
import numpy as np

from goldens.files import DECODE, ENCODE, STORED
from goldens.quants import on_grid


def rounded(value, dtype):
    """`value` rounded to the stored type."""
    stored = STORED[dtype]
    return DECODE[stored][1](ENCODE[stored](value))


def random_tensor(rng, name, shape, one_plus):
    if len(shape) == 2:
        loud = 3 if name.endswith(("o_proj.weight", "attention.dense.weight")) else 1.5
        return rng.normal(size=shape) * loud / np.sqrt(shape[1])
    if name.endswith("bias"):
        return 0.3 * rng.normal(size=shape)
    loud = 2 if name.endswith(("q_norm.weight", "k_norm.weight")) else 1  # norms of queries and keys
    return loud * (1 + 0.2 * rng.normal(size=shape)) - one_plus


def random_weights(rng, config, shapes, gridded):
    """`gridded`: the quantised types of GGUF can hold the matrices without error (goldens/quants.py)."""
    one_plus = config["model_type"] == "gemma3_text"  # its norms multiply by 1 + weight
    weights = {name: random_tensor(rng, name, shape, one_plus) for name, shape in shapes.items()}
    return {name: rounded(on_grid(value) if gridded and value.ndim == 2 else value, config["dtype"])
            for name, value in weights.items()}
