"""MXFP4 (OCP Microscaling Formats, 1.0): blocks of 32 numbers of four bits with a scale 2^(byte - 127).

In the folders of gpt-oss, NAME_blocks holds the numbers of neighbours in one byte, and NAME_scales the bytes of the
scales. In a GGUF file a block is its scale and 16 bytes, whose high halves hold the second half of the block.
"""
import numpy as np

VALUES = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6])


def codes(value):
    """(codes, bytes of scales) of the nearest numbers.  [..., n / 32, 32], [..., n / 32]"""
    blocks = value.reshape(*value.shape[:-1], -1, 32)
    exponents = np.ceil(np.log2(np.abs(blocks).max(axis=-1) / 6))
    scaled = blocks / 2.0 ** exponents[..., None]
    return np.abs(scaled[..., None] - VALUES).argmin(axis=-1).astype(np.uint8), (exponents + 127).astype(np.uint8)


def values(found, scales, shape):
    return (VALUES[found] * 2.0 ** (scales.astype(int) - 127)[..., None]).reshape(shape)


def on_grid(value):
    return values(*codes(value), value.shape)


def to_folder(name, matrix):
    """The two tensors of experts' matrices [n_experts, n_out, n_in]."""
    found, scales = codes(matrix)
    return {f"{name}_blocks": found[..., ::2] | found[..., 1::2] << 4, f"{name}_scales": scales}


def from_folder(blocks, scales):
    """[n_experts, n_out, n_in]"""
    found = np.stack([blocks & 15, blocks >> 4], axis=-1).reshape(*blocks.shape[:-1], 32)
    return values(found, scales, (*blocks.shape[:2], -1))


def to_gguf(matrix):
    found, scales = codes(matrix)
    packed = found[..., :16] | found[..., 16:] << 4
    return np.concatenate([scales[..., None], packed], axis=-1).tobytes()
