#include "report/data/fit.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "cli/fit_messages.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "report/data/curve.h"
#include "report/describe.h"
#include "report/html/run.h"
#include "report/text/curve.h"
#include "report/text/fit.h"
#include "report/text/leanings.h"
#include "session/fitting.h"
#include "session/warnings.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kAll = "all";
constexpr const char* kReaderForm = "READER.json";

std::int64_t parse_pool_size(const std::string& word) {
  std::int64_t size = 0;
  const char* end = word.data() + word.size();
  const auto [at, error] = std::from_chars(word.data(), end, size);
  if (error == std::errc() && at == end && size > 0) return size;
  throw Error(ErrorCode::usage, fmt::format("--pool-size cannot be '{}'", word), "a number of rows, 6,12,24 or all");
}

/// The name of a kind in messages: "comprw", "oracle [oracle]".
std::string named(std::string_view kind) { return with_caveat(std::string(kind), kind); }

class Fit : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("--run", run_, "run file; readers are fitted on its pool, or on all rows if it has no split")
        .type_name("RUN")
        .required();
    options
        .option("--reader", kind_,
                fmt::format("what to fit (default {}, or {} if the run does not hold what that reads): {}",
                            kDefaultReader, kDefaultOfParts, reader_names()))
        .type_name("NAME");
    add_output_option(options, output_, kReaderForm, "reader file to write; may be left out for a learning curve");
    options
        .option("--pool-size", sizes_,
                "fit on the first N labelled rows of the pool (default: on all); for several sizes with commas, or "
                "all (6, 12, 24, ... and the whole pool), print the learning curve: accuracy on the test rows over "
                "five draws of each size")
        .type_name("N|LIST|all")
        .comma_list();
    add_run_sets_option(options, sets_);
    add_calibration_option(options, without_calibration_);
    options.option("--html", html_, "write a report with the learning curve to open in a browser").type_name("FILE");
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    if (!kind_.empty()) make_reader(kind_);  // reports an unknown name before any problem with the run
    check_options();
    refuse_same_outputs({output_, html_});
    for (const std::string& output : {output_, html_}) refuse_input(output, {run_});
    for (const std::string& output : {output_, html_})
      if (!output.empty()) check_writable(output);
    const Run run = read_run_of(run_, sets_);
    if (kind_.empty()) kind_ = default_reader_for(console, run);
    is_curve() ? run_curve(console, run) : run_fit(console, run);
  }

 private:
  bool is_all() const { return sizes_.size() == 1 && sizes_[0] == kAll; }
  bool is_curve() const { return is_all() || sizes_.size() > 1; }

  void check_options() const {
    if (!is_all()) {
      for (const std::string& word : sizes_) parse_pool_size(word);
    }
    if (is_curve()) return;
    check_output_given(output_, kReaderForm);
    if (!html_.empty())
      throw Error(ErrorCode::usage, "--html shows a learning curve, and there is only one size to fit",
                  "--pool-size all");
  }

  void run_fit(Console& console, const Run& run) const {
    const FitRows rows = rows_to_fit_on(run, sizes_.empty() ? std::nullopt : std::optional(parse_pool_size(sizes_[0])));
    const std::vector<std::string> warnings = warnings_about(console, run, rows);
    const ReaderFile file = write_fitted(console, run, rows);
    if (json_) console.print_json(fitted_json(file, warnings));
  }

  /// Prints and returns sentences: the warnings of the run's prompts, then those of the fit.
  std::vector<std::string> warnings_about(const Console& console, const Run& run, const FitRows& rows) const {
    std::vector<std::string> sentences;
    for (const Warning& warning : warnings_of(run)) sentences.push_back(warning.message);
    warn(console.listener(), warnings_of(run));
    for (std::string& sentence : print_fit_warnings(console, kind_, run, rows))
      sentences.push_back(std::move(sentence));
    return sentences;
  }

  ReaderFile write_fitted(const Console& console, const Run& run, const FitRows& rows) const {
    ReaderFile file =
        fit_with_bar(console, kind_, run, rows, without_calibration_ ? Calibration::off : Calibration::on);
    write_reader(output_, file);
    console.note(fmt::format("{}: {}; written to {}", named(kind_), describe_fit(kind_, file.report), output_));
    if (const std::string leanings = leanings_text(file); !leanings.empty()) console.note(leanings);
    return file;
  }

  void run_curve(Console& console, const Run& run) const {
    const FitRows rows = fit_rows(run);
    const std::vector<std::string> warnings = warnings_about(console, run, rows);
    warn_of_judging(console, run);
    const LearningCurve curve = fitted_curve(console, run, rows);
    for (const SkippedSize& size : curve.skipped) {
      console.note(printable(fmt::format("size {} is left out: {}", size.pool_size, size.reason)));
    }
    const Analysis analysis = analyze(run, test_rows(run));
    if (json_) {
      console.print_json(curve_json(curve, analysis, warnings));
    } else {
      console.print(curve_text(curve, analysis, console.colour(), console.width()));
    }
    if (!html_.empty()) write_page(run, curve);
    if (!output_.empty()) write_fitted(console, run, rows);
  }

  LearningCurve fitted_curve(const Console& console, const Run& run, const FitRows& rows) const {
    ProgressBar bar(console);
    return learning_curve(kind_, run, sizes_for(rows), bar.listener().progress);
  }

  std::vector<std::int64_t> sizes_for(const FitRows& rows) const {
    if (is_all()) return doubling_sizes(std::ssize(rows.pool));
    std::vector<std::int64_t> sizes;
    for (const std::string& word : sizes_) sizes.push_back(parse_pool_size(word));
    return sizes;
  }

  void write_page(const Run& run, const LearningCurve& curve) const {
    write_output(html_, [&](OutputFile& out) {
      ReportInput report = report_on(
          run, kind_ == kFullModel ? std::vector{kFullModel} : std::vector<std::string_view>{kFullModel, kind_});
      report.curves = {curve};
      out.write(html_report(report));
    });
  }

  std::string run_, kind_, output_, html_;
  std::vector<std::string> sizes_;
  std::optional<std::int64_t> sets_;
  bool without_calibration_ = false, json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 60,
    .name = "fit",
    .summary = "learns a reader from the labelled rows of a run",
    .usage =
        "--run RUN [--reader NAME] -o READER.json [--pool-size N|LIST|all [--html FILE]] [--sets N] [--no-calibration] "
        "[--json]",
    .description =
        "Learns from a few labelled rows how to weigh the model's parts and writes the reader as a small JSON "
        "file, for `partwise eval` and `partwise classify`. The embedding and the biases are never weighed. Warns "
        "if the rows cannot teach much. With several pool sizes it shows what more labels would give.",
    .example =
        "partwise fit --run reviews.safetensors --reader comprw -o comprw.json\n"
        "partwise fit --run reviews.safetensors --reader comprw --pool-size all --html curve.html",
    .make = make_command<Fit>,
};

}  // namespace

void register_fit(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
