"""Packs matrices into quantised types of GGUF that hold them without error. Layouts: ggml/src/ggml-common.h."""
import numpy as np


def grid(value):
    """Rounds each block of 32 neighbours to scale * (code - offset), with code and offset in 0..15.

    Returns codes [..., 32], scales, offsets, unit. Scales are 1 to 4 times one power of two, the unit of the tensor. So
    each type below, and bfloat16, holds the values exactly, and a folder and its quantised files are the same model.
    Each block has a code 0 and a code 15. So the grid of a tensor that is already on its grid is the same grid.
    """
    blocks = value.reshape(len(value), -1, 32)
    low, high = blocks.min(axis=-1), blocks.max(axis=-1)
    unit = 2.0 ** np.ceil(np.log2((high - low).max() / 15 / 4))
    scales = np.clip(np.ceil((high - low) / 15 / unit), 1, 4) * unit
    offsets = np.clip(np.round(-low / scales), 0, 15)
    codes = np.clip(np.round(blocks / scales[..., None]) + offsets[..., None], 0, 15)
    np.put_along_axis(codes, blocks.argmin(axis=-1)[..., None], 0, axis=-1)
    np.put_along_axis(codes, blocks.argmax(axis=-1)[..., None], 15, axis=-1)
    return codes, scales, offsets, unit


def on_grid(value):
    codes, scales, offsets, _ = grid(value)
    return (scales[..., None] * (codes - offsets[..., None])).reshape(value.shape)


def half(x):
    """`x` as float16. A new last dimension has the two bytes of each number."""
    return np.float16(x)[..., None].view(np.uint8)


def nibbles(codes):
    """codes [..., 2, n] packed into n bytes: the first n in the low halves, the others in the high halves."""
    codes = codes.astype(np.uint8)
    return codes[..., 0, :] | codes[..., 1, :] << 4


def q8_0(value):
    codes, scales, offsets, _ = grid(value)
    eighths = (8 * (codes - offsets[..., None])).astype(np.int8)
    return np.concatenate([half(scales / 8), eighths.view(np.uint8)], axis=-1)


def q4_1(value):
    codes, scales, offsets, _ = grid(value)
    packed = nibbles(codes.reshape(*codes.shape[:-1], 2, 16))
    return np.concatenate([half(scales), half(-scales * offsets), packed], axis=-1)


def q4_k(value):
    """Per 256 values: d, dmin, eight 6-bit pairs of scale and minimum in twelve bytes, four times 32 bytes of codes."""
    codes, scales, offsets, unit = grid(value)
    shape = (*scales.shape[:-1], -1, 8)
    scale = (8 * scales / unit).astype(np.uint8).reshape(shape)
    minimum = (scales * offsets / unit).astype(np.uint8).reshape(shape)
    first, second, low, high = scale[..., :4], minimum[..., :4], scale[..., 4:], minimum[..., 4:]
    six_bits = [first | low >> 4 << 6, second | high >> 4 << 6, (low & 15) | (high & 15) << 4]
    packed = nibbles(codes.reshape(*shape[:-1], 4, 2, 32)).reshape(*six_bits[0].shape[:-1], 128)
    steps = [half(np.full(packed.shape[:-1], step)) for step in (unit / 8, unit)]
    return np.concatenate([*steps, *six_bits, packed], axis=-1)


PACK = {"Q8_0": q8_0, "Q4_1": q4_1, "Q4_K": q4_k}
WIDTH = {"Q8_0": 32, "Q4_1": 32, "Q4_K": 256}


def pack(value, kind):
    value = np.float64(value)
    assert (on_grid(value) == value).all(), "only matrices on the grid can be packed without error"
    return PACK[kind](value).tobytes()
