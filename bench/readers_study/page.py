"""The tables in the pages of docs/. A person writes the rest of a page, the verdict above the tables included."""
import textwrap
from pathlib import Path
from typing import NamedTuple

from .runs import Failure


class Place(NamedTuple):
    """Where in a page the tables of a program are: between two marks with its name."""
    docs: Path
    program: str

    @property
    def begin(self):
        return f"<!-- {self.program} -->\n"

    @property
    def end(self):
        return f"<!-- end of {self.program} -->\n"

    def around(self):
        """The page up to the tables, and from their end; both include the mark. Errors: Failure if there are no marks."""
        text = self.docs.read_text()
        if text.count(self.begin) != 1 or text.count(self.end) != 1 or text.index(self.begin) > text.index(self.end):
            raise Failure(f"{self.docs} has no place from {self.begin.strip()} to {self.end.strip()}")
        return text[:text.index(self.begin) + len(self.begin)], text[text.index(self.end):]

    def write(self, text):
        before, after = self.around()
        self.docs.write_text(before + text + after)


FOLDER = Path(__file__).resolve().parents[2] / "docs"
RESULTS = Place(FOLDER / "results.md", "bench/readers")
LABEL = Place(FOLDER / "label.md", "bench/label")


def wrapped_line(line):
    if line.startswith("|"):
        return line
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def wrapped(lines):
    return "\n".join(map(wrapped_line, lines))
