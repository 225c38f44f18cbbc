"""Intervals of means: Student's t, and the bootstrap."""
import math
import random
import statistics
from typing import NamedTuple


class Interval(NamedTuple):
    mean: float
    low: float
    high: float


def t_quantile(df, probability=0.975):
    """A quantile of Student's t: integrates the density by Simpson's rule and finds the quantile by bisection."""
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)

    def below(t, steps=2000):
        density = [scale * (1 + (t * i / steps) ** 2 / df) ** (-(df + 1) / 2) for i in range(steps + 1)]
        return 0.5 + t / steps / 3 * (density[0] + density[-1] + 4 * sum(density[1:-1:2]) + 2 * sum(density[2:-1:2]))

    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < probability else (low, middle)
    return low


def standard_error(values):
    return statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan


def t_interval(values):
    """The mean with its 95 % interval. The ends are NaN for a single value."""
    mean, n = statistics.fmean(values), len(values)
    margin = t_quantile(n - 1) * standard_error(values) if n > 1 else math.nan
    return Interval(mean, mean - margin, mean + margin)


def bootstrap_interval(values, draws=10000, seed=0):
    """The mean, with the 2.5th and 97.5th percentiles of the means of samples with replacement."""
    rng = random.Random(seed)
    means = sorted(statistics.fmean(rng.choices(values, k=len(values))) for _ in range(draws))
    return Interval(statistics.fmean(values), means[round(0.025 * (draws - 1))], means[round(0.975 * (draws - 1))])
