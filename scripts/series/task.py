"""A task that each row teaches by its demonstrations: every row draws a new label for each class of words."""
import random

LABELS = "north east south west".split()
CLASS_SIZE = 4
N_DEMONSTRATIONS = 16
SEPARATOR = ";"


def make_words(n):
    """`n` different meaningless words of two syllables."""
    rng, words = random.Random(0), {}
    while len(words) < n:
        words["".join(rng.choice(letters) for letters in ("bdfgklmnprtvz", "aeiou") * 2)] = None
    return list(words)


WORDS = make_words(CLASS_SIZE * len(LABELS))  # sorted by class


def draw(rng, asked_is_new=False):
    """(word, label) pairs. The last pair is the question. `asked_is_new`: no other pair has its word."""
    labels = rng.sample(LABELS, len(LABELS))
    asked = rng.randrange(len(WORDS))
    words = [i for i in range(len(WORDS)) if not (asked_is_new and i == asked)]
    drawn = rng.choices(words, k=N_DEMONSTRATIONS) + [asked]
    return [(WORDS[i], labels[i // CLASS_SIZE]) for i in drawn]


def rows(rng, n):
    """`n` rows of a data file, balanced over labels. The asked word is new, so the model must know its class."""
    wanted = [LABELS[i % len(LABELS)] for i in range(n)]
    for label in wanted:
        pairs = draw(rng, asked_is_new=True)
        while pairs[-1][1] != label:
            pairs = draw(rng, asked_is_new=True)
        shown = "".join(f"{SEPARATOR} {word} {name}" for word, name in pairs[:-1])
        yield {"shown": shown + SEPARATOR, "word": pairs[-1][0], "label": label}


YAML = f"""\
# Words of {len(LABELS)} classes, {CLASS_SIZE} in each. Every row draws anew which label goes with which class, and shows it on
# {N_DEMONSTRATIONS} words; the word that it asks about is not among them. --shots 0: rows bring their demonstrations along.
task: classes
doc_to_target: label
doc_to_choice: [{", ".join(LABELS)}]
doc_to_text: "{{{{shown}}}} {{{{word}}}}"
train_file: train.jsonl
test_file: test.jsonl
"""
