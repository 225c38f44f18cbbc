#include <fmt/format.h>

#include <optional>

#include "base/json.h"
#include "cli/command.h"
#include "cli/options.h"
#include "report/data/model.h"
#include "report/data/series.h"
#include "report/text/model.h"
#include "report/text/series.h"
#include "session/decompose_series.h"
#include "session/findings.h"

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
    series_.empty() ? inspect_model(console) : inspect_series(console);
  }

 private:
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
    .summary = "shows what a model file holds, and what would be refused and why",
    .usage = "(MODEL | --checkpoint-series FORM) [--json]",
    .description =
        "Opens a model as the other commands would and prints its format, files, architecture, sizes, number "
        "of components, the memory that a pass takes, tokenizer and tensors. If a model cannot be used, all "
        "reasons are printed, and the exit code is 65 (66 if something is missing). The tokenizer is loaded; weights "
        "are not read through. For a checkpoint series, a line per checkpoint says whether it is there and can be "
        "used.",
    .example =
        "partwise inspect SmolLM2-135M-Instruct.Q4_1.gguf\n"
        "partwise inspect HuggingFaceTB/SmolLM2-135M@main\n"
        "partwise inspect --checkpoint-series 'EleutherAI/pythia-70m@step*'",
    .make = make_command<Inspect>,
};

}  // namespace

void register_inspect(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
