"""A table in Markdown."""


def table(head, rows, n_names=1):
    """n_names: how many of the first columns are names, which stand on the left."""
    line = lambda words: "| " + " | ".join(words) + " |"
    return [line(head), "|" + "---|" * n_names + "---:|" * (len(head) - n_names), *map(line, rows), ""]
