"""Reads the last message of `partwise decompose`, and finds the demo model."""
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUMMARY = re.compile(r"([\d,]+) of them computed in .*\(([\d,]+) tokens/s\)")


def tokens_and_rate(output):
    """(computed tokens, tokens per second), since the printed seconds are rounded. None if the output does not say."""
    found = SUMMARY.search(output)
    return tuple(int(number.replace(",", "")) for number in found.groups()) if found else None


def demo_model():
    return Path(subprocess.run([ROOT / "scripts" / "fetch-model", "demo"], check=True, stdout=subprocess.PIPE,
                               text=True).stdout.strip())
