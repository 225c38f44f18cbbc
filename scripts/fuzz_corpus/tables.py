"""Files that users write themselves, and reader files: targets data, task, prompts and reader."""
import codecs
import gzip
import json


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def data_files():
    return {
        "rows.jsonl": lines({"text": "a {{text}}", "label": 0}, {"text": "b", "label": None, "more": {"x": [1, True]}}),
        "rows.csv": 'text,label\n"a, ""quoted""",0\nb {{label}},1\n', "windows.csv": "text,label\r\na,0\r\n\r\n",
        "rows.tsv": 'text\tlabel\n"a\t0\n{{ text }}\t1\n', "mark.csv": "\ufefftext,label\na,0\n",
        "list.json": '[{"text": "a", "label": 0},\n {"text": "b, ]"}]\n', "pretty.json": '{\n "text": "a"\n}\n{\n "text": 1\n}\n',
        "columns.json": '{"text": {"0": "a", "1": "b"}, "data": [{"label": 0}]}\n',
        "semicolons.csv": "label;text\r\n1.0;a, b\r\n;\r\n", "separator.csv": "sep=|\nlabel|text\n-1|a\n",
        "old-mac.csv": 'label,text,,\r0,"a\rb",,\r,,,\r', "expressions": "{{a[0]|trim}} {{ b['c'].strip() }} {{d-e.0}}\n",
        "rows.gz": gzip.compress(b"label,text\n0,a\n", mtime=0),
        "wide.txt": codecs.BOM_UTF16_LE + "label\ttext\r\n0\té\r\n".encode("utf-16-le")}


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


HARNESS_TASK = """tag: mine
task: tiny
dataset_path: csv
output_type: multiple_choice
doc_to_text: "{{question.strip()}} {{choices[0]}}"
doc_to_target: answer
doc_to_choice: [A, B]
metric_list: [{metric: acc}]
"""


def task_files():
    return {"templates": TASK, "anchors": "task: &name tiny\ndoc_to_target: label\nlabels: &l [a, b]\n"
            "doc_to_choice: *l\ndoc_to_text: '{{text}}:'\n", "harness": HARNESS_TASK, "computed": COMPUTED_TASK, "json": json.dumps(
                {"task": "t", "doc_to_target": "y", "doc_to_choice": ["a", "b"], "doc_to_text": "{{x}}"})}


def prompt_files():
    return {
        "text": lines({"prompt": "good is", "options": [" a", " b"], "label": " a"},
                      {"prompt": "bad is", "options": [" a", " b"], "label": -1}),
        "ids": lines({"ids": [1, 2], "option_ids": [3, 4], "label": 1}, {"ids": [5], "option_ids": [3, 4]}),
        "both": lines({"ids": [1, 2], "options": ["a", "b"], "option_ids": [3, 4], "label": None}),
        "literal": lines({"prompt": "<s>good is", "options": [" a", " b"], "literal_spans": [{"begin": 3, "end": 7}]}),
        "paper": lines({"definition": "Say it."}, {"text": "it is good", "options": [" bad", " good"]}),
        "paper-alone": lines({"text": "it: good", "options": ["bad", "good"]})}


RECIPE = {"task": "tiny", "template": "first", "prefix": "a b\n", "doc_to_text": "{{text}} is", "options": [" a", " b"]}
LITERAL_RECIPE = RECIPE | {"special_in_rows": "text", "prefix_literal": [[0, 1], [2, 3]]}
CHAT_RECIPE = LITERAL_RECIPE | {"chat": {"message_at": 2, "trim": "both", "suffix": "<e>", "label_end": "<e>"}}
COMPUTED_RECIPE = RECIPE | {"program": {"doc_to_text": "{{text|upper}}", "doc_to_choice": "{{[text, 1]}}", "delimiter": " "}}
COMPUTED_TASK = """task: t
doc_to_text: "{% if q %}{{q[1:]}}{% endif %}:"
doc_to_target: "{{c.index('b')}}"
doc_to_choice: "{{c}}"
"""


def reader_file(kind, **state):
    return json.dumps({"format": "partwise-reader", "version": 1, "kind": kind, "n_layers": 1, "n_heads": 1,
                       "label_words": ["a", "b"], "fit": {"n_examples": 4, "updates": 3, "train_accuracy": 0.75},
                       "metadata": {"recipe": json.dumps(RECIPE), "fingerprint": "0"}} | state)


HEAD, HIDDEN = [1, 0, -1, 0.5, 2], [1, 2, 3, -1, -2, -3]  # their widths are those of the target's run
LOSSES = {"strength": [0.1], "left_out_losses": [[0.01, 0.7], [0.1, 0.5]]}
PART_WEIGHTS = {"means": {"L0H0": [0.5, -0.5], "L0MLP": [0, 0]}, "sizes": {"L0H0": 1, "L0MLP": 2}, "offset": [0.25, -0.25],
                "weights": {"L0H0": 1, "L0MLP": -1}, "class_weights": {"L0H0": [1, -1, -1, 1], "L0MLP": [0, 0, 0, 0]},
                "hidden_mean": HIDDEN, "hidden_weights": [HIDDEN, HIDDEN]}

MEMBERS = {"shared": PART_WEIGHTS, "by_class": PART_WEIGHTS, "hidden": PART_WEIGHTS,
           "head_vectors": {"L0H0": {"mean": HEAD, "weights": [HEAD, HEAD]}}}
TEMPERATURES = [.05, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1, 1.15, 1.3, 1.5, 1.75, 2]


def reader_files():
    return {"full": reader_file("full"), "best": reader_file("best", component="L0MLP"),
            "comprw": reader_file("comprw", weights={"L0H0": 0.5, "L0MLP": 1}),
            "calib+": reader_file("calib+", weights=[1.5, -0.25]), "recipe": json.dumps(RECIPE),
            "recipe-literal": json.dumps(LITERAL_RECIPE), "recipe-chat": json.dumps(CHAT_RECIPE),
            "recipe-computed": json.dumps(COMPUTED_RECIPE),
            "reweight-hidden": reader_file("reweight-hidden", **PART_WEIGHTS),
            "ensemble": reader_file("ensemble", **MEMBERS),
            "committee": reader_file("committee", sets={"0": MEMBERS | {"n_rows": 4}, "1": MEMBERS | {"n_rows": 2}},
                                     calibration={"inverse_temperatures": TEMPERATURES, "weights": [1 / 16] * 16}),
            "contextual-calibration": reader_file("contextual-calibration", prior=[0.25, 0.75]),
            "affine-calibration": reader_file("affine-calibration", alpha=[0.5], beta=[1, -1]),
            "hidden-calibration": reader_file("hidden-calibration", centroids=[HIDDEN, HIDDEN]),
            "knn": reader_file("knn", labels=[0, 1], distributions=[[0.75, 0.25], [0.5, 0.5]]),
            "linear-probe": reader_file("linear-probe", mean=HIDDEN, weights=[HIDDEN, HIDDEN], **LOSSES),
            "linear-probe-parts": reader_file("linear-probe-parts", mean=[0, 0, 1, -1],
                                              weights=[[1, -1, 0.5, 0], [-1, 1, 0, 0.5]], **LOSSES),
            "bag-of-words": reader_file("bag-of-words", hashes=[1, 5, 101], idf=[1.5, 2, 1], mean=[0.5, 0, 0.25],
                                        weights=[[1, -1, 2], [-1, 1, -2]], **LOSSES),
            "top-parts": reader_file("top-parts", components=["L0H0", "L0MLP"]),
            "sav": reader_file("sav", heads=["L0H0"], means={"L0H0": [HEAD, HEAD]})}


def corpora():
    return {"data": data_files(), "task": task_files(), "prompts": prompt_files(), "reader": reader_files()}
