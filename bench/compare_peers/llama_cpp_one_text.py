"""llama.cpp as a server of single texts: label logits behind demonstrations whose keys and values are kept.

Runs in the comparison's environment. It reads a list of token ids per line, what follows the shared beginning of the
prompts, and answers with the list of the labels' logits. Flash attention is off: with few tokens it took 8 to 22 % more
processor time on one thread, in each type of file. llama.cpp computes the logits of the last position alone, but always
for the whole vocabulary.
"""
import argparse
import json
import sys
from pathlib import Path

import numpy as np
from llama_cpp import Llama, llama_get_logits

from cost import shared_length


class Answerer:
    def __init__(self, llama, shared, label_ids):
        self.llama, self.n_shared, self.label_ids = llama, len(shared), label_ids
        if shared:
            llama.eval(shared)

    def answer(self, ids):
        self.llama.n_tokens = self.n_shared  # eval removes the cells behind them
        self.llama.eval(ids)
        logits = np.ctypeslib.as_array(llama_get_logits(self.llama.ctx), shape=(self.llama.n_vocab(),))
        return logits[self.label_ids].tolist()


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("prompts", type=Path, help='{"prompts": [[id, ...], ...], "label_ids": [id, ...]}')
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


def main():
    args = arguments()
    given = json.loads(args.prompts.read_text())
    prompts = given["prompts"]
    llama = Llama(str(args.model), n_ctx=max(map(len, prompts)), n_threads=args.threads, n_threads_batch=args.threads,
                  flash_attn=False, verbose=False)
    answerer = Answerer(llama, prompts[0][:shared_length(prompts)], given["label_ids"])
    for line in sys.stdin:
        print(answerer.answer(json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
