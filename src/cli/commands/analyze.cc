#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/output.h"
#include "decompose/run_file.h"
#include "report/data/run.h"
#include "report/figure_files.h"
#include "report/html/run.h"
#include "report/text/run.h"
#include "session/report_input.h"
#include "session/warnings.h"

namespace partwise::internal {

namespace {

class Analyze : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("--run", run_, "run file; its test rows are used, or all rows if it has no split")
        .type_name("RUN")
        .required();
    options.option("--top", top_, "how many parts each table of the text shows (default 5)")
        .type_name("N")
        .range(1, 1 << 20);
    options.option("--html", html_, "write a report to open in a browser").type_name("FILE");
    options.option("--svg", svg_, "write the report's figures as SVG files into this folder").type_name("DIR");
    options.flag("--csv", csv_, "a line for every part, as CSV");
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    if (csv_ && json_) throw Error(ErrorCode::usage, "give one of --csv and --json");
    refuse_input(html_, {run_});
    const Run run = read_run(run_);
    warn(console.listener(), warnings_of(run));
    const ReportInput input = full_report_on(run, {kFullModel});
    if (!html_.empty()) write_output(html_, [&](OutputFile& out) { out.write(html_report(input)); });
    if (!svg_.empty()) write_figures(run_figures(input), svg_);
    if (csv_) return console.print(components_csv(input));
    json_ ? console.print_json(report_json(input, rows_of(run)))
          : console.print(text_report(input, {.n_parts = top_, .colour = console.colour(), .width = console.width()}));
    console.note(fmt::format("over {} rows of {}", rows_of(run), run_));
  }

 private:
  static std::string_view rows_of(const Run& run) { return run.split.empty() ? "all" : "test"; }

  std::string run_, html_, svg_;
  std::int64_t top_ = 5;
  bool csv_ = false, json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 50,
    .name = "analyze",
    .summary = "reads each part of a run as a classifier of its own",
    .usage = "--run RUN [--top N] [--json | --csv] [--html FILE] [--svg DIR]",
    .description =
        "Shows how accurate every head and MLP is by itself, with 95 % intervals, and which label it leans to. good "
        "and bad: the interval lies wholly above or below what its own label shares would give by chance; biased: it "
        "answers with one label at least 95 times in 100; plain: neither.",
    .example =
        "partwise analyze --run reviews.safetensors\n"
        "partwise analyze --run reviews.safetensors --json | jq '.components[] | select(.kind == \"good\").name'",
    .make = make_command<Analyze>,
};

}  // namespace

void register_analyze(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
