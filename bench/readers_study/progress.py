"""How far the study is, on standard error."""
import sys
from statistics import mean


def clock(seconds):
    """"2 h 05 min", "12 min" or "40 s"."""
    minutes = round(seconds / 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{minutes} min" if minutes else f"{round(seconds)} s"


class Progress:
    def __init__(self, total, program="readers"):
        self.total, self.program, self.done, self.size = total, program, 0, 0
        self.seconds = {}  # {(model, task): of the cells that were made}

    def note(self, cell, seconds, size=0):
        self.done, self.size = self.done + 1, self.size + size
        if seconds > 1:
            self.seconds.setdefault(cell[:2], []).append(seconds)
        took = f" in {clock(seconds)}" if seconds > 1 else ""
        files = f"; run files {self.size / 1e9:.2f} GB" if self.size else ""
        message = f"{self.done} of {self.total}: {cell.name}{took}{files}{self.left()}"
        print(f"{self.program}:", message, file=sys.stderr, flush=True)

    def left(self):
        """Tasks differ in length, so the estimate is good once each model and task was seen."""
        if not self.seconds or self.done == self.total:
            return ""
        each = mean(mean(seconds) for seconds in self.seconds.values())
        return f"; about {clock(each * (self.total - self.done))} left"
