"""The prompts of a comparison: rows for partwise, and token ids, made by partwise, for the peers."""
import json
import subprocess

from .run import Failure

BUILTIN = 200  # prompts of the built-in news if no file is given


def ask(partwise, *arguments, rows=None):
    """The output of partwise: a list with one JSON value per line."""
    given = None if rows is None else "".join(json.dumps(row) + "\n" for row in rows)
    done = subprocess.run([partwise, *map(str, arguments)], input=given, capture_output=True, text=True)
    if done.returncode:
        raise Failure(done.stderr.strip())
    return [json.loads(line) for line in done.stdout.splitlines()]


def builtin_news(partwise, model, limit):
    options = ["prompt", "--model", model, "--task", "news", "--labelled", 4, "--json"]
    asked = (ask(partwise, *options, "--row", row)[0] for row in range(limit or BUILTIN))
    return [{name: row[name] for name in ("prompt", "options", "label")} for row in asked]


def read_rows(path, limit):
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()][:limit or None]
    except (OSError, ValueError) as error:
        raise Failure(f"{path} is not a file of JSON rows: {error}") from error


def label_ids(partwise, model, row):
    if "option_ids" in row:
        return row["option_ids"]
    words = [{"text": word, "add_bos": False} for word in row["options"]]
    ids = [answer["ids"] for answer in ask(partwise, "tokenize", "--model", model, "--jsonl", "-", rows=words)]
    return [word[0] for word in ids]


def prompt_ids(partwise, model, rows):
    if all("ids" in row for row in rows):
        return [row["ids"] for row in rows]
    texts = [{"text": row["prompt"]} for row in rows]
    return [answer["ids"] for answer in ask(partwise, "tokenize", "--model", model, "--jsonl", "-", rows=texts)]


def token_ids(partwise, model, rows):
    """{"prompts": [[id, ...], ...], "label_ids": [id, ...]}: the form that the peers read."""
    options = {json.dumps(row.get("option_ids") or row.get("options")) for row in rows}
    if len(options) != 1 or "null" in options:
        raise Failure("the peers want the same options for all prompts; the prompt file has several, or none")
    return {"prompts": prompt_ids(partwise, model, rows), "label_ids": label_ids(partwise, model, rows[0])}
