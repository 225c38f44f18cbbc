"""Writes safetensors, GGUF and SentencePiece files with the standard library alone."""
import json
import math
import struct

# GGUF's element types: (number of the type, elements per block, bytes per block).
GGUF_TENSORS = {"F32": (0, 1, 4), "F16": (1, 1, 2), "Q4_0": (2, 32, 18), "Q4_1": (3, 32, 20), "Q5_0": (6, 32, 22),
                "Q5_1": (7, 32, 24), "Q8_0": (8, 32, 34), "Q4_K": (12, 256, 144), "Q5_K": (13, 256, 176),
                "Q6_K": (14, 256, 210), "I8": (24, 1, 1), "I16": (25, 1, 2), "I32": (26, 1, 4), "I64": (27, 1, 8),
                "F64": (28, 1, 8), "BF16": (30, 1, 2), "Q2_K": (10, 256, 84), "Q3_K": (11, 256, 110),
                "IQ4_NL": (20, 32, 18), "IQ4_XS": (23, 256, 136), "MXFP4": (39, 32, 17)}
GGUF_SCALARS = {"u8": (0, "B"), "i8": (1, "b"), "u16": (2, "H"), "i16": (3, "h"), "u32": (4, "I"), "i32": (5, "i"),
                "f32": (6, "f"), "bool": (7, "?"), "u64": (10, "Q"), "i64": (11, "q"), "f64": (12, "d")}
SAFETENSORS_SIZES = {"F32": 4, "F16": 2, "BF16": 2, "F64": 8, "I8": 1, "I16": 2, "I32": 4, "I64": 8, "U8": 1,
                     "U16": 2, "U32": 4, "U64": 8, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1}


def filler(n):
    """Bytes that are neither all zero nor special values of any float type."""
    return bytes(i % 60 for i in range(n))


def floats(*values):
    return struct.pack(f"<{len(values)}f", *values)


def integers(*values):
    return struct.pack(f"<{len(values)}i", *values)


def safetensors(tensors, metadata=None):
    """tensors: name to (type, shape) or (type, shape, bytes)."""
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, (dtype, shape, *raw) in tensors.items():
        start, data = len(data), data + (raw[0] if raw else filler(math.prod(shape) * SAFETENSORS_SIZES[dtype]))
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, len(data)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def gguf_string(text):
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def gguf_value(value):
    """(type, bytes) of a string, bool, int (uint32), float (float32), list, or (type name, value)."""
    if isinstance(value, tuple):
        number, form = GGUF_SCALARS[value[0]]
        return number, struct.pack("<" + form, value[1])
    if isinstance(value, list):
        items = [gguf_value(item) for item in value]
        return 9, struct.pack("<IQ", items[0][0], len(items)) + b"".join(raw for _, raw in items)
    if isinstance(value, str):
        return 8, gguf_string(value)
    return gguf_value(("bool" if isinstance(value, bool) else "u32" if isinstance(value, int) else "f32", value))


def gguf(metadata, tensors=None, version=3, alignment=32):
    """tensors: name to (type, shape) or (type, shape, bytes), shapes in C order."""
    tensors = tensors or {}
    metadata = metadata if alignment == 32 else metadata | {"general.alignment": alignment}
    out = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    for key, value in metadata.items():
        kind, raw = gguf_value(value)
        out += gguf_string(key) + struct.pack("<I", kind) + raw
    data = b""
    for name, (dtype, shape, *raw) in tensors.items():
        number, elements, n_bytes = GGUF_TENSORS[dtype]
        out += gguf_string(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape[::-1])
        out += struct.pack("<IQ", number, len(data))
        data += raw[0] if raw else filler(math.prod(shape) // elements * n_bytes)
        data += bytes(-len(data) % alignment)
    return out + bytes(-len(out) % alignment) + data if tensors else out


def read_gguf_metadata(raw):
    """The metadata of a GGUF file: scalars, strings and arrays."""
    at = 24

    def take(form):
        nonlocal at
        value = struct.unpack_from("<" + form, raw, at)[0]
        at += struct.calcsize("<" + form)
        return value

    def take_string():
        nonlocal at
        length = take("Q")
        at += length
        return raw[at - length:at].decode()

    def take_value(kind):
        if kind == 9:
            of, count = take("I"), take("Q")
            return [take_value(of) for _ in range(count)]
        return take_string() if kind == 8 else take({number: form for number, form in GGUF_SCALARS.values()}[kind])
    return {take_string(): take_value(take("I")) for _ in range(struct.unpack_from("<Q", raw, 16)[0])}


def varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def proto(fields):
    """A protocol buffer of (field number, value) pairs. An int or bool becomes a varint."""
    out = b""
    for number, value in fields:
        if isinstance(value, float):
            out += varint(number << 3 | 5) + struct.pack("<f", value)
        elif isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            raw = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(raw)) + raw
    return out
