"""Reads the float32 tensors of a safetensors file with the standard library alone."""
import array
import json
import sys


def read_tensors(path):
    """(metadata, {name: array of its numbers}); tensors of other types are left out."""
    content = path.read_bytes()
    data = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:data])
    metadata, tensors = header.pop("__metadata__", {}), {}
    for name, tensor in header.items():
        if tensor["dtype"] == "F32":
            begin, end = tensor["data_offsets"]
            tensors[name] = array.array("f", content[data + begin:data + end])
            if sys.byteorder == "big":
                tensors[name].byteswap()
    return metadata, tensors
