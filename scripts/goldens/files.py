"""Hugging Face model folders: safetensors and JSON."""
import json
import struct

import numpy as np


def to_bfloat16(x):
    bits = np.float32(x).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def from_bfloat16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


ENCODE = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "BF16": to_bfloat16}
DECODE = {"F64": (np.float64, np.float64), "F32": (np.float32, np.float32), "F16": (np.float16, np.float32),
          "BF16": (np.uint16, from_bfloat16), "U8": (np.uint8, lambda x: x)}
STORED = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}  # by the `dtype` of config.json


def write_tensors(path, tensors, dtype):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, value in tensors.items():
        raw = value.dtype == np.uint8
        start, data = len(data), data + (value if raw else ENCODE[dtype](value)).tobytes()
        header[name] = {"dtype": "U8" if raw else dtype, "shape": value.shape, "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read_tensors(path):
    raw = path.read_bytes()
    start = 8 + struct.unpack_from("<Q", raw)[0]
    header = json.loads(raw[8:start])
    header.pop("__metadata__", None)

    def decode(info):
        stored, convert = DECODE[info["dtype"]]
        first, last = info["data_offsets"]
        return convert(np.frombuffer(raw[start + first:start + last], stored)).reshape(info["shape"])
    return {name: decode(info) for name, info in header.items()}


def read_folder(folder):
    shards = sorted(folder.glob("model*.safetensors"))
    return {name: value for shard in shards for name, value in read_tensors(shard).items()}


def write_json(path, value, indent=2):
    path.write_text(json.dumps(value, indent=indent, ensure_ascii=False) + "\n")


def old_rope(rope):
    """(rope_theta, rope_scaling) as older releases of transformers write them."""
    rope = dict(rope)
    theta = rope.pop("rope_theta")
    return theta, None if rope["rope_type"] == "default" else rope


def old_keys(config):
    """The same configuration in the keys of older releases of transformers."""
    new = ("dtype", "rope_parameters", "layer_types", "_sliding_window_pattern")
    old = {key: value for key, value in config.items() if key not in new} | {"torch_dtype": config["dtype"]}
    if config["model_type"] == "gpt_oss":
        old |= {"experts_per_token": old["num_experts_per_tok"], "layer_types": config["layer_types"],
                "initial_context_length": config["rope_parameters"]["original_max_position_embeddings"]}
    if config["model_type"] == "gptj":
        old |= {"rotary": True, "scale_attn_weights": True, "gradient_checkpointing": False}
    if config["model_type"] == "qwen3_moe":
        old["num_experts"] = old.pop("num_local_experts")
    if "rope_parameters" not in config:
        return old
    rope = dict(config["rope_parameters"])
    if config["model_type"] in ("phi3", "stablelm"):
        old |= {"partial_rotary_factor": rope.pop("partial_rotary_factor", 1.0)}
    if config["model_type"] == "gpt_neox":
        share = rope.pop("partial_rotary_factor")
        theta, scaling = old_rope(rope)
        old |= {"rotary_emb_base": theta, "rotary_pct": share}
        return old | {"rope_scaling": scaling} if scaling else old
    if config["model_type"] == "gemma3_text":
        local, period = rope["sliding_attention"]["rope_theta"], config["layer_types"].index("full_attention") + 1
        old |= {"rope_local_base_freq": local, "sliding_window_pattern": period}
    theta, scaling = old_rope(rope.get("full_attention", rope))
    if config["model_type"] == "phi3" and scaling:
        scaling["type"] = scaling.pop("rope_type")
        del scaling["original_max_position_embeddings"]  # it stands beside
    if config["model_type"] == "llama" and scaling and scaling["rope_type"] == "linear":
        scaling["type"] = scaling.pop("rope_type")  # the key of still older releases
    return old | {"rope_theta": theta, "rope_scaling": scaling}


def write_sharded(folder, tensors, dtype):
    names = sorted(tensors)
    files = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for file, part in files.items():
        write_tensors(folder / file, {name: tensors[name] for name in part}, dtype)
    size = sum(value.size for value in tensors.values()) * np.dtype(np.uint16).itemsize
    write_json(folder / "model.safetensors.index.json",
               {"metadata": {"total_size": size}, "weight_map": {n: f for f in files for n in files[f]}})
