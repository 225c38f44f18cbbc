"""transformers as a server of single texts: label logits behind demonstrations whose keys and values are kept.

Runs in the comparison's environment. It reads a list of token ids per line, what follows the shared beginning of the
prompts, and answers with the list of the labels' logits. There are no hooks. Only the last position is multiplied by
the unembedding, and only for the labels.
"""
import argparse
import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, DynamicCache

from cost import shared_length


class Answerer:
    def __init__(self, model, shared, label_ids):
        self.model, self.n_shared = model.model, len(shared)
        self.labels = model.lm_head.weight[label_ids]  # [n_labels, d_model]
        self.cache = DynamicCache(config=model.config)
        if shared:
            self.hidden(shared)

    def hidden(self, ids):
        """The final norm's output at the last position: [d_model]."""
        return self.model(torch.tensor([ids]), cache=self.cache, use_cache=True).last_hidden_state[0, -1]

    def answer(self, ids):
        logits = self.labels @ self.hidden(ids)
        self.cache.crop(-len(ids))
        return logits.float().tolist()


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("prompts", type=Path, help='{"prompts": [[id, ...], ...], "label_ids": [id, ...]}')
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], required=True)
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


@torch.inference_mode()
def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    given = json.loads(args.prompts.read_text())
    shared = given["prompts"][0][:shared_length(given["prompts"])]
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=getattr(torch, args.dtype)).eval()
    answerer = Answerer(model, shared, given["label_ids"])
    for line in sys.stdin:
        print(answerer.answer(json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
