"""The time of llama.cpp's forward pass over --tokens tokens (1,024 in bench/compare), without any decomposition.

Runs in the comparison's environment, once per measurement. Flash attention is on. The fastest of three runs with each
of two sizes of physical batches counts. The result also has the labels' logits for the first prompt, to check that it
is the same model.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
from llama_cpp import Llama, llama_get_logits
from safetensors.numpy import save_file

RUNS = 3


def load(args, n_ubatch):
    return Llama(str(args.model), n_ctx=args.tokens, n_batch=args.tokens, n_ubatch=n_ubatch, n_threads=args.threads,
                 n_threads_batch=args.threads, flash_attn=True, verbose=False)


def evaluate(llama, ids):
    llama.reset()
    start = time.perf_counter()
    llama.eval(ids)
    return time.perf_counter() - start


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("prompts", type=Path, help='{"prompts": [[id, ...], ...], "label_ids": [id, ...]}')
    parser.add_argument("result", type=Path)
    parser.add_argument("--tokens", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


def main():
    args = arguments()
    given = json.loads(args.prompts.read_text())
    ids = [token for prompt in given["prompts"] for token in prompt]
    ids = (ids * (args.tokens // len(ids) + 1))[:args.tokens]
    seconds, chosen = min((evaluate(llama, ids), n_ubatch) for n_ubatch in (512, 1024)
                          for llama in [load(args, n_ubatch)] for _ in range(RUNS))
    llama = load(args, chosen)
    evaluate(llama, given["prompts"][0])
    logits = np.ctypeslib.as_array(llama_get_logits(llama.ctx), shape=(llama.n_vocab(),))[given["label_ids"]]
    save_file({"logits": logits[None].astype(np.float32)}, args.result,
              {"seconds": repr(seconds), "settings": f"n_ubatch {chosen}"})


if __name__ == "__main__":
    main()
