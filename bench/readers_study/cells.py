"""Means and paired differences over the cells of a study."""
from collections import defaultdict
from statistics import fmean

from .calibrated import calibrated_ece
from .judging import AS_IS


def expected_ece(row):
    """The ECE that a calibrated reader would show in place of this one."""
    return calibrated_ece(round(row["accuracy"], 3), round(row["brier"], 3), len(row["label_words"]), row["n"])


def values(cells, reader, measure):
    return [expected_ece(cell.readers[reader]) if measure == "expected_ece" else cell.readers[reader][measure]
            for cell in cells]


def mean(cells, reader, measure):
    """First over the cells of each task, then over tasks, so that each task counts the same."""
    return fmean(by_task(cells, reader, measure).values())


def by_task(cells, reader, measure):
    """{task: mean over models and seeds}"""
    groups = grouped(cells, lambda cell: cell.task)
    return {task: fmean(values(group, reader, measure)) for task, group in groups.items()}


def grouped(cells, key):
    groups = defaultdict(list)
    for cell in cells:
        groups[key(cell)].append(cell)
    return dict(groups)


def differences(cells, reader, baseline, measure="accuracy"):
    """[the reader minus the baseline, on the same cells: one value per task]"""
    ours, theirs = by_task(cells, reader, measure), by_task(cells, baseline, measure)
    return [ours[task] - theirs[task] for task in ours]


class Studied:
    """All judgements, by K and variant."""

    def __init__(self, judged):
        self.judged = judged

    def of(self, k, variant=AS_IS):
        return [cell for cell in self.judged if (cell.k, cell.variant) == (k, variant)]

    def readers(self, k, variant=AS_IS):
        """{name: caveat} of the readers that could be fitted in every cell, so that their means can be compared."""
        cells = self.of(k, variant)
        return {name: row["caveat"] for name, row in cells[0].readers.items()
                if all(name in cell.readers for cell in cells)} if cells else {}
