#!/usr/bin/env python3
"""Teaches a server a task from eight labelled rows, and classifies new texts with what it learned.

    partwise serve --model MODEL &
    examples/serve/classify.py

Needs nothing but Python.
"""
import json
import os
import urllib.request

URL = os.environ.get("PARTWISE_URL", "http://127.0.0.1:9931")
LABELLED = [
    ("The parcel came a week late.", "delivery"), ("The box was left in the rain.", "delivery"),
    ("The courier rang at the wrong door.", "delivery"), ("My order has been in the same town for days.", "delivery"),
    ("I was charged twice.", "payment"), ("My card was refused, but the money is gone.", "payment"),
    ("The invoice has the wrong sum.", "payment"), ("Where is my refund?", "payment"),
]
NEW = ["The driver threw it over the fence.", "You took the money two times."]


def post(path, value):
    request = urllib.request.Request(URL + path, json.dumps(value).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


task = {"labels": ["delivery", "payment"], "instruction": "What is this complaint about?"}
rows = [{"text": text, "label": label} for text, label in LABELLED]
fitted = post("/v1/readers", {"name": "complaints", "task": task, "rows": rows})
print(f"fitted {fitted['reader']} on {fitted['n_examples']} rows; {'; '.join(fitted['warnings']) or 'no warnings'}")
answers = post("/v1/classify", {"model": "complaints", "input": NEW})["answers"]
for text, answer in zip(NEW, answers, strict=True):
    parts = ", ".join(f"{part['name']} {part['contribution']:+.2f}" for part in answer["parts"])
    print(f"{answer['label']:9} {answer['probabilities'][answer['label']]:.2f}  {text}  (driven by {parts})")
    assert abs(sum(answer["probabilities"].values()) - 1) < 1e-12
