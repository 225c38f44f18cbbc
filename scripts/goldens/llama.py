"""Llama and its decomposition, in double precision and as plain as possible. Formulas: docs/maths.md.

Letters: t, s positions; h heads; k key/value heads; d d_model; e d_head; v vocabulary; y labels.
"""
import numpy as np


def rope_frequencies(rope, d_head):
    """The angle per position of each rotated pair.  [d_head / 2]"""
    frequency = rope["rope_theta"] ** (-np.arange(0, d_head, 2) / d_head)
    return frequency / rope_divisors(rope, frequency)


def rope_divisors(rope, frequency):
    if rope["rope_type"] == "default":
        return np.ones_like(frequency)
    if rope["rope_type"] == "linear":
        return np.full_like(frequency, rope["factor"])
    assert rope["rope_type"] == "llama3", rope
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    turns = rope["original_max_position_embeddings"] * frequency / (2 * np.pi)
    smooth = np.clip((turns - low) / (high - low), 0, 1)  # 0: long waves, divided; 1: short waves, kept
    return 1 / (smooth + (1 - smooth) / rope["factor"])


def rotate(x, angles):
    """x [t, h, e], angles [t, e / 2]: pairs are (i, i + e / 2)."""
    a, b = np.split(x, 2, axis=-1)
    cos, sin = np.cos(angles)[:, None, :], np.sin(angles)[:, None, :]
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)


def rms(x, eps):
    return np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps)


def softmax(x):
    p = np.exp(x - x.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


class Llama:
    def __init__(self, config, tensors):
        self.config, self.tensors = config, {name: np.float64(value) for name, value in tensors.items()}
        self.n_heads, self.n_kv = config["num_attention_heads"], config["num_key_value_heads"]
        self.d_head = config.get("head_dim") or config["hidden_size"] // self.n_heads
        self.frequency = rope_frequencies(config["rope_parameters"], self.d_head)
        self.unembed = self.tensors.get("lm_head.weight", self.tensors["model.embed_tokens.weight"])  # [v, d]

    def linear(self, name, x):
        return x @ self.tensors[f"{name}.weight"].T + self.tensors.get(f"{name}.bias", 0.0)

    def norm(self, name, x):
        return x / rms(x, self.config["rms_norm_eps"]) * self.tensors[f"{name}.weight"]

    def heads(self, layer, x):
        """What each head adds to the residual, without the output bias.  [t, h, d]"""
        block, n_tokens = f"model.layers.{layer}.self_attn", len(x)
        q, k, v = (self.linear(f"{block}.{m}_proj", x).reshape(n_tokens, -1, self.d_head) for m in "qkv")
        angles = np.arange(n_tokens)[:, None] * self.frequency
        repeat = self.n_heads // self.n_kv
        k, v = np.repeat(rotate(k, angles), repeat, axis=1), np.repeat(v, repeat, axis=1)  # [s, h, e]
        scores = np.einsum("the,she->hts", rotate(q, angles), k) / np.sqrt(self.d_head)
        pattern = softmax(np.where(np.tri(n_tokens, dtype=bool), scores, -np.inf))
        z = np.einsum("hts,she->the", pattern, v)
        w_o = self.tensors[f"{block}.o_proj.weight"].reshape(-1, self.n_heads, self.d_head)  # [d, h, e]
        return np.einsum("the,dhe->thd", z, w_o)

    def mlp(self, layer, x):
        block = f"model.layers.{layer}.mlp"
        gate, up = (self.linear(f"{block}.{m}_proj", x) for m in ("gate", "up"))
        return self.linear(f"{block}.down_proj", gate / (1 + np.exp(-gate)) * up)

    def decompose(self, ids, labels):
        """Parts of the label logits at the last position. The final norm has the scale of the whole residual."""
        x = self.tensors["model.embed_tokens.weight"][ids]  # [t, d]
        embed, heads, mlps, biases = x[-1], [], [], []
        for layer in range(self.config["num_hidden_layers"]):
            block = f"model.layers.{layer}"
            head = self.heads(layer, self.norm(f"{block}.input_layernorm", x))
            bias = self.tensors.get(f"{block}.self_attn.o_proj.bias", np.zeros(x.shape[1]))
            x = x + head.sum(axis=1) + bias
            mlp = self.mlp(layer, self.norm(f"{block}.post_attention_layernorm", x))
            x = x + mlp
            heads.append(head[-1]), mlps.append(mlp[-1]), biases.append(bias)
        gain = self.tensors["model.norm.weight"]
        frozen = gain / rms(x[-1], self.config["rms_norm_eps"])  # [d]
        read = lambda part: np.array(part) * frozen @ self.unembed[labels].T
        return {"heads": read(heads), "mlps": read(mlps), "attn_bias": read(biases), "embed": read(embed),
                "norm_bias": np.zeros(len(labels)), "logits": self.norm("model.norm", x[-1]) @ self.unembed[labels].T}


def golden(model, cases):
    runs = [model.decompose(ids, cases["label_ids"]) for ids in cases["prompts"]]
    return {name: np.stack([run[name] for run in runs]) for name in runs[0]}
