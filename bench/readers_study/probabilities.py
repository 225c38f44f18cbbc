"""The tables about probabilities: log loss, calibration error, and what calibration changes."""
from .cells import by_task, mean, values
from .judging import AS_IS, MIDDLE, NOT_CALIBRATED
from .markdown import table


def loss_table(studied, labelled):
    """All readers, the best log loss last."""
    names = [name for name in studied.readers(labelled[-1]) if all(name in studied.readers(k) for k in labelled)]
    order = MIDDLE if MIDDLE in labelled else labelled[-1]

    def row(name):
        errors = by_task(studied.of(order), name, "ece")
        worst = max(errors, key=errors.get)
        return [name, *(f"{mean(studied.of(k), name, measure):.3f}" for measure in ("nll", "ece") for k in labelled),
                f"{errors[worst]:.3f} ({worst})", f"{mean(studied.of(order), name, 'expected_ece'):.3f}"]

    heads = [f"{word}, K = {k}" for word in ("log loss", "ECE") for k in labelled]
    rows = map(row, sorted(names, key=lambda name: -mean(studied.of(order), name, "nll")))
    return table(["reader", *heads, f"largest of a task, K = {order}", f"if calibrated, K = {order}"], rows)


def error_table(studied, names):
    cells = studied.of(MIDDLE)
    shown = {name: (by_task(cells, name, "ece"), by_task(cells, name, "expected_ece")) for name in names}
    tasks = list(dict.fromkeys(cell.task for cell in cells))
    return table(["task", *names], ([task, *(f"{found[task]:.3f} ({expected[task]:.3f})"
                                             for found, expected in shown.values())] for task in tasks))


def calibrated_readers(studied):
    """The readers whose probabilities the option changes."""
    on, off = studied.of(MIDDLE, AS_IS), studied.of(MIDDLE, NOT_CALIBRATED)
    both = [name for name in studied.readers(MIDDLE) if name in studied.readers(MIDDLE, NOT_CALIBRATED)]
    return [name for name in both if values(on, name, "nll") != values(off, name, "nll")]


def calibration_table(studied):
    on, off = studied.of(MIDDLE, AS_IS), studied.of(MIDDLE, NOT_CALIBRATED)
    rows = ([name, *(f"{mean(cells, name, measure):.3f}" for measure in ("nll", "ece", "brier") for cells in (off, on))]
            for name in calibrated_readers(studied))
    return table(["reader", *(f"{word}{state}" for word in ("log loss", "ECE", "Brier score")
                              for state in ("", ", calibrated"))], rows)
