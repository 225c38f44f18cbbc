#include "study/sweep.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "report/study_files.h"
#include "report/text/sweep_plan.h"
#include "session/warnings.h"
#include "study/ranks.h"
#include "study/sweep_check.h"

namespace partwise::internal {

namespace {

class SweepCommand : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("study", study_, "the study: models, tasks, templates, seeds (YAML)").type_name("STUDY.yaml");
    add_output_option(options, output_, "DIR", "folder for runs, tables and the report; it is made");
    options.option("--data-root", data_root_, "folder with a folder for each task, in place of the study's data_root")
        .type_name("DIR");
    add_allow_unknown_option(options, model_);
    add_compute_options(options, compute_);
    add_score_option(options, compute_);
    options.flag(
        "--dry-run", dry_run_,
        "print what would be done and about how long it would take, and do not do it; the time is estimated from a "
        "short trial, and token counts are estimates too");
  }

  void run(Console& console) override {
    if (study_.empty()) throw Error(ErrorCode::usage, "the study file is needed: partwise sweep STUDY.yaml -o DIR");
    if (!dry_run_) check_output_given(output_, "DIR");
    if (!output_.empty()) check_folder(output_);
    Study study = read_study(study_);
    if (!data_root_.empty()) study.data_root = data_root_;
    for (const std::string& name : model_.allow_unknown)
      if (std::ranges::find(study.allow_unknown, name) == study.allow_unknown.end())
        study.allow_unknown.push_back(name);
    const StudySetting setting(std::move(study), output_, compute_);
    check_label_words(setting);
    check_test_labels(setting);
    const Ranks ranks = launched_ranks();
    console.quiet = console.quiet || !ranks.is_first();
    for (const std::string& note : setting.notes()) console.note(note);
    if (dry_run_) return print_plan(setting, console);
    const Interruptible interruptible;
    ProgressBar bar(console);
    run_sweep(setting, ranks, compute_, bar.listener());
    if (!ranks.is_first()) return;
    const StudyResults results = gather_study(setting, ranks, bar.listener());
    bar.clear();
    write_study(results, setting.output(), console.listener());
  }

 private:
  void print_plan(const StudySetting& setting, Console& console) const {
    const SweepPlan plan = plan_sweep(setting, compute_);
    warn_of_runs(console.listener(), plan.warnings);
    console.print(sweep_plan_text(plan));
  }

  std::string study_, output_, data_root_;
  ModelChoice model_;  // without the models, which the study names
  ComputeOptions compute_;
  bool dry_run_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 85,
    .name = "sweep",
    .summary = "runs a whole study: models, tasks, templates and seeds from one file",
    .usage = "STUDY.yaml -o DIR [--data-root DIR] [--dry-run] [--allow-unknown NAME]...",
    .description =
        "Decomposes and judges every model on every task with every template and seed, all prompts of a task and "
        "template in one pass, and writes tables and a report. What is there already is kept: if the work was "
        "stopped, run the same command again to continue. Under mpirun or srun the processes share the passes; the "
        "first one writes the tables.",
    .example =
        "partwise sweep study.yaml -o study --dry-run\npartwise sweep study.yaml -o study\n"
        "mpirun -n 4 partwise sweep study.yaml -o study",
    .make = make_command<SweepCommand>,
};

}  // namespace

void register_sweep(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
