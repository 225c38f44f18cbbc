"""GGUF v3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""
import struct

from goldens.files import ENCODE, STORED
from goldens.llama import rope_divisors, rope_frequencies
from goldens.tokenizer import MERGES, SPECIAL, VOCABULARY


class U32(int):
    """An integer written as uint32; a plain int is int32."""


def gguf_string(text):
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def gguf_value(value):
    """(type, bytes) of a metadata value."""
    if isinstance(value, list):
        items = [gguf_value(item) for item in value]
        return 9, struct.pack("<IQ", items[0][0], len(items)) + b"".join(raw for _, raw in items)
    if isinstance(value, str):
        return 8, gguf_string(value)
    for kind, number, form in ((bool, 7, "?"), (U32, 4, "I"), (int, 5, "i"), (float, 6, "f")):
        if isinstance(value, kind):
            return number, struct.pack("<" + form, value)


def gguf_metadata(config):
    head, rope = config["hidden_size"] // config["num_attention_heads"], config["rope_parameters"]
    d_head = config.get("head_dim", head)
    return {
        "general.architecture": "llama", "general.name": "tiny", "general.alignment": U32(32),
        "llama.block_count": U32(config["num_hidden_layers"]), "llama.embedding_length": U32(config["hidden_size"]),
        "llama.context_length": U32(config["max_position_embeddings"]), "llama.vocab_size": U32(config["vocab_size"]),
        "llama.feed_forward_length": U32(config["intermediate_size"]),
        "llama.attention.head_count": U32(config["num_attention_heads"]),
        "llama.attention.head_count_kv": U32(config["num_key_value_heads"]),
        "llama.attention.key_length": U32(d_head), "llama.attention.value_length": U32(d_head),
        "llama.attention.layer_norm_rms_epsilon": float(config["rms_norm_eps"]),
        "llama.rope.dimension_count": U32(d_head), "llama.rope.freq_base": float(rope["rope_theta"]),
        "general.file_type": U32(GGUF_TYPES[STORED[config["dtype"]]]),
        "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "smollm", "tokenizer.ggml.tokens": VOCABULARY,
        "tokenizer.ggml.token_type": [3 if i < len(SPECIAL) else 1 for i in range(len(VOCABULARY))],
        "tokenizer.ggml.merges": [" ".join(pair) for pair in MERGES], "tokenizer.ggml.bos_token_id": U32(1),
        "tokenizer.ggml.eos_token_id": U32(2), "tokenizer.ggml.unknown_token_id": U32(0),
        "tokenizer.ggml.add_bos_token": False}


GGUF_TYPES = {"F32": 0, "F16": 1}
GGUF_NAMES = [("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output"),
              ("model.layers.", "blk."), ("self_attn.", "attn_"), ("o_proj", "output"),
              ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"), ("mlp.", "ffn_"), ("_proj", "")]


def gguf_tensor(name, value, config):
    """Its GGUF name and value: rows of Q and K go in adjacent pairs there, not in halves."""
    heads = {"q_proj": "num_attention_heads", "k_proj": "num_key_value_heads"}
    for projection, n in heads.items():
        if projection in name:
            value = value.reshape(config[n], 2, -1, *value.shape[1:]).swapaxes(1, 2).reshape(value.shape)
    for ours, theirs in GGUF_NAMES:
        name = name.replace(ours, theirs)
    return name, value


def write_gguf(path, config, tensors):
    parts = dict(gguf_tensor(name, value, config) for name, value in tensors.items())
    if config["rope_parameters"]["rope_type"] == "llama3":
        plain = rope_frequencies(config["rope_parameters"] | {"rope_type": "default"}, config["head_dim"])
        parts["rope_freqs.weight"] = rope_divisors(config["rope_parameters"], plain)
    metadata = gguf_metadata(config)
    out = b"GGUF" + struct.pack("<IQQ", 3, len(parts), len(metadata))
    for key, value in metadata.items():
        kind, raw = gguf_value(value)
        out += gguf_string(key) + struct.pack("<I", kind) + raw
    data = b""
    for name, value in parts.items():
        kind = STORED[config["dtype"]] if value.ndim > 1 else "F32"
        out += gguf_string(name) + struct.pack("<I", value.ndim) + struct.pack(f"<{value.ndim}Q", *value.shape[::-1])
        out += struct.pack("<IQ", GGUF_TYPES[kind], len(data))
        data += ENCODE[kind](value).tobytes()
        data += bytes(-len(data) % 32)
    path.write_bytes(out + bytes(-len(out) % 32) + data)
