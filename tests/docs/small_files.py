"""Makes small versions of the files that the commands of the pages name: MODEL is a folder of that name, and so on."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

TOOLS = Path(__file__).resolve().parent / "tools"
ROOT = TOOLS.parent.parent.parent

STUDY = "{models: [MODEL], tasks: [sst2], data_root: data, templates: [0], seeds: 2, limit: 8, readers: [comprw, reweight]}\n"
SERIES_TASK = """task: series
doc_to_target: label
labels: [good, bad]
train_file: train.jsonl
test_file: test.jsonl
doc_to_text: "{{text}}:"
"""

# Files that commands of a page need from commands of other pages, and the commands that make them if they are missing.
MADE_BY = {
    "run.safetensors": "decompose --model MODEL --task sst2 --data train.jsonl --test test.jsonl",
    "other.safetensors": "decompose --model MODEL --task sst2 --data train.jsonl --test test.jsonl --seed 1",
    "reader.json": "fit --run run.safetensors",
}


def write_rows(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def rows(columns, labels, n, start):
    return [{column: f"{start + i} {column}" for column in columns} | {"label": labels[i % len(labels)]}
            for i in range(n)]


def write_data(folder, columns, labels):
    write_rows(folder / "train.jsonl", rows(columns, labels, 40, 0))
    write_rows(folder / "test.jsonl", rows(columns, labels, 12, 40))


def write_task_data(folder, task):
    """Writes train.jsonl and test.jsonl with the columns and labels of a built-in task."""
    text = (ROOT / "tasks" / f"{task}.yaml").read_text()
    columns = re.findall(r"\{\{(\w+)\}\}", re.search(r"doc_to_text: (.*)", text)[1])
    labels = re.search(r"labels: \[([^\]]*)\]", text)[1].replace('"', "")
    write_data(folder, columns, re.split(r",\s+", labels))


def make_model(folder):
    """Writes tiny-llama with a longer context. Its tokenizer has the usual label words. It has a chat template."""
    shutil.copytree(ROOT / "tests/golden/tiny-llama", folder)
    config = json.loads((folder / "config.json").read_text()) | {"max_position_embeddings": 4096}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "chat_template.jinja").write_text("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}")


def environment_of(folder, partwise):
    path = [str(TOOLS), str(ROOT / "tests/cli/tools"), str(partwise.parent), os.environ["PATH"]]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGINGFACE_", "XDG_"))}
    return kept | {"PATH": ":".join(path), "HOME": str(folder / "home"), "MODEL": str(folder / "MODEL"),
                   "PARTWISE_DEMO_MODEL": str(folder / "MODEL"), "OMP_NUM_THREADS": "2", "SLURM_CPUS_PER_TASK": "1"}


def make(folder, partwise):
    """Fills the folder of a page. Returns the environment for its commands."""
    environment = environment_of(folder, partwise)
    make_model(folder / "MODEL")
    for copy in ("llama-2-7b-random", "series/step0", "series/step16"):
        shutil.copytree(folder / "MODEL", folder / copy)
    for revision in ("main", "step0"):
        subprocess.run(["hf", "download", "EleutherAI/pythia-70m", "--revision", revision], env=environment, check=True)
    write_data(folder / "series", ["text"], ["good", "bad"])
    (folder / "series/task.yaml").write_text(SERIES_TASK)
    (folder / "study.yaml").write_text(STUDY)
    write_task_data(folder / "data/sst2", "sst2")
    write_task_data(folder, "sst2")
    topics = [f" {word}" for word in ("world", "sports", "business", "technology")]
    write_rows(folder / "agnews.jsonl",
               [{"prompt": f"{i} Topic:", "options": topics, "label": i % 4} for i in range(40)])
    write_rows(folder / "texts.jsonl", [{"prompt": "Is it", "continuation": " good?"}])
    write_rows(folder / "chats.jsonl", [{"messages": [{"role": "user", "content": "Is it good?"}]}])
    (folder / "new.txt").write_text("a lovely kettle\ndull and cold\n")
    table = "".join((ROOT / "data/tickets/tickets.csv").read_text().splitlines(keepends=True)[:81])  # 30 with a label
    for name in ("data/tickets/tickets.csv", "more.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(table)
    (folder / "new.csv").write_text("subject,body\nRefund,You took the money twice.\n")
    write_rows(folder / "new.jsonl", [{"sentence": "a lovely kettle"}, {"sentence": "dull and cold"}])
    return environment


def make_for(command, folder, environment):
    """Makes the files that one command needs: data of its task, and results of other commands."""
    if task := re.search(r"--task ([\w-]+)\b(?!/)", command):
        if (ROOT / "tasks" / f"{task[1]}.yaml").exists():
            write_task_data(folder, task[1])
    for name, made_by in MADE_BY.items():
        if re.search(rf"(?<!-o )\b{re.escape(name)}", command) and not (folder / name).exists():
            subprocess.run(["partwise", *made_by.split(), "-o", name, "-q"], cwd=folder, env=environment, check=True)
