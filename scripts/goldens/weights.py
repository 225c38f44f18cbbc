"""Random weights, large enough that attention is peaked and every part moves the logits."""
import numpy as np

from goldens import mxfp4
from goldens.files import DECODE, ENCODE, STORED
from goldens.quants import on_grid

ONE_PLUS = ("gemma", "gemma2", "gemma3_text")  # their norms multiply by 1 + weight


def rounded(value, dtype):
    """`value` rounded to the stored type."""
    stored = STORED[dtype]
    return DECODE[stored][1](ENCODE[stored](value))


OUTPUTS = ("o_proj.weight", "out_proj.weight", "attention.dense.weight", "attn.c_proj.weight")
TRANSPOSED = ("c_attn.weight", "c_proj.weight", "c_fc.weight")  # of GPT-2


def random_tensor(rng, name, shape, one_plus):
    if len(shape) == 3:  # experts of gpt-oss [n_experts, n_in, n_out]
        return rng.normal(size=shape) * 1.5 / np.sqrt(shape[1])
    if len(shape) == 2 and not name.endswith("bias"):
        loud = 3 if name.endswith(OUTPUTS) else 1.5
        return rng.normal(size=shape) * loud / np.sqrt(shape[0 if name.endswith(TRANSPOSED) else 1])
    if name.endswith("bias"):
        return 0.3 * rng.normal(size=shape)
    of_queries = name.endswith(("q_norm.weight", "k_norm.weight")) or "_layernorm.norms." in name  # or keys
    loud = 2 if of_queries else 1
    return loud * (1 + 0.2 * rng.normal(size=shape)) - one_plus


def random_weights(rng, config, shapes, gridded):
    """`gridded`: the quantised types of GGUF can hold the matrices without error (goldens/quants.py). Experts of a model
    in MXFP4 lie on its grid."""
    one_plus = config["model_type"] in ONE_PLUS
    weights = {name: random_tensor(rng, name, shape, one_plus) for name, shape in shapes.items()}
    if "quantization_config" in config:
        weights = {name: mxfp4.on_grid(value.swapaxes(1, 2)).swapaxes(1, 2) if value.ndim == 3 else value
                   for name, value in weights.items()}
    return {name: rounded(on_grid(value) if gridded and value.ndim == 2 else value, config["dtype"])
            for name, value in weights.items()}
