"""Writes GGUF v3 as llama.cpp's converter does: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""
import re
import struct

import numpy as np

from goldens import mxfp4
from goldens.files import ENCODE
from goldens.llama import rope_divisors, rope_frequencies
from goldens.quants import WIDTH, pack
from goldens.tokenizer import MERGES, SPECIAL, VOCABULARY
from goldens.weights import ONE_PLUS, TRANSPOSED


class U32(int):
    """An integer that is written as uint32. A plain int is written as int32."""


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


ARCHITECTURES = {"llama": "llama", "mistral": "llama", "gpt_neox": "gptneox", "gemma3_text": "gemma3",
                 "qwen2": "qwen2", "qwen3": "qwen3", "olmo2": "olmo2", "olmo3": "olmo2", "gpt2": "gpt2",
                 "gemma": "gemma", "gemma2": "gemma2", "smollm3": "smollm3", "granite": "granite", "phi3": "phi3",
                 "qwen3_moe": "qwen3moe", "olmoe": "olmoe", "mixtral": "llama",
                 "gpt_oss": "gpt-oss", "stablelm": "stablelm"}  # llama.cpp's names
IN_PAIRS = ("llama", "smollm3", "granite")  # the rows of Q and K lie in pairs
TYPES = {"F32": 0, "F16": 1, "Q4_1": 3, "Q8_0": 8, "Q4_K": 12, "BF16": 30, "MXFP4": 39}
FILE_TYPES = {"F32": 0, "F16": 1, "Q4_1": 3, "Q8_0": 7, "Q4_K": 15, "BF16": 32, "MXFP4": 38}  # general.file_type

TOKENIZER = {
    "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "smollm", "tokenizer.ggml.tokens": VOCABULARY,
    "tokenizer.ggml.token_type": [3 if i < len(SPECIAL) else 1 for i in range(len(VOCABULARY))],
    "tokenizer.ggml.merges": [" ".join(pair) for pair in MERGES], "tokenizer.ggml.bos_token_id": U32(1),
    "tokenizer.ggml.eos_token_id": U32(2), "tokenizer.ggml.unknown_token_id": U32(0),
    "tokenizer.ggml.add_bos_token": False}


def sizes(config):
    return {"block_count": U32(config["num_hidden_layers"]), "embedding_length": U32(config["hidden_size"]),
            "context_length": U32(config["max_position_embeddings"]),
            "feed_forward_length": U32(config["intermediate_size"]),
            "attention.head_count": U32(config["num_attention_heads"])}


def rope(config):
    """Rope keys, those of the global layers if there are two kinds. The base of local layers is not written: readers
    assume 10,000."""
    whole = config["rope_parameters"].get("full_attention", config["rope_parameters"])
    base = {"rope.freq_base": float(whole["rope_theta"])}
    if whole["rope_type"] not in ("linear", "yarn"):
        return base
    scaling = {"type": whole["rope_type"], "factor": float(whole["factor"])}
    if whole["rope_type"] == "yarn":
        scaling["original_context_length"] = U32(whole["original_max_position_embeddings"])
        scaling |= {f"yarn_{key}": float(whole[key]) for key in ("beta_fast", "beta_slow") if key in whole}
        if "attention_factor" in whole:
            scaling["yarn_attn_factor"] = float(whole["attention_factor"])
    return base | {f"rope.scaling.{key}": value for key, value in scaling.items()}


def neox_keys(config):
    rotary = config["rope_parameters"]["partial_rotary_factor"] * config["hidden_size"] // config["num_attention_heads"]
    return sizes(config) | {"rope.dimension_count": U32(rotary),  # the base is not written: readers assume 10,000
                            "use_parallel_residual": config["use_parallel_residual"],
                            "attention.layer_norm_epsilon": float(config["layer_norm_eps"])}


def stablelm_keys(config):
    return sizes(config) | {"attention.head_count_kv": U32(config["num_key_value_heads"]),
                            "rope.dimension_count": U32(rotated_columns(config)),
                            "use_parallel_residual": True,  # as converters write it; the tensors tell
                            "attention.layer_norm_epsilon": float(config["layer_norm_eps"])}


def gpt2_keys(config):
    return {"block_count": U32(config["n_layer"]), "embedding_length": U32(config["n_embd"]),
            "context_length": U32(config["n_positions"]),
            "feed_forward_length": U32(config["n_inner"] or 4 * config["n_embd"]),
            "attention.head_count": U32(config["n_head"]),
            "attention.layer_norm_epsilon": float(config["layer_norm_epsilon"])}


def caps(config):
    keys = {"attn_logit_softcapping", "final_logit_softcapping"} & config.keys()
    return {key: float(config[key]) for key in sorted(keys) if config[key]}


def own_keys(config):
    """Keys that one architecture alone has."""
    kind = config["model_type"]
    if kind in ("gemma2", "gemma3_text", "olmo3", "gpt_oss") or kind == "phi3" and config["sliding_window"]:
        keys = {"attention.sliding_window": U32(config["sliding_window"])}
        return keys | {"attention.sliding_window_pattern": [k == "sliding_attention" for k in config["layer_types"]]} \
            if kind == "olmo3" else keys | caps(config)
    if kind == "granite":
        return {"attention.scale": float(config["attention_multiplier"]), "logit_scale": float(config["logits_scaling"]),
                "embedding_scale": float(config["embedding_multiplier"]),
                "residual_scale": float(config["residual_multiplier"])}
    return {}


def expert_keys(config):
    count = config.get("num_experts") or config.get("num_local_experts")
    if not count:
        return {}
    keys = {"expert_count": U32(count), "expert_used_count": U32(config["num_experts_per_tok"])}
    if width := config.get("moe_intermediate_size"):
        keys |= {"expert_feed_forward_length": U32(width)}
    return keys


def rotated_columns(config):
    head = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    return int(head * config["rope_parameters"].get("partial_rotary_factor", 1))


def common_keys(config):
    keys = sizes(config) | {"attention.head_count_kv": U32(config["num_key_value_heads"]),
                            "attention.layer_norm_rms_epsilon": float(config["rms_norm_eps"])} | rope(config)
    if head := config.get("head_dim"):
        keys |= {"attention.key_length": U32(head), "attention.value_length": U32(head)}
    if ARCHITECTURES[config["model_type"]] == "llama":
        keys |= {"vocab_size": U32(config["vocab_size"]), "rope.dimension_count": U32(head)}
    if config["model_type"] == "phi3":
        keys |= {"rope.dimension_count": U32(rotated_columns(config))}
    return keys | own_keys(config) | expert_keys(config)


def metadata(config, kind):
    """The metadata that llama.cpp's converter writes. It does not have everything that config.json says."""
    architecture = ARCHITECTURES[config["model_type"]]
    keys = {"gptneox": neox_keys, "gpt2": gpt2_keys, "stablelm": stablelm_keys}.get(architecture, common_keys)(config)
    return {"general.architecture": architecture, "general.type": "model", "general.name": "tiny",
            "general.alignment": U32(32), "general.file_type": U32(FILE_TYPES[kind]),
            "general.quantization_version": U32(2)} | {f"{architecture}.{k}": v for k, v in keys.items()} | TOKENIZER


NAMES = [("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output"),
         ("model.layers.", "blk."), ("self_attn.", "attn_"), ("o_proj", "output"), ("input_layernorm", "attn_norm"),
         ("mlp.", "ffn_"), ("_proj", "")]
NEOX_NAMES = [("gpt_neox.embed_in", "token_embd"), ("gpt_neox.final_layer_norm", "output_norm"),
              ("embed_out", "output"), ("gpt_neox.layers.", "blk."), ("attention.query_key_value", "attn_qkv"),
              ("attention.dense", "attn_output"), ("input_layernorm", "attn_norm"),
              ("post_attention_layernorm", "ffn_norm"), ("mlp.dense_h_to_4h", "ffn_up"),
              ("mlp.dense_4h_to_h", "ffn_down")]
GPT2_NAMES = [("transformer.wte", "token_embd"), ("transformer.wpe", "position_embd"),
              ("transformer.ln_f", "output_norm"), ("transformer.h.", "blk."), ("ln_1", "attn_norm"),
              ("attn.c_attn", "attn_qkv"), ("attn.c_proj", "attn_output"), ("ln_2", "ffn_norm"),
              ("mlp.c_fc", "ffn_up"), ("mlp.c_proj", "ffn_down")]
EXPERT_NAMES = {"w1": "ffn_gate_exps", "w2": "ffn_down_exps", "w3": "ffn_up_exps", "gate_proj": "ffn_gate_exps",
                "up_proj": "ffn_up_exps", "down_proj": "ffn_down_exps"}
PHI3_NAMES = [("post_attention_layernorm", "ffn_norm"), ("self_attn.qkv_proj", "attn_qkv"), ("gate_up_proj", "up_proj")]
POST_NORM_NAMES = [("post_attention_layernorm", "post_attention_norm"), ("pre_feedforward_layernorm", "ffn_norm"),
                   ("post_feedforward_layernorm", "post_ffw_norm")]


def gpt_oss_experts(block, name, value):
    kind = "bias" if name.endswith("bias") else "weight"
    value = value if kind == "bias" else np.ascontiguousarray(value.swapaxes(1, 2))  # [n_experts, n_out, n_in]
    if name.startswith("down"):
        return {f"{block}ffn_down_exps.{kind}": value}
    return {f"{block}ffn_gate_exps.{kind}": value[:, ::2], f"{block}ffn_up_exps.{kind}": value[:, 1::2]}


def with_stacked_experts(tensors):
    """The experts' matrices of one kind become one tensor; those of gpt-oss have rows of outputs, gate and in apart."""
    stacks, others = {}, {}
    for name, value in tensors.items():
        if ".experts." in name:
            layer, matrix = name.split(".")[2], name.split(".")[-2]
            if matrix == "experts":
                others |= gpt_oss_experts(f"blk.{layer}.", name.split(".")[-1], value)
                continue
            stacks.setdefault(f"blk.{layer}.{EXPERT_NAMES[matrix]}.weight", []).append(value)
        else:
            name = name.replace("mlp.router.", "mlp.gate_inp.").replace("self_attn.sinks", "self_attn.sinks.weight")
            others[re.sub(r"(mlp|block_sparse_moe)\.gate\.weight", "mlp.gate_inp.weight", name)] = value
    return others | {name: np.stack(values) for name, values in stacks.items()}


def tensor_name(name, config):
    usual = [("post_attention_layernorm", "ffn_norm")]
    of_kind = {"gpt_neox": NEOX_NAMES, "gpt2": GPT2_NAMES, "phi3": PHI3_NAMES + NAMES,
               **dict.fromkeys(("gemma2", "gemma3_text", "olmo2", "olmo3", "gpt_oss"), POST_NORM_NAMES + NAMES)}
    for ours, theirs in of_kind.get(config["model_type"], usual + NAMES):
        name = name.replace(ours, theirs)
    return name


def with_stacked_gains(tensors):
    """With the gains of a layer's heads in one tensor."""
    parts = {}
    for name, value in tensors.items():
        if "_layernorm.norms." in name:  # "...self_attn.q_layernorm.norms.3.weight", heads in order
            parts.setdefault(name.split(".norms.")[0].replace("layernorm", "norm.weight"), []).append(value)
    others = {name: value for name, value in tensors.items() if "_layernorm.norms." not in name}
    return others | {name: np.stack(gains) for name, gains in parts.items()}


def tensor_value(name, value, config):
    """The tensor as GGUF has it: Llama's Q and K with rows in pairs, not halves; NeoX's QKV with all of Q first, then K
    and V; Gemma's norms plus 1; GPT-2's matrices transposed back."""
    if name.endswith(TRANSPOSED):
        return np.ascontiguousarray(value.T)
    heads = config.get("num_attention_heads")
    by_head = {"q_proj": heads, "k_proj": config.get("num_key_value_heads", heads)}
    if ARCHITECTURES[config["model_type"]] in IN_PAIRS and (n := by_head.get(name.split(".")[-2])):
        return value.reshape(n, 2, -1, *value.shape[1:]).swapaxes(1, 2).reshape(value.shape)
    if "query_key_value" in name:
        return value.reshape(heads, 3, -1, *value.shape[1:]).swapaxes(0, 1).reshape(value.shape)
    return value + 1 if config["model_type"] in ONE_PLUS and name.endswith("norm.weight") else value


def encode(name, value, kind):
    """(type, bytes). Vectors and gains of norms are always float32. If `kind` is quantised, embedding and unembedding
    take Q8_0, and a matrix whose width is no multiple of the block takes Q4_1."""
    if value.ndim == 1 or name.endswith("_norm.weight"):
        return "F32", ENCODE["F32"](value).tobytes()
    if kind == "MXFP4" and value.ndim == 3:
        return kind, mxfp4.to_gguf(value)
    if kind == "MXFP4":  # the other matrices are not quantised
        return "BF16", ENCODE["BF16"](value).tobytes()
    if kind in WIDTH and name.startswith(("token_embd", "output.")):
        kind = "Q8_0"
    if "ffn_gate_inp" in name:  # the router is never quantised
        return "F32", ENCODE["F32"](value).tobytes()
    if kind in WIDTH and value.shape[-1] % WIDTH[kind]:
        kind = "Q4_1"
    if kind in WIDTH and value.ndim == 3:
        return kind, b"".join(pack(matrix, kind) for matrix in value)
    return kind, pack(value, kind) if kind in WIDTH else ENCODE[kind](value).tobytes()


def write_gguf(path, config, tensors, kind):
    parts = {tensor_name(name, config): tensor_value(name, value, config)
             for name, value in with_stacked_gains(with_stacked_experts(tensors)).items()}
    if config.get("rope_parameters", {}).get("rope_type") == "llama3":
        plain = rope_frequencies(config["rope_parameters"] | {"rope_type": "default"}, config["head_dim"])
        parts["rope_freqs.weight"] = rope_divisors(config["rope_parameters"], plain)
    keys = metadata(config, kind)
    out = b"GGUF" + struct.pack("<IQQ", 3, len(parts), len(keys))
    for key, value in keys.items():
        number, raw = gguf_value(value)
        out += gguf_string(key) + struct.pack("<I", number) + raw
    data = b""
    for name, value in parts.items():
        stored, raw = encode(name, value, kind)
        out += gguf_string(name) + struct.pack("<I", value.ndim) + struct.pack(f"<{value.ndim}Q", *value.shape[::-1])
        out += struct.pack("<IQ", TYPES[stored], len(data))
        data += raw + bytes(-len(raw) % 32)
    path.write_bytes(out + bytes(-len(out) % 32) + data)
