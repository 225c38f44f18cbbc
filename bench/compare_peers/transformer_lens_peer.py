"""Runs in TransformerLens' environment: transformer_lens_peer.py FOLDER ROWS RUN. Prints JSON {part: largest difference}."""
import json
import sys
from pathlib import Path

import torch
from safetensors.numpy import load_file
from transformer_lens.model_bridge import TransformerBridge

ONE_PLUS = ("gemma", "gemma2", "gemma3_text")  # their norms multiply by 1 + weight


class Lens:
    def __init__(self, folder):
        self.model = TransformerBridge.boot_transformers(str(folder), dtype=torch.float32, device="cpu")
        self.model.enable_compatibility_mode(no_processing=True)
        self.model.set_use_attn_result(True)
        self.one_plus = json.loads((folder / "config.json").read_text())["model_type"] in ONE_PLUS

    def gain(self, norm):
        return norm.original_component.weight.detach() + self.one_plus

    def read(self, cache, parts, labels):
        """Parts [..., d_model] at the last position, through the final norm with its scale held.  [..., labels]"""
        stack = parts.reshape(-1, 1, parts.shape[-1])
        held = cache.apply_ln_to_stack(stack, layer=-1, pos_slice=-1)[:, 0]
        unembed = self.model.W_U * self.gain(self.model.ln_final)[:, None]
        return (held @ unembed[:, labels]).reshape(*parts.shape[:-1], len(labels))

    def heads(self, cache):
        """[n_layers, n_heads, d_model], through the norm after attention if there is one."""
        n_layers, n_heads = self.model.cfg.n_layers, self.model.cfg.n_heads
        heads = cache.stack_head_results(layer=-1, pos_slice=-1).reshape(n_layers, n_heads, -1)
        if "blocks.0.ln1_post.hook_scale" not in cache:
            return heads
        posts = [self.gain(self.model.blocks[l].ln1_post) / cache[f"blocks.{l}.ln1_post.hook_scale"][0, -1]
                 for l in range(n_layers)]
        return heads * torch.stack(posts)[:, None]

    def parts(self, row):
        with torch.no_grad():
            _, cache = self.model.run_with_cache(torch.tensor([row["ids"]]))
            mlps = torch.stack([cache[f"blocks.{l}.hook_mlp_out"][0, -1] for l in range(self.model.cfg.n_layers)])
            return {"heads": self.read(cache, self.heads(cache), row["option_ids"]),
                    "mlps": self.read(cache, mlps, row["option_ids"])}


folder, rows, run = map(Path, sys.argv[1:])
lens, ours = Lens(folder), load_file(run)
found = [lens.parts(json.loads(line)) for line in rows.read_text().splitlines()]
print(json.dumps({part: max(float(abs(theirs[part].numpy() - ours[part][i]).max()) for i, theirs in enumerate(found)) /
                  float(ours[part].std()) for part in ("heads", "mlps")}))
