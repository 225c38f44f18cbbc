"""The tables of the study, as lines of Markdown."""
from collections import defaultdict
from statistics import fmean

from readers_study.calibrated import chance_ece, ece
from readers_study.intervals import Interval, t_interval
from readers_study.markdown import table

WANTED = 0.9  # the precision that the tables show


def grouped(results, key):
    groups = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    return dict(groups)


def mean_over_tables(results, measure):
    """The mean and its interval over tables: a table's value is `measure` of all its results, so each counts the same.
    Tables of which it is not known (NaN) are left out."""
    values = [measure(group) for group in grouped(results, lambda each: each["cell"][1]).values()]
    known = [value for value in values if value == value]
    return t_interval(known) if known else Interval(*[float("nan")] * 3)


def mean_of(member):
    return lambda results: fmean(each[member] for each in results)


def of_precision(result, wanted=WANTED):
    return next(each for each in result["precision"] if each["precision"] == wanted)


def share_given(results, wanted=WANTED):
    return fmean(of_precision(each, wanted)["given"] / each["n"] for each in results)


def share_right(results, wanted=WANTED):
    """Of all answers that were given; NaN if there are none."""
    kept = [of_precision(each, wanted) for each in results]
    given = sum(each["given"] for each in kept)
    return sum(each["right"] for each in kept) / given if given else float("nan")


def share_kept(results, wanted=WANTED):
    """Of the draws in which answers were given: in how many the wanted share of them is right; NaN if there are none."""
    kept = [each for each in (of_precision(each, wanted) for each in results) if each["given"]]
    return fmean(each["right"] >= wanted * each["given"] for each in kept) if kept else float("nan")


def optimism(results):
    return fmean(each["expected"] - each["accuracy"] for each in results)


def ece_of_draws(results):
    return fmean(ece(*zip(*each["answers"])) for each in results)


def ece_by_chance(results):
    """What a draw would show if its probabilities were right."""
    return fmean(chance_ece(tuple(p for p, _ in each["answers"])) for each in results)


def ece_of_all(results):
    """Of all answers as one sample: chance has little part in it."""
    return ece(*zip(*(answer for each in results for answer in each["answers"])))


MEASURES = [("right", mean_of("accuracy"), "{:.1f}"), ("expected", mean_of("expected"), "{:.1f}"),
            ("expected - right", optimism, "{:+.1f}"), ("in the interval", mean_of("inside"), "{:.0f}"),
            ("ECE", ece_of_draws, "{:.1f}"), ("by chance", ece_by_chance, "{:.1f}"),
            ("of all", ece_of_all, "{:.1f}"), ("given", share_given, "{:.0f}"), ("of them right", share_right, "{:.1f}")]


def percent(form, value):
    return "" if value != value else form.format(100 * value)


def with_interval(form, interval: Interval):
    ends = f" ({form.format(100 * interval.low)} to {form.format(100 * interval.high)})"
    return percent(form, interval.mean) + ("" if interval.low != interval.low else ends)


def cells_of_line(results):
    return [percent(form, measure(results)) for _, measure, form in MEASURES]


def accuracy_table(results):
    groups = grouped(results, lambda each: (each["cell"][1], each["cell"][0]))
    rows = [[*names, str(len(group)), *cells_of_line(group), f"{fmean(each['seconds'] for each in group):.0f}"]
            for names, group in sorted(groups.items())]
    rows.append(["mean over tables", "", str(len(results)),
                 *(with_interval(form, mean_over_tables(results, measure)) for _, measure, form in MEASURES), ""])
    return table(["table", "model", "draws", *(name for name, _, _ in MEASURES), "seconds"], rows, n_names=2)


def readers_table(results):
    """What readers said of the held-out rows, by table, and how far the used ones are ahead."""
    names = set.intersection(*(set(each["readers"]) for each in results))
    by_table = grouped(results, lambda each: each["cell"][1])
    of = lambda name: lambda group: fmean(each["readers"][name] for each in group)
    ahead = lambda name: lambda group: fmean(each["expected"] - each["readers"][name] for each in group)
    ordered = sorted(names, key=lambda name: mean_over_tables(results, of(name)).mean)
    rows = [[f"`{name}`", *(percent("{:.1f}", of(name)(group)) for group in by_table.values()),
             percent("{:.1f}", mean_over_tables(results, of(name)).mean),
             with_interval("{:+.1f}", mean_over_tables(results, ahead(name)))] for name in ordered]
    used = mean_of("expected")
    rows.append(["chosen", *(percent("{:.1f}", used(group)) for group in by_table.values()),
                 percent("{:.1f}", mean_over_tables(results, used).mean), ""])
    return table(["reader", *by_table, "mean", "chosen ahead by"], rows)


def precision_table(results):
    """All draws of all tables and models together, for each precision."""
    rows = []
    for wanted in (each["precision"] for each in results[0]["precision"]):
        n = sum(of_precision(each, wanted)["given"] > 0 for each in results)
        rows.append([f"{wanted:g}", f"{n} of {len(results)}", percent("{:.0f}", share_given(results, wanted)),
                     percent("{:.1f}", share_right(results, wanted)), percent("{:.0f}", share_kept(results, wanted))])
    return table(["`--precision`", "draws with answers", "given", "of them right", "draws that keep it"], rows, n_names=1)


def choices(results):
    groups = grouped(results, lambda each: each["reader"])
    counts = sorted(groups.items(), key=lambda each: -len(each[1]))
    return ", ".join(f"`{name}` ({len(group)} of {len(results)})" for name, group in counts)


def of_reader(args, results, reader):
    head = f"With `--reader {reader}`:" if reader else \
        f"{len(results)} draws of {args.labelled} labelled rows, drawn at random, and up to {args.unlabelled} others. " \
        "*right*: the share of the answers to the others that is right. *in the interval*: how often that share lies in " \
        "the 95 % interval that the program stated. *ECE*: the calibration error of a draw's answers, *by chance*: what it " \
        "would be if their probabilities were right, *of all*: that of all draws' answers as one sample. *given*: the " \
        f"share of answers that `--precision {WANTED}` gives. All but seconds in %. Intervals are 95 % intervals over " \
        "tables (Student's t)."
    return [head, "", *accuracy_table(results)]


def report(args, results):
    lines = []
    for reader in args.readers:
        of_it = [each for each in results if each["cell"][3] == reader]
        lines += of_reader(args, of_it, reader)
        if not reader:
            lines += ["All draws together, for each precision. The last column: in how many of the draws with answers the "
                      "wanted share of them is right.", "", *precision_table(of_it)]
            lines += [f"Chosen were {choices(of_it)}. Accuracy on the held-out rows by reader, in %, and how many points "
                      "the choice is ahead, with the interval over tables:", "", *readers_table(of_it)]
    return lines
