"""The report: every table, with the sentence that says what it shows."""
from .accuracies import COMPARED, accuracy_table, chosen, claims, difference_table, task_table, unbalanced_table
from .judging import MIDDLE, NOT_CALIBRATED, UNBALANCED
from .probabilities import calibration_table, error_table, loss_table


def introduction(args, studied):
    n = len(studied.of(args.labelled[-1]))
    size = f"{len(args.tasks)} tasks x {len(args.models)} models x {len(args.seeds)} seeds = {n} cells"
    return [f"{size}, {args.limit} test rows each. K counts all labelled rows, the demonstrations among them. A mean is "
            "taken over the models and seeds of each task first, and then over tasks. Intervals are 95 % intervals over "
            "tasks, of paired differences: Student's t, if nothing else is said.", ""]


def accuracies(args, studied):
    lines = ["Accuracy in %. *Passes*: over a text's own tokens, in fitting and in answering.", "",
             *accuracy_table(studied, args.labelled),
             "The comparisons that the choice of a default rests on:", "", *claims(studied, args.labelled)]
    for k in args.labelled:
        lines += [f"Differences in points at K = {k}, with the interval over tasks, and on how many tasks the reader "
                  "is ahead:", "", *difference_table(studied, k)]
    return lines


def probabilities(args, studied):
    lines = ["Log loss, and expected calibration error (ECE). The last column is the ECE that a reader with the same "
             "accuracy and Brier score would show on so few rows if its probabilities were right; it is simulated.", "",
             *loss_table(studied, args.labelled)]
    if MIDDLE in args.labelled:
        lines += [f"ECE by task at K = {MIDDLE}, mean over models and seeds; in brackets, what it would be if the "
                  "probabilities were right:", "",
                  *error_table(studied, chosen(COMPARED, studied.readers(MIDDLE)))]
    if studied.of(MIDDLE, NOT_CALIBRATED):
        lines += [f"What calibration changes at K = {MIDDLE}. It changes no answer.", "", *calibration_table(studied)]
    return lines


def by_task(args, studied):
    lines = []
    for k in args.labelled:
        lines += [f"Accuracy in % by model and task, K = {k}, mean over seeds:", "", *task_table(studied, k)]
    if studied.of(MIDDLE, UNBALANCED):
        lines += [f"Accuracy in % at K = {MIDDLE}: with a balanced pool → with a pool in which one label has 14 of 20 "
                  "rows (of three labels 15 of 21). Mean over models and seeds:", "", *unbalanced_table(studied)]
    return lines


def report(args, studied):
    """Lines of Markdown."""
    return [*introduction(args, studied), *accuracies(args, studied), *probabilities(args, studied),
            *by_task(args, studied)]
