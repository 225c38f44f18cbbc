"""What clients ask: texts of the built-in news, a reader for them, and requests of each form."""
import json
import random
import subprocess
from pathlib import Path

from .failure import Failure
from .server import ROOT

TASK = "news"
READER = "news"  # its name in the server
LABELS = ["world", "sports", "business", "technology"]
URGENCY = ["can wait", "this week", "today"]


def run(program, *words, **how):
    """The output of a partwise command."""
    command = [str(word) for word in (program, *words)]
    done = subprocess.run(command, capture_output=True, text=True, **how)
    if done.returncode:
        raise Failure(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def make_reader(program, model, folder):
    """Fits a reader of the news task. Returns its file."""
    pool, reader = Path(folder) / "run.safetensors", Path(folder) / "reader.json"
    run(program, "decompose", "--model", model, "--task", TASK, "--limit", "8", "-o", pool)
    run(program, "fit", "--run", pool, "-o", reader)
    return reader


def texts(n):
    """`n` different texts of the task. No two share more than chance has it, so that no work is saved on them."""
    lines = (ROOT / "data" / TASK / "test.jsonl").read_text().splitlines()
    known = [json.loads(line)["text"] for line in lines]
    draw = random.Random(0)
    for k in range(n):
        if k < len(known):
            yield known[k]
        else:  # the words of two rows in turn: as long as one of them, and never there before
            halves = [draw.choice(known).split() for _ in range(2)]
            yield " ".join(halves[0][:len(halves[0]) // 2] + halves[1][len(halves[1]) // 2:] + [str(k)])


def write_rows(path, rows):
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in rows))
    return path


def classified(program, model, reader, rows, folder):
    """What `partwise classify` answers to each text."""
    file = write_rows(Path(folder) / "rows.jsonl", rows)
    output = run(program, "classify", "--model", model, "--reader", reader, "--jsonl", "--quiet", file)
    return [json.loads(line) for line in output.splitlines()]


def classify_request(text):
    return "/v1/classify", json.dumps({"model": READER, "input": [text]}).encode()


def classify_answers(body):
    """The rows of an answer to classify_request()."""
    return json.loads(body)["answers"]


def systemone_request(text, n_questions=3):
    questions = {
        "topic": {"type": "choice", "instructions": "What is this about?", "criteria": dict.fromkeys(LABELS)},
        "urgency": {"type": "score", "instructions": "How soon must an editor read it?", "criteria": URGENCY},
        "good": {"type": "noul", "instructions": "Is this good news?"},
    }
    chosen = dict(list(questions.items())[:n_questions])
    return "/v1/systemone", json.dumps({"model": "jev-latest", "state": text, "questions": chosen}).encode()


def decisions_request(text, model):
    questions = [
        {"type": "predicate", "name": "good", "instructions": "Is this good news?"},
        {"type": "choice", "instructions": "What is this about?",
         "choices": [{"value": label} for label in LABELS]},
        {"type": "score", "name": "urgency", "instructions": "How soon must an editor read it?",
         "levels": [{"label": level} for level in URGENCY]},
    ]
    return "/v1/decisions", json.dumps({"model": model, "input": text, "questions": questions}).encode()


def model_name(client):
    """What the server calls its model."""
    answer = client.get("/v1/models")
    if answer.status != 200:
        raise Failure(f"GET /v1/models: {answer.status} {answer.body.decode()}")
    return answer.json()["data"][0]["id"]
