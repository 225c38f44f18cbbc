"""From measurements to the table: medians, spreads and ratios."""
from statistics import median


def spread(values, form):
    """"12.3 (11.9-12.5)": median and range; the value alone if there is only one."""
    text = form.format(median(values))
    return text if len(values) == 1 else f"{text} ({form.format(min(values))}-{form.format(max(values))})"


def rates(contestant, measured, unit):
    return [contestant.amount(unit) / one["seconds"] for one in measured[contestant.name]]


def ratios(contestant, base, measured):
    """How many times as fast as `contestant` `base` is, round by round."""
    pairs = zip(rates(base, measured, contestant.unit), rates(contestant, measured, contestant.unit))
    return [ours / theirs for ours, theirs in pairs]


def share(contestant, measured, products):
    """The contestant's FLOP/s as a share of oneDNN's best in any round for the model's products in this precision."""
    best = max((one[contestant.precision] for one in products if contestant.precision in one), default=None)
    if not best:
        return "-"
    seconds = median(one["seconds"] for one in measured[contestant.name])
    return f"{100 * contestant.flops / seconds / best:.0f} %"


def bases(contestants):
    """The contestants that others are compared with: partwise from float32 weights, in each of its precisions."""
    return [one for one in contestants if one.name == f"partwise-{one.precision}"]


def header(contestants):
    return ["", "examples/s", "computed tokens/s", "pass", "process", "peak memory", "share of oneDNN", "logits off by",
            *(f"{base.name} is" for base in bases(contestants))]


def row(contestant, contestants, measured, products, off):
    ours = measured[contestant.name]
    return [contestant.name,
            spread(rates(contestant, measured, "examples"), "{:.1f}") if contestant.examples else "-",
            spread(rates(contestant, measured, "tokens"), "{:.0f}"),
            f"{median(one['seconds'] for one in ours):.2f} s", f"{median(one['wall_s'] for one in ours):.2f} s",
            f"{max(one['peak_bytes'] for one in ours) / 1e9:.2f} GB", share(contestant, measured, products),
            f"{off[contestant.name]:.0e}" if contestant.name in off else "-",
            *("-" if base is contestant else spread(ratios(contestant, base, measured), "{:.2f}x")
              for base in bases(contestants))]


def table(contestants, measured, products, off):
    return [header(contestants), *(row(one, contestants, measured, products, off) for one in contestants)]


def plain(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    aligned = ([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:]))] for row in rows)
    return "\n".join("  ".join(cells) for cells in aligned)


def markdown(rows):
    line = lambda cells: "| " + " | ".join(cells) + " |"
    return "\n".join([line(rows[0]), "|---" + "|---:" * (len(rows[0]) - 1) + "|", *map(line, rows[1:])])
