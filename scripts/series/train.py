"""train.py DIR SEED STEPS: trains the model of scripts/make-series, which runs it in its Python environment."""
import json
import random
import sys
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

from goldens.tokenizer import learn_merges, make_vocabulary, write_tokenizer
from series import task

BATCH = 32
LEARNING_RATE = 3e-3
WARM_UP = 100
N_TRAIN, N_TEST = 128, 512

MERGES = learn_merges([*task.LABELS, *task.WORDS])
VOCABULARY = make_vocabulary(MERGES)
ID = {text: i for i, text in enumerate(VOCABULARY)}


def configuration():
    return LlamaConfig(
        vocab_size=len(VOCABULARY), hidden_size=64, intermediate_size=128, num_hidden_layers=4, num_attention_heads=4,
        num_key_value_heads=4, max_position_embeddings=64, tie_word_embeddings=False, initializer_range=0.125,
        bos_token_id=ID["<|im_start|>"], eos_token_id=ID["<|im_end|>"], dtype="float32")


def token_ids(rows):
    """Ids of rows of (word, label) pairs: separator, word, label, separator, ...  [n_rows, 3 * n_pairs]"""
    return torch.tensor([[ID[text] for word, label in pairs for text in (task.SEPARATOR, "Ġ" + word, "Ġ" + label)]
                         for pairs in rows])


def pairs_of(row):
    shown = [tuple(pair.split()) for pair in row["shown"].split(task.SEPARATOR) if pair]
    return [*shown, (row["word"], row["label"])]


def label_loss(model, ids):
    """Cross-entropy of all labels. Words have no loss: they are random, so there is nothing to learn."""
    hidden = model.model(ids[:, :-1]).last_hidden_state[:, 1::3]  # at words  [n_rows, n_pairs, d_model]
    return torch.nn.functional.cross_entropy(model.lm_head(hidden).flatten(0, 1), ids[:, 2::3].flatten())


@torch.no_grad()
def accuracy(model, ids):
    """Accuracy as partwise defines it: the answer is the most likely label word."""
    labels = torch.tensor([ID["Ġ" + label] for label in task.LABELS])
    logits = model.lm_head(model.model(ids[:, :-1]).last_hidden_state[:, -1])[:, labels]
    return (labels[logits.argmax(-1)] == ids[:, -1]).float().mean().item()


def checkpoint_steps(n_steps):
    """0, the last step, and the steps between them: one per doubling up to 64, then four per doubling."""
    spaced = {round(2 ** (k / 4)) for k in range(4 * n_steps.bit_length()) if k % 4 == 0 or k > 4 * 6}
    return {0, n_steps, *(step for step in spaced if step < n_steps)}


def save(model, folder, step):
    model.save_pretrained(folder / f"step{step}")
    write_tokenizer(folder / f"step{step}", MERGES)


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_task(folder, rng):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "task.yaml").write_text(task.YAML)
    write_rows(folder / "train.jsonl", task.rows(rng, N_TRAIN))
    test = list(task.rows(rng, N_TEST))
    write_rows(folder / "test.jsonl", test)
    return token_ids([pairs_of(row) for row in test])


def train(folder, seed, n_steps):
    logging.disable_progress_bar()
    torch.manual_seed(seed)
    test = write_task(folder, random.Random(f"rows {seed}"))
    rng = random.Random(f"training {seed}")
    model = LlamaForCausalLM(configuration())
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    warm_up = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / WARM_UP))
    steps, lines = checkpoint_steps(n_steps), ["step,accuracy\n"]
    for step in range(n_steps + 1):
        if step in steps:
            save(model, folder, step)
            lines.append(f"{step},{accuracy(model, test)}\n")
            print(lines[-1], end="", flush=True)
        optimizer.zero_grad()
        label_loss(model, token_ids([task.draw(rng) for _ in range(BATCH)])).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        warm_up.step()
    (folder / "accuracy.csv").write_text("".join(lines))


if __name__ == "__main__":
    train(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
