"""A small byte-level BPE tokenizer in which each of the usual label words is one token."""
from goldens.files import write_json

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<unk>"]
WORDS = "positive negative world sports business technology good bad the of is".split()


def byte_letters():
    """GPT-2's printable letter for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {**{b: chr(b) for b in printable}, **{b: chr(256 + i) for i, b in enumerate(others)}}


def learn_merges(words):
    """Byte-pair merges that make every word one token. The most frequent pair is merged first."""
    split, merges = [list("Ġ" + word) for word in words], []
    while any(len(word) > 1 for word in split):
        pairs = [pair for word in split for pair in zip(word, word[1:])]
        best = max(sorted(set(pairs)), key=pairs.count)
        merges.append(best)
        split = [merge_pair(word, best) for word in split]
    return merges


def merge_pair(word, pair):
    merged, i = [], 0
    while i < len(word):
        hit = tuple(word[i:i + 2]) == pair
        merged.append("".join(pair) if hit else word[i])
        i += 2 if hit else 1
    return merged


def make_vocabulary(merges):
    return SPECIAL + sorted(byte_letters().values()) + ["".join(pair) for pair in merges]


MERGES = learn_merges(WORDS)
VOCABULARY = make_vocabulary(MERGES)


def write_tokenizer(folder, merges=MERGES):
    vocabulary = make_vocabulary(merges)
    special = [{"id": i, "content": text, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                "special": True} for i, text in enumerate(SPECIAL)]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    write_json(folder / "tokenizer.json", {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": None,
        "pre_tokenizer": {"type": "Sequence",
                          "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level]},
        "post_processor": None, "decoder": byte_level | {"add_prefix_space": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {text: i for i, text in enumerate(vocabulary)},
                  "merges": [" ".join(pair) for pair in merges]}}, indent=1)
    write_json(folder / "tokenizer_config.json", {
        "add_prefix_space": False, "bos_token": SPECIAL[1], "eos_token": SPECIAL[2], "unk_token": SPECIAL[0],
        "added_tokens_decoder": {str(token.pop("id")): token for token in special},
        "clean_up_tokenization_spaces": False, "model_max_length": 256, "tokenizer_class": "GPT2Tokenizer",
        "vocab_size": len(vocabulary)})
