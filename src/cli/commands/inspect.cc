#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "base/json.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/remedy.h"
#include "report/data/model.h"
#include "report/data/own_file.h"
#include "report/data/series.h"
#include "report/text/model.h"
#include "report/text/own_file.h"
#include "report/text/series.h"
#include "session/decompose_series.h"
#include "session/findings.h"
#include "session/own_file.h"

namespace partwise::internal {

namespace {

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
    if (!series_.empty()) return inspect_series(console);
    const std::optional<OwnFile> own = recognise_own_file(source_.model);
    own ? show_own_file(console, *own) : inspect_model(console);
  }

 private:
  void show_own_file(Console& console, const OwnFile& own) const {
    std::vector<std::string> commands;
    std::ranges::transform(own.taken_by, std::back_inserter(commands), spelled);
    json_ ? console.print_json(own_file_json(own, commands)) : console.print(own_file_text(own, commands));
  }

  void inspect_model(Console& console) const {
    const Findings found = examine(source_);
    json_ ? console.print_json(findings_json(found)) : console.print(findings_text(found));
    if (!found.usable()) throw refusal_of(found);
  }

  void inspect_series(Console& console) const {
    const SeriesFindings all = examine_series(open_series(series_, source_.allow_unknown));
    json_ ? console.print_json(series_json(series_, all)) : console.print(series_text(all));
    if (const std::optional<Error> refusal = refusal_of(all)) throw *refusal;
  }

  ModelChoice source_;
  std::string series_;
  bool json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 20,
    .name = "inspect",
    .summary = "shows what a model, a run or a reader holds, and what would be refused and why",
    .usage = "(MODEL | FILE | --checkpoint-series FORM) [--json]",
    .description =
        "Opens a model as the other commands would and prints its format, files, architecture, sizes, number "
        "of components, the memory that a pass takes, tokenizer and tensors. If a model cannot be used, all "
        "reasons are printed, and the exit code is 65 (66 if something is missing). The tokenizer is loaded; weights "
        "are not read through. For a checkpoint series, a line per checkpoint says whether it is there and can be "
        "used. Of any other file that partwise writes or takes (a run, a reader, results of a study, prompts, a table, "
        "a "
        "task, a page) it says what the file is, which model and task it is of, how many rows it has, and which "
        "commands take it.",
    .example =
        "partwise inspect SmolLM2-135M-Instruct.Q4_1.gguf\n"
        "partwise inspect run.safetensors\n"
        "partwise inspect HuggingFaceTB/SmolLM2-135M@main\n"
        "partwise inspect --checkpoint-series 'EleutherAI/pythia-70m@step*'",
    .make = make_command<Inspect>,
};

}  // namespace

void register_inspect(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
