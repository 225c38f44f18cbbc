#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "base/json.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "cli/options.h"
#include "report/data/model.h"
#include "report/text/model.h"
#include "report/text/text_table.h"
#include "session/decompose_series.h"
#include "session/findings.h"

namespace partwise {

namespace {

/// A checkpoint of a series: what was found, and in what it differs from the first that has sizes.
struct SeriesRow {
  std::string label;
  Findings found;
};

/// Its weights are looked at; tokenizers are compared where there are prompts to compare them on.
std::vector<SeriesRow> examine_series(const CheckpointSeries& series) {
  std::vector<SeriesRow> rows;
  std::optional<ModelConfig> first;
  for (const SeriesCheckpoint& checkpoint : series) {
    SeriesRow row{checkpoint.label, examine(checkpoint.source, false)};
    row.found.checkpoint.reset();  // a mapped file each, for hundreds of them
    if (row.found.model && !first) first = row.found.model->config();
    const std::string difference = row.found.model ? size_difference(*first, row.found.model->config()) : "";
    if (!difference.empty()) row.found.refusals.emplace_back(ErrorCode::bad_data, "another model: " + difference);
    row.found.model.reset();
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string verdict(const Findings& found) {
  return found.usable() ? "usable" : replace_invalid_utf8(found.refusals.front().what());
}

void print_series(Console& console, const std::vector<SeriesRow>& rows) {
  TextColumn label{.left = true, .cells = {{"checkpoint"}}}, commit{.left = true, .cells = {{"commit"}}},
      path{.left = true, .cells = {{"path"}}}, state{.left = true, .cells = {{"state"}}};
  for (const SeriesRow& row : rows) {
    label.cells.push_back({replace_invalid_utf8(row.label)});
    commit.cells.push_back({row.found.place.commit.empty() ? "-" : row.found.place.commit.substr(0, 12)});
    path.cells.push_back({replace_invalid_utf8(row.found.place.path.string())});
    state.cells.push_back({verdict(row.found)});
  }
  console.print(text_table({label, commit, state, path}, false));
}

OrderedJson series_json(const std::string& form, const std::vector<SeriesRow>& rows) {
  OrderedJson checkpoints = OrderedJson::array();
  for (const SeriesRow& row : rows) {
    OrderedJson refused = OrderedJson::array(), commit;
    for (const Error& refusal : row.found.refusals) refused.push_back(refusal.what());
    if (!row.found.place.commit.empty()) commit = row.found.place.commit;
    checkpoints.push_back({{"label", row.label},
                           {"name", row.found.place.name},
                           {"commit", commit},
                           {"path", row.found.place.path.string()},
                           {"usable", row.found.usable()},
                           {"refused", refused}});
  }
  return {{"series", form}, {"checkpoints", checkpoints}};
}

class Inspect : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("model", source_.model, fmt::format("model: {}", kModelForms)).type_name("MODEL");
    add_series_option(options, series_);
    add_allow_unknown_option(options, source_);
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    check_one_source(source_.model, series_, "MODEL");
    series_.empty() ? inspect_model(console) : inspect_series(console);
  }

 private:
  void inspect_model(Console& console) const {
    const Findings found = examine(source_);
    json_ ? console.print_json(findings_json(found)) : console.print(findings_text(found));
    if (!found.usable()) throw refusal_of(found);
  }

  void inspect_series(Console& console) const {
    const std::vector<SeriesRow> rows = examine_series(open_series(series_, source_.allow_unknown));
    json_ ? console.print_json(series_json(series_, rows)) : print_series(console, rows);
    const auto usable = [](const SeriesRow& row) { return row.found.usable(); };
    const auto bad = std::find_if_not(rows.begin(), rows.end(), usable);
    if (bad == rows.end()) return;
    const Error& why = bad->found.refusals.front();
    throw Error(
        why.code(),
        fmt::format("{} of {} checkpoints cannot be used; {}: {}",
                    std::count_if(rows.begin(), rows.end(), std::not_fn(usable)), rows.size(), bad->label, why.what()),
        why.advice());
  }

  ModelChoice source_;
  std::string series_;
  bool json_ = false;
};

const RegisterCommand registered({
    .place = 20,
    .name = "inspect",
    .summary = "what a model file holds, and what would be refused and why",
    .usage = "(MODEL | --checkpoint-series FORM) [--json]",
    .description =
        "Opens a model as the other commands would and prints its format, files, architecture, sizes, number "
        "of components, the memory that a pass takes, tokenizer and tensors. A model that cannot be used is told all "
        "the reasons, and the exit code is then 65 (66 where something is missing). The tokenizer is loaded, weights "
        "are not read through. Of a checkpoint series, each checkpoint gets a line: whether it is there and can be "
        "used.",
    .example = "partwise inspect SmolLM2-135M-Instruct.Q4_1.gguf\n"
               "partwise inspect HuggingFaceTB/SmolLM2-135M@main\n"
               "partwise inspect --checkpoint-series 'EleutherAI/pythia-70m@step*'",
    .make = make_command<Inspect>,
});

}  // namespace

}  // namespace partwise
