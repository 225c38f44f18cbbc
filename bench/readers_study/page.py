"""The tables in docs/results.md. A person writes the rest of the page, the verdict above the tables included."""
import textwrap
from pathlib import Path

from .runs import Failure

DOCS = Path(__file__).resolve().parents[2] / "docs" / "results.md"
BEGIN, END = "<!-- bench/readers -->\n", "<!-- end of bench/readers -->\n"


def around():
    """The page up to the tables, and from their end; both include the mark. Errors: Failure if there are no marks."""
    text = DOCS.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise Failure(f"{DOCS} has no place from {BEGIN.strip()} to {END.strip()}")
    return text[:text.index(BEGIN) + len(BEGIN)], text[text.index(END):]


def write(text):
    before, after = around()
    DOCS.write_text(before + text + after)


def wrapped_line(line):
    if line.startswith("|"):
        return line
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def wrapped(lines):
    return "\n".join(map(wrapped_line, lines))
