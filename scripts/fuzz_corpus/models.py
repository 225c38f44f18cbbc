"""Weights and configurations: targets safetensors, gguf, folder, config and foreign."""
import json
from pathlib import Path

from .formats import GGUF_SCALARS, GGUF_TENSORS, SAFETENSORS_SIZES, floats, gguf, integers, read_gguf_metadata, safetensors

GOLDEN = Path(__file__).resolve().parent.parent.parent / "tests" / "golden"


def run_tensors(n=3, layers=1, heads=2, labels=2):
    def values(*shape):
        size = 1
        for axis in shape:
            size *= axis
        return "F32", list(shape), floats(*(i % 7 / 4 - 0.5 for i in range(size)))
    return {"heads": values(n, layers, heads, labels), "mlps": values(n, layers, labels), "logits": values(n, labels),
            "embed": values(n, labels), "bias": values(n, labels), "certificate": values(n),
            "labels": ("I32", [n], integers(*(i % labels for i in range(n)))),
            "split": ("I32", [n], integers(*(i % 2 for i in range(n))))}


def safetensors_files():
    files = {dtype.lower(): safetensors({"a": (dtype, [2, 3]), "b": (dtype, [])}) for dtype in SAFETENSORS_SIZES}
    files["empty"] = safetensors({})
    files["no-elements"] = safetensors({"a": ("F32", [0, 4]), "b": ("F32", [3, 0])}, {"format": "pt"})
    run = run_tensors()
    files["run"] = safetensors(run, {"label_words": '["bad","good"]', "model": "tiny"})
    sets = {f"set{k}.{name}": run[name] for k in (0, 2) for name in run if name not in ("labels", "split")}
    sets |= {"demonstration_of": ("I32", [3], integers(1, 2, 0)), "split": ("I32", [3], integers(4, 0, 1)),
             "words": ("I32", [3, 2], integers(7, 5, 7, -1, -1, -1))}
    files["run-of-sets"] = safetensors(run | sets, {"sets": "3"})
    files["run-least"] = safetensors({name: run[name] for name in ("heads", "mlps", "logits")})
    return files


def llama_gguf(dtype="F32", d=2, layers=1, tied=False, biases=False, rope_freqs=False, **metadata):
    """A GGUF model with four tokens, one head per layer, and heads and MLPs as wide as the residual stream."""
    values = {"block_count": layers, "embedding_length": d, "context_length": 8, "feed_forward_length": d,
              "attention.head_count": 1, "attention.head_count_kv": 1, "attention.key_length": d,
              "attention.value_length": d, "attention.layer_norm_rms_epsilon": 1e-5, "rope.dimension_count": d,
              "rope.freq_base": 10000.0, "vocab_size": 4}
    values.update({key.replace("__", "."): value for key, value in metadata.items()})
    square, vector = (dtype, [d, d]), ("F32", [d])
    tensors = {"token_embd.weight": (dtype, [4, d]), "output_norm.weight": vector}
    if not tied:
        tensors["output.weight"] = (dtype, [4, d])
    if rope_freqs:
        tensors["rope_freqs.weight"] = ("F32", [d // 2], floats(*[2.0] * (d // 2)))
    for layer in range(layers):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
            tensors[f"blk.{layer}.{name}.weight"] = square
            if biases:
                tensors[f"blk.{layer}.{name}.bias"] = vector
        for name in ("attn_norm", "ffn_norm"):
            tensors[f"blk.{layer}.{name}.weight"] = vector
    return gguf({"general.architecture": "llama"} | {f"llama.{key}": value for key, value in values.items()}, tensors,
                alignment=8)


def gguf_files():
    scalars = {name: (name, 1) for name in GGUF_SCALARS}
    arrays = {f"{name}s": [(name, 1), (name, 0)] for name in GGUF_SCALARS}
    files = {"scalars": gguf(scalars | {"string": "text"}), "arrays": gguf(arrays | {"strings": ["a", "bc"]}),
             "nested": gguf({"lists": [[1, 2], [3]], "deeper": [[["a"], ["b", "c"]]]}),
             "version-2": gguf({"key": 1}, {"a": ("F32", [2])}, version=2), "empty": gguf({}),
             "alignment": gguf({}, {"a": ("F16", [3]), "b": ("F32", [2, 1, 2])}, alignment=64)}
    for dtype, (_, elements, _) in GGUF_TENSORS.items():
        files[f"type-{dtype.lower()}"] = gguf({}, {"a": (dtype, [2, elements]), "b": (dtype, [elements])}, alignment=8)
    files["llama"] = llama_gguf()
    files["llama-tied"] = llama_gguf("F16", tied=True, layers=2)
    files["llama-biases"] = llama_gguf(biases=True)
    files["llama-linear"] = llama_gguf(rope__scaling__type="linear", rope__scaling__factor=2.0)
    files["llama-divisors"] = llama_gguf(rope_freqs=True)
    files["llama-q8_0"] = llama_gguf("Q8_0", 32, tied=True)
    split = lambda number, name: gguf({"split.no": ("u16", number), "split.count": ("u16", 2),
                                       "split.tensors.count": ("i32", 2)}, {name: ("F32", [1])}, alignment=8)
    files["split"] = [split(0, "a"), split(1, "b")]
    return files


def llama_config(**changes):
    return {"model_type": "llama", "hidden_size": 2, "num_hidden_layers": 1, "num_attention_heads": 1,
            "num_key_value_heads": 1, "head_dim": 2, "intermediate_size": 2, "vocab_size": 4, "rms_norm_eps": 1e-5,
            "max_position_embeddings": 8, "hidden_act": "silu", "tie_word_embeddings": True} | changes


def llama_tensors():
    block = "model.layers.0."
    tensors = {f"{block}self_attn.{name}_proj.weight": ("F32", [2, 2]) for name in "qkvo"}
    tensors |= {f"{block}mlp.{name}_proj.weight": ("BF16", [2, 2]) for name in ("gate", "up", "down")}
    tensors |= {f"{block}{name}_layernorm.weight": ("F32", [2]) for name in ("input", "post_attention")}
    return tensors | {"model.embed_tokens.weight": ("F16", [4, 2]), "model.norm.weight": ("F32", [2])}


def folder_files():
    config, tensors = json.dumps(llama_config()), llama_tensors()
    halves = [dict(list(tensors.items())[half::2]) for half in range(2)]
    index = {"weight_map": {name: f"{shard}.safetensors" for shard, half in zip("ab", halves) for name in half}}
    bare = {name.removeprefix("model."): tensor for name, tensor in tensors.items()}
    gptq = {"quantization_config": {"quant_method": "gptq", "bits": 4}}
    return {"one": [config, safetensors(tensors)], "bare-names": [config, safetensors(bare)],
            "wrapped-names": [config, safetensors({f"module.{name}": tensor for name, tensor in tensors.items()})],
            "head-for-embedding": [config, safetensors({name.replace("model.embed_tokens", "lm_head"): tensor
                                                        for name, tensor in tensors.items()})],
            "mask": [config, safetensors(tensors | {"model.layers.0.self_attn.bias": ("BOOL", [1, 1, 2, 2])})],
            "gptq": [json.dumps(llama_config(**gptq)), safetensors({"model.layers.0.q.qweight": ("I32", [1, 2])})],
            "repeated-unembedding": [config, safetensors(tensors | {"lm_head.weight": ("F16", [4, 2])})],
            "shards": [config, json.dumps(index), *map(safetensors, halves)]}


ROPES = {
    "default": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}},
    "linear": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "linear", "factor": 2.0}},
    "llama3": {"rope_parameters": {"rope_theta": 5e5, "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                                   "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}},
    "old-default": {"rope_theta": 10000.0, "rope_scaling": None},
    "old-linear": {"rope_theta": 10000.0, "rope_scaling": {"type": "linear", "factor": 2.0}},
    "old-llama3": {"rope_theta": 5e5, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                                                       "high_freq_factor": 4.0,
                                                       "original_max_position_embeddings": 8192}},
    "dynamic": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "dynamic", "factor": 2.0}},
    "both": {"rope_theta": 10000.0, "rope_scaling": {"type": "linear", "factor": 2.0},
             "rope_parameters": {"rope_theta": 10000.0, "rope_type": "linear", "factor": 2.0}},
    "yarn": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "yarn", "factor": 2.0, "beta_fast": 32.0,
                                 "beta_slow": 1.0, "mscale": 1.0, "mscale_all_dim": 0.5, "truncate": False,
                                 "attention_factor": 1.0, "original_max_position_embeddings": 4}},
}


def llama_metadata(**changes):
    return {f"llama.{key}": value for key, value in {
        "block_count": 1, "embedding_length": 4, "context_length": 8, "feed_forward_length": 2, "vocab_size": 8,
        "attention.head_count": 1, "attention.head_count_kv": 1, "attention.key_length": 4,
        "attention.value_length": 4, "attention.layer_norm_rms_epsilon": 1e-5, "rope.dimension_count": 4,
        "rope.freq_base": 10000.0}.items()} | {"general.architecture": "llama"} | changes


def config_files():
    """Configurations made here, and those of all tiny models in tests/golden."""
    files = {f"rope-{name}": json.dumps(llama_config(**rope)) for name, rope in ROPES.items()}
    files["biases"] = json.dumps(llama_config(attention_bias=True, mlp_bias=True, tie_word_embeddings=False))
    files["gguf"] = json.dumps(llama_metadata())
    files["gguf-linear"] = json.dumps(llama_metadata(**{"llama.rope.scaling.type": "linear",
                                                        "llama.rope.scaling.factor": 2.0}))
    older = {"llama.tensor_data_layout": "Meta AI original pth", "llama.rope.scale_linear": 4.0,
             "llama.rope.scaling.finetuned": True, "llama.attention.clamp_kqv": 0.0, "llama.expert_gating_func": 1}
    files["gguf-older-keys"] = json.dumps(llama_metadata(**older))
    yarn = {"type": "yarn", "factor": 2.0, "original_context_length": 4, "yarn_beta_fast": 32.0, "yarn_beta_slow": 1.0,
            "yarn_attn_factor": 1.0, "attn_factor": 1.0, "yarn_ext_factor": 1.0, "yarn_log_multiplier": 0.0}
    files["gguf-yarn"] = json.dumps(llama_metadata(**{f"llama.rope.scaling.{key}": value for key, value in yarn.items()}))
    for kind in ("gemma3", "llava", "mistral3"):
        files[f"wrapped-{kind}"] = json.dumps({"model_type": kind, "text_config": llama_config(), "vision_config": {},
                                               "image_token_index": 3, "tie_word_embeddings": True})
    for path in sorted(GOLDEN.glob("*/config*.json")):
        files[f"{path.parent.name}-{path.stem}"] = json.dumps(json.loads(path.read_text()))
    for path in sorted(GOLDEN.glob("*.gguf")):
        if "." in path.stem:  # another type of the same model
            continue
        metadata = read_gguf_metadata(path.read_bytes())
        files[path.name] = json.dumps({key: value for key, value in metadata.items() if "tokenizer" not in key})
    return files


def foreign_files():
    """First bytes of files that are not models, and the configurations of adapters."""
    lora = {"peft_type": "LORA", "base_model_name_or_path": "org/base", "r": 2}
    starts = {"lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "page": b"<!doctype html>\n",
              "json": b'{"error": "not found"}', "ggjt": b"tjgg\3\0\0\0", "torch": b"PK\3\4\0\0archive/data.pkl",
              "pickle": b"\x80\2\x8a\nl", "zeros": bytes(32), "hdf5": b"\x89HDF\r\n", "text": "Entry not found é".encode(),
              "safetensors": safetensors({})}
    adapters = {"peft": lora, "prompts": {"peft_type": "P_TUNING"}, "mlx": {"fine_tune_type": "lora", "model": "org/base"}}
    return starts | {f"adapter-{name}": [b"x", json.dumps(content)] for name, content in adapters.items()}


def corpora():
    return {"safetensors": safetensors_files(), "gguf": gguf_files(), "folder": folder_files(), "config": config_files(),
            "foreign": foreign_files()}
