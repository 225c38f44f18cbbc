"""Random weights, loud enough that attention is peaked and every part moves the logits."""
import numpy as np

from goldens.files import DECODE, ENCODE, STORED


def rounded(value, dtype):
    """To what the stored type can hold."""
    stored = STORED[dtype]
    return DECODE[stored][1](ENCODE[stored](value))


def random_tensor(rng, name, shape, one_plus):
    if len(shape) == 2:
        loud = 3 if name.endswith(("o_proj.weight", "attention.dense.weight")) else 1.5
        return rng.normal(size=shape) * loud / np.sqrt(shape[1])
    if name.endswith("bias"):
        return 0.3 * rng.normal(size=shape)
    loud = 2 if name.endswith(("q_norm.weight", "k_norm.weight")) else 1  # normed queries and keys
    return loud * (1 + 0.2 * rng.normal(size=shape)) - one_plus


def random_weights(rng, config, shapes, gridded):
    """Gridded: matrices that the quantised types of GGUF hold without error (see on_grid)."""
    one_plus = config["model_type"] == "gemma3_text"  # its norms multiply by 1 + weight
    weights = {name: random_tensor(rng, name, shape, one_plus) for name, shape in shapes.items()}
    return {name: rounded(on_grid(value) if gridded and value.ndim == 2 else value, config["dtype"])
            for name, value in weights.items()}


def grid(value):
    """Every 32 neighbours as scale * (code - offset), code and offset in 0..15: (codes, scales, offsets), blocks last.

    Scales are 1 to 4 times one power of two for the whole tensor, so Q8_0, Q4_1 and Q4_K, and even bfloat16, hold the
    values exactly: a folder and its quantised files are the same model.
    """
    blocks = value.reshape(len(value), -1, 32)
    low, high = blocks.min(axis=-1), blocks.max(axis=-1)
    unit = 2.0 ** np.floor(np.log2((high - low).max() / 15 / 4))
    scales = np.clip(np.ceil((high - low) / 15 / unit), 1, 4) * unit
    offsets = np.clip(np.round(-low / scales), 0, 15)
    codes = np.clip(np.round(blocks / scales[..., None]) + offsets[..., None], 0, 15)
    return codes, scales, offsets


def on_grid(value):
    codes, scales, offsets = grid(value)
    return (scales[..., None] * (codes - offsets[..., None])).reshape(value.shape)
