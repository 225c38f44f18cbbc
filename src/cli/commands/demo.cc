#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "cli/command.h"
#include "cli/fit_messages.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "cli/prompt_options.h"
#include "prompts/prompt_traps.h"
#include "report/html/run.h"
#include "report/text/run.h"
#include "session/decompose_job.h"
#include "session/fitting.h"
#include "session/warnings.h"

namespace partwise::internal {

namespace {

constexpr const char* kTask = "news";  // the built-in task on which weighing the parts gains most

/// The readers, in the order of the report, and the readers with a learning curve.
constexpr std::string_view kReaders[] = {kFullModel, "best", kDefaultReader, "comprw", "calib+"};
constexpr std::string_view kCurves[] = {kDefaultReader, "comprw"};

/// The tasks that it shows. They come with rows, and 24 labels are enough for a pool.
const std::vector<std::string> kTasks = {kTask, "reviews"};

void check_task(const std::string& task) {
  if (std::ranges::find(kTasks, task) != kTasks.end()) return;
  throw Error(
      ErrorCode::usage, fmt::format("demo has no rows of the task '{}'", task),
      fmt::format("it knows {}; partwise decompose takes other tasks, with rows of yours", fmt::join(kTasks, " and ")));
}

class Demo : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("--model", model_.model, "model (default: the one that `make demo` fetches)").type_name("MODEL");
    add_allow_unknown_option(options, model_);
    options.option("--task", prompts_.task, fmt::format("built-in task: news or reviews (default {})", kTask))
        .type_name("NAME");
    options.option("-o,--output", output_, fmt::format("report to write (default {})", output_)).type_name("FILE");
    options.option("--limit", prompts_.options.limit, "at most that many test rows (default: all)")
        .type_name("N")
        .range(1, 1 << 30);
    options.option("--seed", prompts_.options.seed, "which rows are drawn (default 0)").type_name("N").seed();
    add_compute_options(options, compute_);
  }

  void run(Console& console) override {
    check_task(prompts_.task);
    model_.model = model_or_demo(model_.model);
    compute_.stored = what_the_default_reads(DType::f32);
    refuse_model_file(output_, model_.model);
    refuse_input(output_, prompts_.files());
    ReportInput report;
    write_output(output_, [&](OutputFile& out) {
      report = decompose_and_read(console);
      out.write(html_report(report));
    });
    console.print(text_report(report, {.colour = console.colour(), .width = console.width()}));
    console.print(describe(*report.stats, n_prompts_) + "\n");
    console.print(fmt::format("The page to look at: {}\n", output_));
  }

 private:
  ReportInput decompose_and_read(Console& console) {
    const LoadedModel loaded(model_);
    const PromptSet set = prompts_.read(loaded);
    say_notes(console.listener(), set);
    n_prompts_ = static_cast<std::size_t>(count_prompts(set));
    announce(console, loaded, set);
    warn(console.listener(), prompt_warnings(set, loaded.tokenizer()));
    DecomposeStats stats;
    const Run run = decompose_with_bar(console, loaded, set, stats);
    print_fit_warnings(console, kDefaultReader, run, fit_rows(run));
    ReportInput report = read_parts(run);
    report.stats = stats;
    return report;
  }

  Run decompose_with_bar(Console& console, const LoadedModel& loaded, const PromptSet& set,
                         DecomposeStats& stats) const {
    const Interruptible interruptible;
    ProgressBar bar(console);
    return decompose_prompts(Session(loaded, compute_, passes_of(compute_)), set, bar.listener(), &stats);
  }

  void announce(const Console& console, const LoadedModel& loaded, const PromptSet& set) const {
    const std::int64_t n_components = loaded.config().n_components();
    console.note(fmt::format("Taking {} apart on '{}': {} prompts, {} heads and MLPs, {} labelled rows to learn from.",
                             loaded.place().name, prompts_.task, set.prompts.size(), n_components,
                             prompts_.options.labelled));
  }

  static ReportInput read_parts(const Run& run) {
    ReportInput report = report_on(run, {std::begin(kReaders), std::end(kReaders)});
    for (std::string_view kind : kCurves) {
      report.curves.push_back(learning_curve(kind, run, doubling_sizes(std::ssize(fit_rows(run).pool))));
    }
    return report;
  }

  ModelChoice model_;
  PromptChoice prompts_{.task = kTask};
  ComputeOptions compute_;
  std::string output_ = "report.html";
  std::size_t n_prompts_ = 0;
};

constexpr CommandInfo kInfo = {
    .place = 10,
    .name = "demo",
    .summary = "shows the whole method on built-in data: decomposes, reads each part, fits on 24 labels",
    .usage = "[--model MODEL] [--task news|reviews] [-o report.html] [options]",
    .description =
        "Takes a small language model apart on short texts that come with the program: how well the whole model "
        "answers, how well each head and MLP answers by itself, and what weighing them with 24 labelled rows "
        "gives. Prints tables and writes a page with the figures.",
    .example =
        "partwise demo\n"
        "partwise demo --task reviews --seed 1 -o reviews.html",
    .make = make_command<Demo>,
};

}  // namespace

void register_demo(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
