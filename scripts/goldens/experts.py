"""Mixtures of experts: names of their tensors as published files have them, and what each expert adds.

The package `transformers` holds the experts of a layer in two tensors, gate and up in one. Published folders have three
matrices for each expert.
"""
import numpy as np
import torch

IN_MEMORY = ("mlp.experts.gate_up_proj", "mlp.experts.down_proj")
PUBLISHED = {"mixtral": ("block_sparse_moe.experts", "w1", "w3", "w2")}  # folder of experts; gate, in, out
USUAL = ("mlp.experts", "gate_proj", "up_proj", "down_proj")
ROUTERS = {"mixtral": "block_sparse_moe.gate"}


def names(config, layer, expert):
    """Published names of an expert's gate, in and out."""
    experts, *matrices = PUBLISHED.get(config["model_type"], USUAL)
    return [f"{layer}{experts}.{expert}.{matrix}.weight" for matrix in matrices]


def published_shapes(config, shapes):
    """{published name: shape} from {name in memory: shape}."""
    out = {}
    for name, shape in shapes.items():
        layer = name[:name.find("mlp.")]
        if name.endswith(IN_MEMORY[0]):
            for e in range(shape[0]):
                gate, up, down = names(config, layer, e)
                out |= {gate: (shape[1] // 2, shape[2]), up: (shape[1] // 2, shape[2]), down: (shape[2], shape[1] // 2)}
        elif not name.endswith(IN_MEMORY[1]):
            out[name.replace("mlp.gate.", ROUTERS.get(config["model_type"], "mlp.gate") + ".")] = shape
    return out


def in_memory(config, tensors, expected):
    """The published tensors under the names of `expected`, stacked as they are in memory."""
    out = dict(tensors)
    for name in expected:
        layer = name[:name.find("mlp.")]
        if router := ROUTERS.get(config["model_type"]):
            if name.endswith("mlp.gate.weight"):
                out[name] = out.pop(f"{layer}{router}.weight")
        if not name.endswith(IN_MEMORY):
            continue
        experts = [names(config, layer, e) for e in range(expected[name].shape[0])]
        part = (lambda gate, up, down: np.concatenate([tensors[gate], tensors[up]])) if name.endswith(IN_MEMORY[0]) \
            else (lambda gate, up, down: tensors[down])
        out[name] = np.stack([part(*expert) for expert in experts])
        for matrix in sum(experts, []):
            out.pop(matrix, None)
    return out


def shares(module, args):
    """What each expert adds at the last position, weight included.  [n_experts, d_model]"""
    hidden, chosen, weights = args
    out = np.zeros((len(module.down_proj), hidden.shape[-1]))
    for e, weight in zip(chosen[-1].tolist(), weights[-1]):
        gate, up = (module.gate_up_proj[e] @ hidden[-1]).chunk(2)
        out[e] = (weight * (module.down_proj[e] @ (module.act_fn(gate) * up))).numpy()
    return out


def check_margin(args_of_router, output, n_used):
    """Single precision must choose the same experts, so that the golden is a golden of it."""
    order = torch.sort(output[0].softmax(-1), descending=True).values
    assert (order[:, n_used - 1] - order[:, n_used]).min() > 1e-4, "a router is near a tie: take another seed"
