"""Asks a program that answers line by line, and measures how long each answer takes."""
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from .run import Failure

COLD = 3  # answers at the start that do not count as warm


@dataclass
class Answered:
    first: float  # seconds from the start of the process to its first answer
    p50: float  # seconds from a question to its answer, without the first ones
    p95: float
    grown: int  # bytes of private memory that the last answer finds more than the tenth
    lines: list  # the answers


def private_memory(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", status)[1]) * 1024


def ask(process, question, errors):
    """(seconds, answer). Errors: Failure if the process ended."""
    start = time.perf_counter()
    try:
        process.stdin.write(question + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
    except BrokenPipeError:
        answer = ""
    if not answer:
        errors.seek(0)
        raise Failure(f"{' '.join(process.args)}\nended:\n{errors.read()}")
    return time.perf_counter() - start, answer


def ask_all(process, questions, errors):
    """(seconds of each answer, answers, bytes grown, when the first answer came)."""
    seconds, answers, first, held = [], [], None, 0
    for i, question in enumerate(questions):
        took, answer = ask(process, question, errors)
        seconds.append(took)
        answers.append(answer)
        first = first or time.perf_counter()
        if i == min(10, len(questions) - 1):
            held = private_memory(process)
    return seconds, answers, private_memory(process) - held, first


def measure(command, questions, n_threads):
    """Starts the program and asks each question when the answer before it is there."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as errors, subprocess.Popen(
            list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            env={**os.environ, "OMP_NUM_THREADS": str(n_threads)}) as process:
        seconds, answers, grown, first = ask_all(process, questions, errors)
        process.stdin.close()
    warm = sorted(seconds[COLD:])
    return Answered(first - start, statistics.median(warm), warm[int(0.95 * (len(warm) - 1))], grown, answers)


def numbers(answered):
    """The answers of a program that answers with lists of numbers, one after another."""
    return [x for line in answered.lines for x in json.loads(line)]
