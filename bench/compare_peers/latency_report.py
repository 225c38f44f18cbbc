"""The report of bench/latency: a table, and sentences about how its numbers were made."""
from statistics import median

from . import report
from .table import markdown, spread

NAME = "bench/latency"
COLUMNS = """\
Medians, and in brackets the smallest and largest values of the rounds. In each round the programs run one after the
other, each in a process that gets the texts one by one, each when the answer before it is there. *first*: from the
start of the process to the first answer, with the model's file in the page cache. *p50*, *p95*: from a text to its
answer, without the first three. *grown*: how much more memory the process holds after the last text than after the
tenth. *logits off by*: the largest difference from partwise in float32. The last columns: how many times as fast
partwise is, by p50. Partwise gets texts and answers with labels and the parts behind them; the peers get token ids and
answer with the labels' logits. All keep the keys and values of the demonstrations."""
PRODUCTS = """\
The rows of oneDNN: the model's products alone, for as many rows as the median text has tokens, with weights of their
own for each layer, which come from memory as they do in a pass."""

WHERE = """\
Where partwise's time goes, within one process and without pipes: *tokens*: text to prompt to ids; *pass*: the forward
pass and the labels' logits; *readout*: every part against every label; *reader*: scores, probabilities and the parts
behind the answer. The readout is a difference between the medians of two halves of the texts; below a few milliseconds
it is noise, and may be negative."""


def milliseconds(values):
    return spread([1000 * value for value in values], "{:.1f}")


def bases(contestants):
    """The first of partwise in each precision: the others are compared with it."""
    ours = [one for one in contestants if one.name.startswith("partwise")]
    return list({one.precision: one for one in reversed(ours)}.values())[::-1]


def header(contestants):
    return ["", "first", "p50 (ms)", "p95 (ms)", "grown", "logits off by",
            *(f"{one.name} is" for one in bases(contestants))]


def ratios(seconds, contestants, measured):
    """How many times as fast each base is, round by round."""
    p50s = ([one.p50 for one in measured[base.name]] for base in bases(contestants))
    return [spread([theirs / ours for theirs, ours in zip(seconds, p50)], "{:.2f}x") for p50 in p50s]


def row(contestant, contestants, measured, off):
    ours = measured[contestant.name]
    compared = ratios([one.p50 for one in ours], contestants, measured)
    return [contestant.name, f"{median(one.first for one in ours):.2f} s", milliseconds([one.p50 for one in ours]),
            milliseconds([one.p95 for one in ours]), f"{round(max(one.grown for one in ours) / 1e6)} MB",
            f"{off[contestant.name]:.0e}" if contestant.name in off else "-",
            *("-" if base is contestant else cell for base, cell in zip(bases(contestants), compared))]


def products_row(precision, products, contestants, measured):
    seconds = [one[precision] for one in products]
    return [f"oneDNN-{precision}", "-", milliseconds(seconds), "-", "-", "-", *ratios(seconds, contestants, measured)]


def table(contestants, measured, products, off):
    precisions = products[0] if products else []
    return [header(contestants), *(row(one, contestants, measured, off) for one in contestants),
            *(products_row(precision, products, contestants, measured) for precision in precisions)]


def introduction(s, repeats):
    about = [f"{s.model.name}, {len(s.texts)} texts of {s.rows} tokens (median) behind {s.n_shared} shared ones",
             f"{repeats} round{'s' if repeats > 1 else ''}", report.machine(s.n_threads)]
    return "; ".join([*about, *([report.peers()] if s.folder else [])]) + "."


def where_table(goes):
    """Where partwise's time goes: a row for each of its settings."""
    stages = ["tokens", "pass", "readout", "reader"]
    return [["ms", *stages], *([name, *(milliseconds([one[stage] for one in rounds]) for stage in stages)]
                               for name, rounds in goes.items())]


def text(s, repeats, contestants, rows, goes):
    whole = report.as_text(introduction(s, repeats), rows, contestants)
    return f"{whole}\n\n{markdown(where_table(goes))}" if goes else whole


def write_docs(s, repeats, contestants, rows, with_products, goes):
    columns = f"{COLUMNS} {PRODUCTS}" if with_products else COLUMNS
    where = [markdown(where_table(goes)), report.wrapped(WHERE)] if goes else []
    report.write_block(NAME, [report.wrapped(introduction(s, repeats)), markdown(rows), report.wrapped(columns), *where,
                              report.how_items(contestants)])
