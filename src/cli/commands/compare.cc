#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/options.h"
#include "decompose/run_file.h"
#include "report/data/comparison.h"
#include "report/text/comparison.h"
#include "session/warnings.h"
#include "study/comparison.h"

namespace partwise::internal {

namespace {

class Compare : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("runs", files_, "run files of one model, or of models of one shape; their test rows are used")
        .type_name("RUN...");
    options.flag("--csv", csv_, "a line for each ordered pair of runs, as CSV");
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    if (csv_ && json_) throw Error(ErrorCode::usage, "give one of --csv and --json");
    std::vector<ComparedRun> runs;
    for (const std::string& file : files_) runs.push_back(compared_run(file, read_run(file)));
    std::vector<std::pair<std::string, std::vector<Warning>>> warnings;
    for (const ComparedRun& run : runs) warnings.emplace_back(run.name, run.warnings);
    warn_of_runs(console.listener(), warnings);
    const Comparison comparison = compare_runs(std::move(runs));
    if (json_) return console.print_json(comparison_json(comparison));
    console.print(csv_ ? comparison_csv(comparison) : comparison_text(comparison, console.colour(), console.width()));
  }

 private:
  std::vector<std::string> files_;
  bool csv_ = false, json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 55,
    .name = "compare",
    .summary = "shows whether the same parts do well in other runs",
    .usage = "RUN RUN... [--json | --csv]",
    .description =
        "For all pairs of runs: the correlation of the accuracies of all parts, the overlap of the best five, and how "
        "the best part of one run does on the other; with means, and 95 % intervals, across seeds, minimally different "
        "templates, templates, tasks, models and other prompts, as the runs differ.",
    .example =
        "partwise compare seed0.safetensors seed1.safetensors seed2.safetensors\n"
        "partwise compare study/runs/*/sst2/*-shots4.safetensors study/runs/*/yelp/*-shots4.safetensors",
    .make = make_command<Compare>,
};

}  // namespace

void register_compare(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
