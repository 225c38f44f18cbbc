"""What people write themselves, and readers: targets data, task, prompts and reader."""
import json


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def data_files():
    return {
        "rows.jsonl": lines({"text": "a {{text}}", "label": 0}, {"text": "b", "label": None, "more": {"x": [1, True]}}),
        "rows.csv": 'text,label\n"a, ""quoted""",0\nb {{label}},1\n', "windows.csv": "text,label\r\na,0\r\n\r\n",
        "rows.tsv": 'text\tlabel\n"a\t0\n{{ text }}\t1\n', "mark.csv": "\ufefftext,label\na,0\n"}


TASK = """# comment
task: tiny
doc_to_target: label
labels: ["0", "1"]
description: "Say what it is."
target_delimiter: " "
fewshot_delimiter: "\\n"
train_file: train.jsonl
test_file: test.jsonl
templates:
  - name: first
    doc_to_text: "Text: {{text}}\\nLabel:"
    doc_to_choice: [bad, good]
  - name: second
    doc_to_text: |
      {{text}} {{more.0}}
      It is
    doc_to_choice: ['no', "yes"]
"""


def task_files():
    return {"templates": TASK, "anchors": "task: &name tiny\ndoc_to_target: label\nlabels: &l [a, b]\n"
            "doc_to_choice: *l\ndoc_to_text: '{{text}}:'\n", "json": json.dumps(
                {"task": "t", "doc_to_target": "y", "doc_to_choice": ["a", "b"], "doc_to_text": "{{x}}"})}


def prompt_files():
    return {
        "text": lines({"prompt": "good is", "options": [" a", " b"], "label": " a"},
                      {"prompt": "bad is", "options": [" a", " b"], "label": -1}),
        "ids": lines({"ids": [1, 2], "option_ids": [3, 4], "label": 1}, {"ids": [5], "option_ids": [3, 4]}),
        "both": lines({"ids": [1, 2], "options": ["a", "b"], "option_ids": [3, 4], "label": None}),
        "paper": lines({"definition": "Say it."}, {"text": "it is good", "options": [" bad", " good"]}),
        "paper-alone": lines({"text": "it: good", "options": ["bad", "good"]})}


RECIPE = {"task": "tiny", "template": "first", "prefix": "a b\n", "doc_to_text": "{{text}} is", "options": [" a", " b"]}


def reader_file(kind, **state):
    return json.dumps({"format": "partwise-reader", "version": 1, "kind": kind, "n_layers": 1, "n_heads": 1,
                       "label_words": ["a", "b"], "fit": {"n_examples": 4, "updates": 3, "train_accuracy": 0.75},
                       "metadata": {"recipe": json.dumps(RECIPE), "fingerprint": "0"}} | state)


def reader_files():
    return {"full": reader_file("full"), "best": reader_file("best", component="L0MLP"),
            "comprw": reader_file("comprw", weights={"L0H0": 0.5, "L0MLP": 1}),
            "calib+": reader_file("calib+", weights=[1.5, -0.25]), "recipe": json.dumps(RECIPE)}


def corpora():
    return {"data": data_files(), "task": task_files(), "prompts": prompt_files(), "reader": reader_files()}
