"""Tokenizers: targets tokenizer_json, tokenizer_gguf, tokenizer_model and tokenizer_tables."""
import json

from .formats import gguf, proto

TEXT = "<s>hello low 12\n\u00e9 e\u0301<t> lo \U0001F600"  # the text that the tokenizers encode
LETTERS = list("helow12\u0120\u010a\u00c3\u00a9")  # in the spelling of byte-level BPE
MERGES = ["l o", "lo w", "h e", "he l", "hel lo", "\u0120 lo", "\u00c3 \u00a9"]
VOCABULARY = LETTERS + [merge.replace(" ", "") for merge in MERGES]
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
TEMPLATE = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                                                     {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}}


def split(expression, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": {"Regex": expression}, "behavior": behavior, "invert": invert}


def sequence(members, *parts):
    return {"type": "Sequence", members: list(parts)}


def added(id, content, **options):
    return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
            "special": True} | options


VOCABULARY_WITH_ADDED = {token: id for id, token in enumerate(["<s>", "<t>"] + VOCABULARY)}


def tokenizer_json(model=None, **changes):
    model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
             "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
             "vocab": VOCABULARY_WITH_ADDED, "merges": MERGES} | (model or {})
    return json.dumps({"version": "1.0", "truncation": None, "padding": None,
                       "added_tokens": [added(0, "<s>"), added(1, "<t>", special=False)], "normalizer": None,
                       "pre_tokenizer": BYTE_LEVEL, "post_processor": None, "decoder": BYTE_LEVEL,
                       "model": model} | changes, ensure_ascii=False, separators=(",", ":"))


def json_variants():
    """Changes to tokenizer.json. Each variant has one feature that a file can have."""
    plain = BYTE_LEVEL | {"use_regex": False}
    digits = lambda individual: {"type": "Digits", "individual_digits": individual}
    pre = lambda *parts: {"pre_tokenizer": sequence("pretokenizers", *parts)}
    return {
        "plain": {}, "digits": pre(digits(True), BYTE_LEVEL), "numbers": pre(digits(False), BYTE_LEVEL),
        "split-gpt2": pre(split(GPT2), plain), "split-llama3": pre(split(LLAMA3), plain),
        "split-removed": pre(split(r"\s+", "Removed"), BYTE_LEVEL),
        "split-inverted": pre(split(r"[a-z]+|(?<=\d)\S{2,}", "Removed", True), plain),
        "nfc": {"normalizer": {"type": "NFC"}}, "nfc-sequence": {"normalizer": sequence("normalizers", {"type": "NFC"})},
        "template": {"post_processor": TEMPLATE},
        "template-sequence": {"post_processor": sequence("processors", plain, TEMPLATE)},
        "merge-pairs": {"model": {"merges": [merge.split(" ") for merge in MERGES]}},
        "ignore-merges": {"model": {"ignore_merges": True}},
        "added-normalized": {"added_tokens": [added(0, "<s>"), added(len(VOCABULARY) + 2, "\u00e9", normalized=True, special=False)],
                             "normalizer": {"type": "NFC"}},
        "added-strips": {"added_tokens": [added(0, "<s>", lstrip=True), added(1, "<t>", rstrip=True)]},
        "added-word": {"added_tokens": [added(0, "<s>", single_word=True)]}}


def sentencepiece_json(**changes):
    """A tokenizer.json with SentencePiece BPE, like that of Llama 2 except for `changes`."""
    space, pieces = "\u2581", [piece for piece, kind in PIECES if kind in (1, 6)]
    merges = ["l o", f"{space} lo", "lo w", "h e", "he l", "hel lo"]
    model = {"byte_fallback": True, "fuse_unk": True, "unk_token": "<s>", "merges": merges,
             "vocab": {"<s>": 0, "<t>": 1} | {piece: id for id, piece in enumerate(pieces, 2)}}
    replace = lambda old, new: {"type": "Replace", "pattern": {"String": old}, "content": new}
    prepend = sequence("normalizers", {"type": "Prepend", "prepend": space}, replace(" ", space))
    decoder = sequence("decoders", replace(space, " "), {"type": "ByteFallback"}, {"type": "Fuse"},
                       {"type": "Strip", "content": " ", "start": 1, "stop": 0})
    return tokenizer_json(model, **({"normalizer": prepend, "pre_tokenizer": None, "decoder": decoder} | changes))


def sentencepiece_variants():
    metaspace = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": False}
    replace = {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}
    space = {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False}
    return {"sentencepiece-llama": {}, "sentencepiece-gemma": {"normalizer": replace, "pre_tokenizer": space},
            "sentencepiece-metaspace": {"normalizer": None, "pre_tokenizer": metaspace}}


def json_files():
    files = {name: [tokenizer_json(**variant), "", TEXT] for name, variant in json_variants().items()}
    files |= {name: [sentencepiece_json(**variant), "", TEXT] for name, variant in sentencepiece_variants().items()}
    config = {"bos_token": "<s>", "eos_token": {"content": "<t>"}, "add_bos_token": True, "add_prefix_space": False,
              "added_tokens_decoder": {"0": added(0, "<s>")}, "tokenizer_class": "GPT2Tokenizer"}
    files["config"] = [tokenizer_json(), json.dumps(config), TEXT]
    return files


def gguf_metadata(pre, **changes):
    tokens = ["<s>", "<t>", "<unused>", *VOCABULARY]
    return {"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": pre, "tokenizer.ggml.tokens": tokens,
            "tokenizer.ggml.token_type": [("i32", kind) for kind in [3, 4, 5] + [1] * len(VOCABULARY)],
            "tokenizer.ggml.merges": MERGES, "tokenizer.ggml.bos_token_id": 0} | {
                f"tokenizer.ggml.{key}": value for key, value in changes.items()}


def gguf_files():
    files = {pre: [gguf(gguf_metadata(pre)), TEXT] for pre in ("gpt-2", "llama-bpe", "qwen2", "smollm")}
    files["markers"] = [gguf(gguf_metadata("gpt-2", eos_token_id=1, add_bos_token=True, add_eos_token=False,
                                           add_space_prefix=False)), TEXT]
    scores = [float(-i) for i in range(len(PIECES))]
    llama = {"tokenizer.ggml.model": "llama", "tokenizer.ggml.tokens": [piece for piece, _ in PIECES],
             "tokenizer.ggml.scores": scores, "tokenizer.ggml.token_type": [("i32", kind) for _, kind in PIECES],
             "tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.eos_token_id": 2, "tokenizer.ggml.unknown_token_id": 0}
    files["sentencepiece"] = [gguf(llama), TEXT]
    files["sentencepiece-options"] = [gguf(llama | {"tokenizer.ggml.add_space_prefix": False,
                                                    "tokenizer.ggml.add_bos_token": True}), TEXT]
    return files


# SentencePiece: pieces and their types (1 normal, 2 unknown, 3 control, 4 user-defined, 6 byte).
PIECES = [("<unk>", 2), ("<s>", 3), ("</s>", 3), ("<t>", 4), *((f"<0x{byte:02X}>", 6) for byte in range(256)),
          *((text, 1) for text in ("\u2581", "h", "e", "l", "o", "w", "lo", "\u2581lo", "low", "he", "hel", "hello"))]
UNIGRAM, BPE = 1, 2


def sentencepiece(kind, pieces=PIECES, byte_fallback=True, **normalizer):
    """A tokenizer.model: pieces, and the settings of the trainer and the normaliser."""
    model = [(1, proto([(1, text), (2, -float(i)), (3, type)])) for i, (text, type) in enumerate(pieces)]
    trainer = proto([(3, kind), (4, len(pieces)), (35, byte_fallback), (40, 0), (41, 1), (42, 2), (43, (1 << 64) - 1),
                     (46, "<s>"), (47, "</s>")])
    options = {"name": "identity", "add_dummy_prefix": True, "remove_extra_whitespaces": False,
               "escape_whitespaces": True} | normalizer
    numbers = {"name": 1, "precompiled_charsmap": 2, "add_dummy_prefix": 3, "remove_extra_whitespaces": 4,
               "escape_whitespaces": 5}
    return proto(model + [(2, trainer), (3, proto([(numbers[name], value) for name, value in options.items()]))])


def model_files():
    few = [piece for piece in PIECES if piece[1] != 6]
    config = {"add_bos_token": True, "add_eos_token": False, "bos_token": "<s>", "eos_token": "</s>", "legacy": False}
    return {"bpe": [sentencepiece(BPE), json.dumps(config), TEXT],
            "unigram": [sentencepiece(UNIGRAM), "", TEXT],
            "few-pieces": [sentencepiece(BPE, few, False), "", TEXT],
            "no-prefix": [sentencepiece(BPE, add_dummy_prefix=False), "", TEXT],
            "extra-white-space": [sentencepiece(BPE, few, False, remove_extra_whitespaces=True), "", TEXT],
            "named-normaliser": [sentencepiece(BPE, few, False, name="nmt_nfkc"), "", TEXT]}


def table_files():
    vocabulary = json.dumps({token: id for id, token in enumerate(VOCABULARY)}, ensure_ascii=False)
    merges = "#version: 0.2\n" + "\n".join(MERGES) + "\n"
    qwen2 = {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<s>", "pad_token": None, "split_special_tokens": True,
             "additional_special_tokens": ["<t>", {"__type": "AddedToken", "content": "<u>", "lstrip": True}]}
    gpt2 = {"tokenizer_class": "GPT2TokenizerFast", "add_bos_token": True}
    listed = {"tokenizer_class": "GPTNeoXTokenizer", "extra_special_tokens": {"image_token": "<i>"},
              "added_tokens_decoder": {str(len(VOCABULARY)): {"content": "<s>", "special": True, "rstrip": True}}}
    special = {"bos_token": {"content": "<s>", "normalized": False}, "additional_special_tokens": ["<t>"]}
    added = {"<s>": len(VOCABULARY)}
    return {"qwen2": [vocabulary, merges, json.dumps(qwen2), "", "", TEXT],
            "gpt2": [vocabulary, merges, json.dumps(gpt2), json.dumps(special), json.dumps(added), TEXT],
            "listed": [vocabulary, merges, json.dumps(listed), "", "", TEXT]}


def corpora():
    return {"tokenizer_json": json_files(), "tokenizer_gguf": gguf_files(), "tokenizer_model": model_files(),
            "tokenizer_tables": table_files()}
