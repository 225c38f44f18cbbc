"""Configurations and random weights of the Llama models that goldens/llama.py decomposes."""
import numpy as np

from goldens.tokenizer import VOCABULARY
from goldens.weights import rounded


def configuration(**changes):
    return {"architectures": ["LlamaForCausalLM"], "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": 1,
            "dtype": "float32", "eos_token_id": 2, "head_dim": 8, "hidden_act": "silu", "hidden_size": 32,
            "initializer_range": 0.02, "intermediate_size": 48, "max_position_embeddings": 256, "mlp_bias": False,
            "model_type": "llama", "num_attention_heads": 4, "num_hidden_layers": 3, "num_key_value_heads": 2,
            "pretraining_tp": 1, "rms_norm_eps": 1e-5,
            "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
            "tie_word_embeddings": False, "use_cache": True, "vocab_size": len(VOCABULARY)} | changes


def random_weights(config, rng):
    """Weights large enough that attention is peaked and every part moves the logits, rounded to the stored type."""
    d, d_mlp, d_head = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    n_q, n_kv = config["num_attention_heads"] * d_head, config["num_key_value_heads"] * d_head
    matrices = {"self_attn.q_proj": (n_q, d), "self_attn.k_proj": (n_kv, d), "self_attn.v_proj": (n_kv, d),
                "self_attn.o_proj": (d, n_q), "mlp.gate_proj": (d_mlp, d), "mlp.up_proj": (d_mlp, d),
                "mlp.down_proj": (d, d_mlp)}
    biased = {"self_attn": config["attention_bias"], "mlp": config["mlp_bias"]}
    matrix = lambda rows, cols, loud=1.5: rng.normal(size=(rows, cols)) * loud / np.sqrt(cols)
    gain = lambda: 1 + 0.2 * rng.normal(size=d)
    weights = {"model.embed_tokens.weight": matrix(config["vocab_size"], d), "model.norm.weight": gain()}
    if not config["tie_word_embeddings"]:
        weights["lm_head.weight"] = matrix(config["vocab_size"], d)
    for layer in range(config["num_hidden_layers"]):
        block = f"model.layers.{layer}"
        for name, shape in matrices.items():
            weights[f"{block}.{name}.weight"] = matrix(*shape, loud=3 if name == "self_attn.o_proj" else 1.5)
            if biased[name.split(".")[0]]:
                weights[f"{block}.{name}.bias"] = 0.3 * rng.normal(size=shape[0])
        for norm in ("input_layernorm", "post_attention_layernorm"):
            weights[f"{block}.{norm}.weight"] = gain()
    return {name: rounded(value, config["dtype"]) for name, value in weights.items()}
