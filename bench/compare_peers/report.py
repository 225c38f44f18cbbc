"""The report: the table of measurements, and sentences about how they were made."""
import os
import re
import textwrap
from pathlib import Path

from .environment import REQUIREMENTS
from .run import Failure
from .table import markdown, plain

DOCS = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
NAME = "bench/compare"
COLUMNS = """\
Medians, and in brackets the smallest and largest values of the rounds. Each figure comes from a process of its own; in
each round they run one after the other. *pass*: without loading the model and, for the peers, without a first call; for
partwise the time that `decompose` prints, which includes reading and packing the weights. *process*: from start to end.
*peak memory*: resident, mapped pages of files included. *share of oneDNN*: the FLOP/s of the pass, divided by those of
oneDNN for the model's own products in that precision, measured in the same rounds. *logits off by*: the largest
difference from partwise-f32; with transformers in float32 every part agrees as well, within 1e-3. The last two columns:
how many times as fast partwise is, in examples/s, and compared with llama.cpp in tokens/s."""


def machine(n_threads):
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{cpu.group(1) if cpu else 'an unnamed processor'}, {n_threads} threads, {memory / 1e9:.0f} GB of memory"


def peers():
    pins = dict(re.findall(r"^([\w-]+)==([\w.]+)", REQUIREMENTS.read_text(), re.MULTILINE))
    return ", ".join(f"{name} {pins[name]}" for name in ("torch", "transformers", "llama-cpp-python"))


def introduction(setting, repeats, products):
    given = setting.ids["prompts"]
    best = [f"{max(one[name] for one in products) / 1e9:,.0f} GFLOP/s in {name}" for name in products[0]]
    return "; ".join([f"{setting.model.name}, {len(given)} prompts ({sum(map(len, given)):,} tokens)",
                      f"{repeats} round{'s' if repeats > 1 else ''}", machine(setting.n_threads), peers(),
                      f"oneDNN for the model's products: {', '.join(best)}."])


def as_text(introduction, rows, contestants):
    how = "\n".join(f"  {one.name}: {one.how}" for one in contestants)
    return "\n".join([introduction, "", plain(rows), "", how])


def text(setting, repeats, products, contestants, rows):
    return as_text(introduction(setting, repeats, products), rows, contestants)


def docs_around(name):
    """The text of the page up to the block of the program `name`, and from its end; both include the block's marker.
    Errors: Failure if the page has no such block."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    page = DOCS.read_text() if DOCS.is_file() else ""
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise Failure(f"{DOCS} has no block from {begin} to {end} to write into")
    return page[:page.index(begin) + len(begin)], page[page.index(end):]


def write_block(name, paragraphs):
    before, after = docs_around(name)
    block = "\n\n".join(paragraphs)
    DOCS.write_text(f"{before}\n{block}\n{after}")


def wrapped(sentence, indent=""):
    return textwrap.fill(sentence, 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def how_items(contestants):
    return "\n".join(wrapped(f"- `{one.name}`: {one.how}", "  ") for one in contestants)


def write_docs(setting, repeats, products, contestants, rows):
    write_block(NAME, [wrapped(introduction(setting, repeats, products)), markdown(rows), COLUMNS,
                       how_items(contestants)])
