"""Decompositions from the `transformers` package, run in double precision. Formulas: docs/maths.md.

The same code works for every architecture here. Hooks see the input of attention's output projection, the output of
each MLP (or of the norm behind it), and the inputs of the first block and of the final norm.
"""
from contextlib import contextmanager

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from goldens.experts import check_margin, in_memory, published_shapes, shares
from goldens.weights import ONE_PLUS

UNEMBED = {"gpt_neox": "embed_out.weight"}  # its name in files, if not lm_head.weight


def first_of(module, *names):
    """The module's child of the first of these names that it has."""
    return next(getattr(module, name) for name in names if hasattr(module, name))


def matrix_of(linear):
    """[out, in], whether it is a Linear or GPT-2's Conv1D, which has it transposed."""
    weight = linear.weight.detach().numpy()
    return weight.T if type(linear).__name__ == "Conv1D" else weight


@contextmanager
def double_precision():
    """Gives double precision to code that asks for single, as transformers does for norms, angles and softmax."""
    single = torch.float32, torch.float, torch.Tensor.float
    torch.float32 = torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.float32, torch.float, torch.Tensor.float = single
        torch.set_default_dtype(torch.float32)


def complete(config):
    """A config.json as the package writes it, with every key of the architecture."""
    whole = AutoConfig.for_model(**config).to_diff_dict()
    return dict(sorted(whole.items())) | {"architectures": config["architectures"]}


def empty_model(config):
    """The model that a config.json describes. The caller must replace its weights."""
    with double_precision():
        config = AutoConfig.for_model(**{k: v for k, v in config.items() if k != "quantization_config"} |
                                      {"dtype": "float64"})
        return AutoModelForCausalLM.from_config(config, attn_implementation="eager",
                                                experts_implementation="eager").eval()


def parameters(config):
    """{published name: shape} of every tensor of the model."""
    shapes = {name: tuple(value.shape) for name, value in empty_model(config).state_dict().items()}
    unembed, name = shapes.pop("lm_head.weight"), UNEMBED.get(config["model_type"], "lm_head.weight")
    shapes = published_shapes(config, shapes)
    return shapes if config["tie_word_embeddings"] else shapes | {name: unembed}


class Reference:
    def __init__(self, config, tensors):
        self.model, self.n_heads = empty_model(config), config.get("num_attention_heads") or config["n_head"]
        named = {"lm_head.weight" if name in UNEMBED.values() else name: value for name, value in tensors.items()}
        named = in_memory(config, named, self.model.state_dict())
        doubles = {name: torch.from_numpy(np.float64(value)) for name, value in named.items()}
        missing, unexpected = self.model.load_state_dict(doubles, strict=False)
        assert not unexpected and missing == ["lm_head.weight"] * config["tie_word_embeddings"], (missing, unexpected)
        base = self.model.base_model
        self.final_norm = first_of(base, "norm", "final_layer_norm", "ln_f")
        layers = first_of(base, "layers", "h")
        self.blocks, self.first = [self.modules(layer) for layer in layers], layers[0]
        self.mixtures = [getattr(getattr(layer, "mlp", None), "experts", None) for layer in layers]
        self.routers = {first_of(layer.mlp, "gate", "router"): config["num_experts_per_tok"] for layer, mixture in zip(layers, self.mixtures)
                        if mixture is not None}
        self.positions = base.wpe.weight.detach().numpy() if hasattr(base, "wpe") else None
        self.one_plus = config["model_type"] in ONE_PLUS
        self.residual_scale = config.get("residual_multiplier", 1)
        self.logit_scale = 1 / config.get("logits_scaling", 1)
        self.logit_cap = config.get("final_logit_softcapping")

    def modules(self, layer):
        """(output projection of attention, norm behind it or None, the module whose output is what the MLP adds)"""
        attention = first_of(layer, "self_attn", "attention", "attn")
        projection = first_of(attention, "o_proj", "dense", "c_proj", "out_proj")
        if hasattr(layer, "post_feedforward_layernorm"):
            return projection, layer.post_attention_layernorm, layer.post_feedforward_layernorm
        return projection, None, layer.mlp

    def run(self, ids):
        """(inputs, outputs, logits, shares of experts) at the last position, all but logits by module."""
        entered, left, of_experts = {}, {}, {}

        def keep(module, args, output):
            entered[module] = args[0][0, -1].numpy()
            left[module] = (output[0] if isinstance(output, tuple) else output)[0, -1].numpy()
        watched = [self.first, self.final_norm] + [m for block in self.blocks for m in block if m is not None]
        hooks = [module.register_forward_hook(keep) for module in watched]
        hooks += [router.register_forward_hook(lambda _, args, output, n=n: check_margin(args, output, n))
                  for router, n in self.routers.items()]
        hooks += [mixture.register_forward_pre_hook(
            lambda module, args: of_experts.update({module: shares(module, args)}))
            for mixture in self.mixtures if mixture is not None]
        with double_precision(), torch.no_grad():
            logits = self.model(torch.tensor([ids]), use_cache=False).logits[0, -1].numpy()
        for hook in hooks:
            hook.remove()
        return entered, left, logits, of_experts

    def held(self, norm, x):
        """The norm as a linear function, with the scale that it has for `x`."""
        gain, centred = norm.weight.detach().numpy() + self.one_plus, isinstance(norm, torch.nn.LayerNorm)
        eps = norm.eps if hasattr(norm, "eps") else norm.variance_epsilon
        centre = (lambda part: part - part.mean(axis=-1, keepdims=True)) if centred else (lambda part: part)
        scale = np.sqrt(np.mean(centre(x) ** 2) + eps)
        return lambda part: gain * centre(part) / scale

    def decompose(self, ids, labels):
        """Parts of the label logits at the last position. Norms on their way have the scale of their whole input."""
        entered, left, logits, of_experts = self.run(ids)
        heads, mlps, biases = [], [], []
        for projection, post_norm, mlp in self.blocks:
            weight = matrix_of(projection)  # [d, h * e]
            z = entered[projection].reshape(self.n_heads, -1)  # [h, e]
            head = np.einsum("he,dhe->hd", z, weight.reshape(len(weight), *z.shape))
            bias = np.zeros(len(weight)) if projection.bias is None else projection.bias.detach().numpy()
            through = self.held(post_norm, left[projection]) if post_norm is not None else (lambda part: part)
            for parts, part in (heads, through(head)), (biases, through(bias)), (mlps, left[mlp]):
                parts.append(self.residual_scale * part)
        final = self.held(self.final_norm, entered[self.final_norm])
        unembed = self.logit_scale * self.model.lm_head.weight.detach().numpy()[labels]  # [y, d]
        read = lambda part: final(np.array(part)) @ unembed.T
        beta, of_head = getattr(self.final_norm, "bias", None), self.model.lm_head.bias
        norm_bias = np.zeros(len(labels)) if beta is None else unembed @ beta.detach().numpy()
        if of_head is not None:
            norm_bias = norm_bias + of_head.detach().numpy()[labels]
        parts = {"heads": read(heads), "mlps": read(mlps), "attn_bias": read(biases),
                 "embed": read(entered[self.first]), "norm_bias": norm_bias}
        if self.positions is not None:
            parts["pos_embed"] = read(self.positions[len(ids) - 1])
        if of_experts:
            none = np.zeros_like(next(iter(of_experts.values())))
            parts["experts"] = read([of_experts.get(mixture, none) for mixture in self.mixtures])
        total = sum(part.reshape(-1, len(labels)).sum(axis=0) for name, part in parts.items()
                    if name not in ("pos_embed", "experts"))
        if self.logit_cap:
            parts["capped_logits"] = logits[labels]
            logits = self.logit_cap * np.arctanh(logits / self.logit_cap)  # as they are before the cap
        assert np.abs(total - logits[labels]).max() < 1e-12 * np.abs(logits).max(), total - logits[labels]
        return parts | {"logits": logits[labels]}
