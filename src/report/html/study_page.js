// Shows the page of one part of a model: #MODEL/PART. The data are in the element "part-data".
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("part-data").textContent);
  const place = document.getElementById("part");
  const modelBox = document.getElementById("part-model"), partBox = document.getElementById("part-name");

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const percent = (share) => (100 * share).toFixed(1) + "\u00a0%";
  const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

  const row = (cells, tag = "td") => {
    const line = element("tr");
    for (const cell of cells) line.append(element(tag, cell));
    return line;
  };

  const summaryTable = (tasks, index) => {
    const table = element("table"), head = element("thead"), body = element("tbody");
    head.append(row(["task", "accuracy", "by run", "full model", "chance", "label bias", "kind by run"], "th"));
    for (const [name, task] of Object.entries(tasks)) {
      const part = task.parts[index];
      body.append(row([name, percent(mean(part.accuracies)), part.accuracies.map(percent).join(", "),
        percent(task.full), percent(task.chance), part.bias.toFixed(2), part.kinds.join(", ")]));
    }
    table.append(head, body);
    return table;
  };

  const confusionTable = (name, task, part) => {
    const table = element("table"), head = element("thead"), body = element("tbody"), n = task.labels.length;
    table.append(element("caption", `${name}: answers by true label, all runs`));
    head.append(row(["true", ...task.labels], "th"));
    task.labels.forEach((label, y) =>
      body.append(row([label, ...part.confusion.slice(y * n, (y + 1) * n).map(String)])));
    table.append(head, body);
    return table;
  };

  const examples = (title, name, rows) => {
    const box = element("div");
    box.append(element("h4", title));
    const list = element("ol");
    for (const number of rows) {
      const text = (data.texts[name] || {})[number];
      list.append(element("li", text === undefined ? `test row ${number + 1}` : text));
    }
    box.append(list);
    return box;
  };

  const taskDetails = (name, task, part) => {
    const details = element("details");
    details.append(element("summary", `${name}: confusion and examples`), confusionTable(name, task, part),
      examples("Rows that it pushes most towards their label (first run)", name, part.helpful),
      examples("Rows that it pushes most away from their label (first run)", name, part.harmful));
    return details;
  };

  const fillParts = (model) => {
    partBox.replaceChildren(...data.models[model].parts.map((name) => element("option", name, {value: name})));
  };

  const show = () => {
    const cut = location.hash.lastIndexOf("/");
    const model = decodeURIComponent(location.hash.slice(1, Math.max(cut, 1))), name = location.hash.slice(cut + 1);
    const entry = data.models[model];
    const index = entry ? entry.parts.indexOf(name) : -1;
    if (index < 0) return;
    modelBox.value = model;
    fillParts(model);
    partBox.value = name;
    const heading = element("h3", `${name} of ${model}`, {tabindex: "-1"});
    const scroll = element("div", undefined, {class: "scroll"});
    scroll.append(summaryTable(entry.tasks, index));
    place.replaceChildren(heading, scroll);
    for (const [task, values] of Object.entries(entry.tasks)) place.append(taskDetails(task, values, values.parts[index]));
    heading.scrollIntoView();
    heading.focus({preventScroll: true});
  };

  modelBox.replaceChildren(...Object.keys(data.models).map((name) => element("option", name, {value: name})));
  if (modelBox.value) fillParts(modelBox.value);
  const go = () => { location.hash = `#${encodeURIComponent(modelBox.value)}/${partBox.value}`; };
  modelBox.addEventListener("change", () => { fillParts(modelBox.value); go(); });
  partBox.addEventListener("change", go);
  window.addEventListener("hashchange", show);
  show();
})();
