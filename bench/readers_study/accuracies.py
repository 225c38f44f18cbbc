"""The tables about accuracy, and the comparisons of readers."""
import math
from pathlib import Path

from .cells import differences, grouped, mean
from .intervals import bootstrap_interval, t_interval
from .judging import MIDDLE, UNBALANCED
from .markdown import table

BASELINES = ["comprw", "reweight", "linear-probe", "ensemble"]
# The readers that are compared with the baselines, and those in the tables by task: those of them that there are.
COMPARED = ["bag-of-words", "comprw", "reweight", "reweight-hidden", "linear-probe", "linear-probe-parts", "ensemble",
            "committee (1 pass)", "committee (2 passes)", "committee"]
BY_TASK = ["full", "best", "bag-of-words", "comprw", "reweight", "linear-probe", "ensemble", "committee (1 pass)",
           "committee"]
PASSES = {"bag-of-words": 0, "committee (2 passes)": 2, "committee": 3}  # over a text's own tokens; all others: 1


def points(interval):
    """The interval is left out if there is none, since the study has a single task."""
    if math.isnan(interval.low):
        return f"{100 * interval.mean:+.1f}"
    return f"{100 * interval.mean:+.1f} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f})"


def chosen(names, readers):
    return [name for name in names if name in readers]


def accuracy_table(studied, labelled):
    """All readers, ordered by accuracy at the middle K."""
    order = MIDDLE if MIDDLE in labelled else labelled[-1]
    readers = {name: caveat for k in labelled for name, caveat in studied.readers(k).items()}

    def accuracy(name, k):
        return mean(studied.of(k), name, "accuracy") if name in studied.readers(k) else None

    def row(name):
        shown = [accuracy(name, k) for k in labelled]
        return [f"{name} ({readers[name]})" if readers[name] else name, str(PASSES.get(name, 1)),
                *("–" if value is None else f"{100 * value:.1f}" for value in shown)]

    ordered = sorted(readers, key=lambda name: accuracy(name, order) or 0)
    return table(["reader", "passes", *(f"K = {k}" for k in labelled)], map(row, ordered))


def difference_table(studied, k):
    cells, readers = studied.of(k), studied.readers(k)
    baselines = chosen(BASELINES, readers)

    def shown(name, baseline):
        gaps = differences(cells, name, baseline)
        return "" if name == baseline else f"{points(t_interval(gaps))}, {sum(gap > 0 for gap in gaps)}/{len(gaps)}"

    return table(["reader", *(f"minus {baseline}" for baseline in baselines)],
                 ([name, *(shown(name, baseline) for baseline in baselines)] for name in chosen(COMPARED, readers)))


def claim(studied, k, reader, baseline):
    """One comparison in words, with both kinds of intervals."""
    gaps = differences(studied.of(k), reader, baseline)
    _, low, high = bootstrap_interval(gaps)
    return (f"- `{reader}` minus `{baseline}` at K = {k}: {points(t_interval(gaps))} points; by the bootstrap over tasks "
            f"{100 * low:+.1f} to {100 * high:+.1f}; ahead on {sum(gap > 0 for gap in gaps)} of {len(gaps)} tasks.")


def claims(studied, labelled):
    """What the choice of a default rests on."""
    one, three = "committee (1 pass)", "committee"
    pairs = [("reweight", "linear-probe"), ("ensemble", "linear-probe"), (one, "linear-probe"), (one, "ensemble"),
             (three, "linear-probe"), (three, "comprw"), (three, one)]
    return [claim(studied, k, *pair) for pair in pairs for k in labelled
            if len(chosen(pair, studied.readers(k))) == 2] + [""]


def task_table(studied, k):
    cells, names = studied.of(k), chosen(BY_TASK, studied.readers(k))
    groups = grouped(cells, lambda cell: (cell.model, cell.task))
    rows = ([Path(model).stem, task, *(f"{100 * mean(group, name, 'accuracy'):.1f}" for name in names)]
            for (model, task), group in sorted(groups.items(), key=lambda item: item[0][0]))
    return table(["model", "task", *names], rows, n_names=2)


def unbalanced_table(studied):
    balanced, other = grouped(studied.of(MIDDLE), by_task), grouped(studied.of(MIDDLE, UNBALANCED), by_task)
    names = [name for name in chosen(COMPARED, studied.readers(MIDDLE)) if name in studied.readers(MIDDLE, UNBALANCED)]

    def shown(name, task):
        return " → ".join(f"{100 * mean(group[task], name, 'accuracy'):.1f}" for group in (balanced, other))

    return table(["task", *names], ([task, *(shown(name, task) for name in names)] for task in balanced))


def by_task(cell):
    return cell.task
