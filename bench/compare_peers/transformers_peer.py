"""A decomposition with transformers and hooks: what each head and MLP adds to each label's logit.

Runs in the comparison's environment, once per measurement. Writes one result file (safetensors): heads, mlps and logits
with partwise's names and shapes, and the seconds in its metadata. The seconds do not include loading the model.
"""
import argparse
import json
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, DynamicCache

from cost import shared_length


class Parts:
    """Hooks that take z, the MLPs' outputs and the residual stream at last positions and project them to labels."""

    def __init__(self, model, label_ids):
        config, self.norm = model.config, model.model.norm
        self.d_head = model.model.layers[0].self_attn.head_dim
        # [d_model, n_labels]: the final norm's gain folded into the labels' rows of the unembedding
        self.direction = (model.lm_head.weight[label_ids] * self.norm.weight).T.contiguous()
        # [n_heads, d_head, n_labels] for each layer: the output projection folded in, so that no head's d_model vector
        # is formed
        self.folded = [(layer.self_attn.o_proj.weight.T @ self.direction).unflatten(0, (-1, self.d_head))
                       for layer in model.model.layers]
        self.heads, self.mlps = [None] * config.num_hidden_layers, [None] * config.num_hidden_layers
        for i, layer in enumerate(model.model.layers):
            layer.self_attn.o_proj.register_forward_pre_hook(lambda _, args, i=i: self.see_heads(i, args[0]))
            layer.mlp.register_forward_hook(lambda _, __, out, i=i: self.see_mlp(i, out))
        self.norm.register_forward_pre_hook(lambda _, args: self.see_residual(args[0]))

    def at_last(self, hidden):
        return hidden[torch.arange(len(self.last)), self.last]  # [n_prompts, ...]

    def see_heads(self, layer, z):
        z = self.at_last(z).unflatten(-1, (-1, self.d_head))  # [n_prompts, n_heads, d_head]
        self.heads[layer] = torch.einsum("nhd,hdy->nhy", z, self.folded[layer])

    def see_mlp(self, layer, out):
        self.mlps[layer] = self.at_last(out) @ self.direction

    def see_residual(self, residual):
        residual = self.at_last(residual).float()
        self.scale = (residual.pow(2).mean(-1) + self.norm.variance_epsilon).rsqrt()  # [n_prompts]
        self.logits = (residual * self.scale[:, None]) @ self.direction.float()

    def read(self):
        """heads [n_prompts, n_layers, n_heads, n_labels], mlps [n_prompts, n_layers, n_labels], logits."""
        heads = torch.stack(self.heads, 1).float() * self.scale[:, None, None, None]
        return {"heads": heads, "mlps": torch.stack(self.mlps, 1).float() * self.scale[:, None, None],
                "logits": self.logits}


def padded(rows):
    """Pads rows on the right. Under causal attention no token sees the padding after it, so no mask is needed."""
    width = max(map(len, rows))
    return torch.tensor([row + [0] * (width - len(row)) for row in rows])


def run_full(model, parts, prompts):
    """Runs every prompt by itself, from its first token."""
    results = []
    for ids in prompts:
        parts.last = torch.tensor([len(ids) - 1])
        model.model(torch.tensor([ids]), use_cache=False)
        results.append(parts.read())
    return range(len(prompts)), results


def run_with_reuse(model, parts, prompts, batch):
    """Computes keys and values of the shared beginning once, then the rest of the prompts in padded batches of similar
    length."""
    n_shared = shared_length(prompts)
    prefix = DynamicCache(config=model.config)
    parts.last = torch.tensor([n_shared - 1])
    model.model(torch.tensor([prompts[0][:n_shared]]), cache=prefix, use_cache=True)
    order, results = sorted(range(len(prompts)), key=lambda i: len(prompts[i])), []
    for start in range(0, len(order), batch):
        rows = [prompts[i][n_shared:] for i in order[start:start + batch]]
        cache = DynamicCache(config=model.config)
        for i, layer in enumerate(prefix.layers):
            cache.update(layer.keys.expand(len(rows), -1, -1, -1), layer.values.expand(len(rows), -1, -1, -1), i)
        parts.last = torch.tensor([len(row) - 1 for row in rows])
        model.model(padded(rows), cache=cache, use_cache=True)
        results.append(parts.read())
    return order, results


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("prompts", type=Path, help='{"prompts": [[id, ...], ...], "label_ids": [id, ...]}')
    parser.add_argument("result", type=Path)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], required=True)
    parser.add_argument("--reuse", type=int, default=0, metavar="BATCH", help="reuse the shared prefix, in batches")
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


@torch.inference_mode()
def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    given = json.loads(args.prompts.read_text())
    prompts, label_ids = given["prompts"], given["label_ids"]
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=getattr(torch, args.dtype)).eval()
    parts = Parts(model, label_ids)
    run_full(model, parts, prompts[:1])  # warm-up: the first calls of a library are slow
    start = time.perf_counter()
    order, results = (run_with_reuse(model, parts, prompts, args.reuse) if args.reuse
                      else run_full(model, parts, prompts))
    seconds = time.perf_counter() - start
    place = torch.argsort(torch.tensor(order))
    tensors = {name: torch.cat([result[name] for result in results])[place] for name in results[0]}
    save_file(tensors, args.result, {"seconds": repr(seconds)})


if __name__ == "__main__":
    main()
