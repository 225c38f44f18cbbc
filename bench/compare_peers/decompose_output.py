"""What `partwise decompose` says when it is done, and which model it is measured on."""
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUMMARY = re.compile(r"([\d,]+) of them computed in .*\(([\d,]+) tokens/s\)")


def tokens_and_rate(output):
    """Tokens that were computed, and how many a second; the seconds that it prints are rounded. Nothing: not said."""
    found = SUMMARY.search(output)
    return tuple(int(number.replace(",", "")) for number in found.groups()) if found else None


def demo_model():
    return Path(subprocess.run([ROOT / "scripts" / "fetch-model", "demo"], check=True, stdout=subprocess.PIPE,
                               text=True).stdout.strip())
