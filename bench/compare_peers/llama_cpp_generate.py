"""llama.cpp as a writer of text: the most probable token each time, without any decomposition.

Runs in the comparison's environment. It prints {"ids": [...], "seconds": ...}: the tokens, and the time from the prompt
to the last of them; the model is loaded before. The fastest of --repeats runs counts. Flash attention is off, since it
makes single tokens slower. End tokens do not end the text.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
from llama_cpp import Llama, llama_get_logits


def write(llama, prompt, n):
    llama.reset()
    start, ids, given = time.perf_counter(), [], prompt
    while len(ids) < n:
        llama.eval(given)
        logits = np.ctypeslib.as_array(llama_get_logits(llama.ctx), shape=(llama.n_vocab(),))
        given = [int(logits.argmax())]
        ids += given
    return ids, time.perf_counter() - start


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("prompt", help="token ids, as JSON")
    parser.add_argument("--max-tokens", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--repeats", type=int, default=1)
    return parser.parse_args()


def main():
    args = arguments()
    prompt = json.loads(args.prompt)
    llama = Llama(str(args.model), n_ctx=len(prompt) + args.max_tokens, n_threads=args.threads,
                  n_threads_batch=args.threads, flash_attn=False, verbose=False)
    seconds, ids = min((seconds, ids) for ids, seconds in (write(llama, prompt, args.max_tokens)
                                                           for _ in range(args.repeats)))
    print(json.dumps({"ids": ids, "seconds": seconds}))


if __name__ == "__main__":
    main()
