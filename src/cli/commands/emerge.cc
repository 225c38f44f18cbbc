#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "cli/prompt_options.h"
#include "decompose/run_file.h"
#include "hub/checkpoint_series.h"
#include "prompts/splits.h"
#include "report/data/emergence.h"
#include "report/html/emergence.h"
#include "report/text/emergence.h"
#include "session/decompose_series.h"

namespace partwise::internal {

namespace {

namespace fs = std::filesystem;

class Emerge : public Command {
 public:
  void add_options(OptionList& options) override {
    add_series_option(options, form_).required();
    add_allow_unknown_option(options, source_);
    options
        .option("--random-init", source_.random_init, "a control: the last checkpoint's shape with untrained weights")
        .type_name("SEED")
        .seed();
    add_prompt_options(options, prompts_);
    add_output_option(options, output_, "DIR", "folder for the run files; those that are there already are kept");
    add_compute_options(options, compute_);
    options.option("--html", html_, "write a page with the figure to open in a browser").type_name("FILE");
    options.flag("--csv", csv_, "a line for each checkpoint, as CSV");
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    if (csv_ && json_) throw Error(ErrorCode::usage, "give one of --csv and --json");
    check_prompt_options(prompts_);
    check_output_given(output_, "DIR");
    CheckpointSeries series = open_series(form_, source_.allow_unknown);
    if (source_.random_init) series.push_back(control_of(series.back()));
    refuse_input(html_, prompts_.files());
    for (const SeriesCheckpoint& checkpoint : series) {
      refuse_input(html_, {(fs::path(output_) / run_file_name(checkpoint.label)).string()});
      refuse_model_file(html_, checkpoint.source.model);
    }
    if (!html_.empty()) check_writable(html_);
    const PromptSet prompts = prompts_.read_texts(series.front().source.model);
    check_test_labels(prompts, "to judge checkpoints on");
    decompose_all(series, prompts, console);
    const Emergence found = judge(series);
    if (!html_.empty()) write_output(html_, [&](OutputFile& out) { out.write(emergence_html(found, form_, task_)); });
    if (json_) return console.print_json(emergence_json(found));
    console.print(csv_ ? emergence_csv(found) : emergence_text(found, console.colour(), console.width()));
  }

 private:
  void decompose_all(const CheckpointSeries& series, const PromptSet& prompts, const Console& console) const {
    const Interruptible interruptible;
    ProgressBar bar(console);
    decompose_series(series, output_, prompts, prompts_.too_long, compute_, bar.listener());
  }

  SeriesCheckpoint control_of(const SeriesCheckpoint& last) const {
    return {fmt::format("{}-{}{}", last.label, kControlName, *source_.random_init),
            {last.source.model, last.source.allow_unknown, source_.random_init}};
  }

  EmergencePoint point_of(const SeriesCheckpoint& checkpoint) {
    const Run run = read_run(fs::path(output_) / run_file_name(checkpoint.label));
    if (const auto task = run.info.find(facts::kTask)) task_ = *task;
    return emergence_point(checkpoint.label, run);
  }

  Emergence judge(const CheckpointSeries& series) {
    std::vector<EmergencePoint> points;
    std::optional<EmergencePoint> control;
    for (const SeriesCheckpoint& checkpoint : series) {
      EmergencePoint point = point_of(checkpoint);
      if (checkpoint.source.random_init) {
        point.checkpoint = kControlName;
        control = std::move(point);
      } else {
        point.step = checkpoint_number(checkpoint.label);
        points.push_back(std::move(point));
      }
    }
    return emergence(std::move(points), std::move(control));
  }

  ModelChoice source_;
  PromptChoice prompts_;
  ComputeOptions compute_;
  std::string form_, output_, html_, task_;
  bool csv_ = false, json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 57,
    .name = "emerge",
    .summary = "shows when in a training run the whole model learns a task, and when its parts do",
    .usage = "--checkpoint-series FORM (--prompts FILE | --task NAME|FILE [options]) -o DIR [options]",
    .description =
        "Decomposes every checkpoint of a training run on the same prompts, as decompose does, and shows by step how "
        "accurate the whole model is and its best part, how accurate the best is by luck, how accuracy is spread over "
        "the parts, and how alike the parts are to those of the last checkpoint. Run files that are in the folder "
        "already are kept: if the work was interrupted, run the same command again to continue.",
    .example =
        "partwise emerge --checkpoint-series 'EleutherAI/pythia-70m@step*' --task reviews -o pythia-70m\n"
        "partwise emerge --checkpoint-series 'series/step*' --task series/task.yaml --shots 0 -o runs",
    .make = make_command<Emerge>,
};

}  // namespace

void register_emerge(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
