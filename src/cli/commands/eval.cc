#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "cli/fit_messages.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "data/data.h"
#include "report/data/readers.h"
#include "report/describe.h"
#include "report/html/evaluation.h"
#include "report/row_texts.h"
#include "report/text/readers.h"
#include "session/fitting.h"
#include "session/judging.h"
#include "session/warnings.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kAll = "all";

bool learns_from_pool(const std::string& word) {
  return is_reader_kind(word) && reader_kind(word).learns_from == LearnsFrom::pool;
}

bool reads_sets(const std::string& word) { return is_reader_kind(word) && reader_kind(word).reads_sets; }

class Eval : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("--run", run_, "run file; its test rows are used, or all rows if it has no split")
        .type_name("RUN")
        .required();
    options
        .option("--reader", reader_,
                "a reader file of `partwise fit`, or a kind, which is then fitted on the run's pool")
        .type_name("READER.json|NAME");
    options
        .option("--readers", readers_,
                "several of them, with commas, side by side and compared with the first; or all: every kind that can "
                "be fitted on the run. Kinds are " +
                    reader_names())
        .type_name("LIST")
        .comma_list();
    options.option("--pool-size", pool_size_, "fit on the first N labelled rows of the pool (default: on all)")
        .type_name("N")
        .range(1, 1 << 30);
    add_run_sets_option(options, sets_);
    add_calibration_option(options, without_calibration_);
    options
        .option("--html", html_,
                "write a page to open in a browser: the readers side by side, and of each how its answers fall, how "
                "far its probabilities can be trusted, and its wrong answers")
        .type_name("FILE");
    options
        .option("--test", test_,
                "file of the test rows, which the page then shows as texts; those of built-in tasks are known")
        .type_name("TEST");
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    check_options();
    check_files();
    const Run run = read_run_of(run_, sets_);
    if (const std::string variant = describe_variant(run.info); !variant.empty())
      console.note(printable(fmt::format("the run is of the model {}", variant)));
    warn(console.listener(), warnings_of(run));
    const std::vector<std::string> texts = html_.empty() ? std::vector<std::string>{} : texts_of(console, run);
    const FitRows rows = rows_to_fit_on(run, pool_size_);
    warn_of_rows(console, run, rows);
    const std::vector<Judged> all = judge_all(console, run, rows);
    print(console, run, all);
    if (!html_.empty()) write_output(html_, [&](OutputFile& out) { out.write(evaluation_html(run, all, texts)); });
  }

 private:
  bool is_all() const { return readers_.size() == 1 && readers_[0] == kAll; }
  std::vector<std::string> words() const { return readers_.empty() ? std::vector{reader_} : readers_; }

  void check_options() const {
    if (reader_.empty() == readers_.empty()) {
      throw Error(ErrorCode::usage, "give one of --reader and --readers", "kinds of readers are " + reader_names());
    }
    for (const std::string& word : words()) {
      if (!pool_size_ || is_all() || is_reader_kind(word)) continue;
      throw Error(ErrorCode::usage,
                  fmt::format("'{}' is no kind of reader: --pool-size is for kinds; a file is already fitted", word),
                  "kinds of readers are " + reader_names());
    }
  }

  void check_files() const {
    if (html_.empty() && !test_.empty())
      throw Error(ErrorCode::usage, "--test is for the page, and none is asked for", "--html FILE writes one");
    std::vector<std::string> inputs = words();
    inputs.insert(inputs.end(), {run_, test_});
    refuse_input(html_, inputs);
    if (!html_.empty()) check_writable(html_);
  }

  /// The texts of the run's rows, as far as they are known.  [n_examples]
  std::vector<std::string> texts_of(const Console& console, const Run& run) const {
    const std::vector<std::string> texts = test_.empty() ? builtin_row_texts(run) : row_texts(run, read_data(test_));
    const std::vector<std::int64_t> rows = test_rows(run);
    const auto n_unknown =
        std::ranges::count_if(rows, [&](std::int64_t i) { return texts[static_cast<std::size_t>(i)].empty(); });
    if (n_unknown == 0) return texts;
    const std::string seen = fmt::format("note: the page lacks the texts of {} of {} rows", n_unknown, rows.size());
    console.note(test_.empty() ? seen + ": a run holds none; --test TEST names their file"
                               : printable(fmt::format("{}, which are not in {}", seen, test_)));
    return texts;
  }

  /// Warns once for all readers that learn from the pool, since they learn from the same rows.
  void warn_of_rows(const Console& console, const Run& run, const FitRows& rows) const {
    const std::vector<std::string> kinds = is_all() ? std::vector{std::string(kDefaultReader)} : words();
    auto one = std::ranges::find_if(kinds, reads_sets);  // it is warned of prompt sets besides
    if (one == kinds.end()) one = std::ranges::find_if(kinds, learns_from_pool);
    if (one == kinds.end()) return;
    print_fit_warnings(console, *one, run, rows);
    warn_of_judging(console, run);
  }

  /// Warns if a reader file was fitted on this run and the run has no test rows of its own.
  static void warn_of_files(const Console& console, const Run& run, std::span<const Judged> all) {
    const bool own = std::ranges::any_of(all, [&](const Judged& judged) {
      const auto prompts = judged.fitted.info.find(facts::kPromptIds);
      return !judged.file.empty() && learns_from_pool(std::string(judged.kind())) && prompts &&
             *prompts == run.info.text(facts::kPromptIds);
    });
    if (own) warn_of_judging(console, run);
  }

  std::vector<Judged> judge_all(Console& console, const Run& run, const FitRows& rows) const {
    ProgressBar bar(console);
    if (is_all()) {
      std::vector<Judged> all = judge_every_kind(run, rows, bar.listener(), calibration());
      bar.clear();
      return all;
    }
    std::vector<Judged> all;
    for (const std::string& word : words()) all.push_back(judge(word, run, rows, bar.listener(), calibration()));
    bar.clear();
    warn_of_files(console, run, all);
    return all;
  }

  void print(Console& console, const Run& run, const std::vector<Judged>& all) const {
    const std::vector<Warning> warnings = warnings_of(run);
    if (json_)
      console.print_json(readers_.empty() ? judgement_json(all[0], warnings) : judgements_json(all, warnings));
    else
      console.print(readers_.empty() ? judgement_text(all[0], console.width())
                                     : judgements_text(all, console.colour(), console.width()));
  }

  Calibration calibration() const { return without_calibration_ ? Calibration::off : Calibration::on; }

  std::string run_, reader_, html_, test_;
  std::vector<std::string> readers_;
  std::optional<std::int64_t> pool_size_, sets_;
  bool without_calibration_ = false, json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 70,
    .name = "eval",
    .summary = "judges readers on the test rows of a run",
    .usage =
        "--run RUN (--reader READER.json|NAME | --readers LIST) [--pool-size N] [--sets N] [--no-calibration] "
        "[--html FILE [--test TEST]] [--json]",
    .description =
        "Shows accuracy with its 95 % interval, macro F1, and how far the probabilities can be trusted: log loss, "
        "expected calibration error over ten bins of equal width, and Brier score (summed over labels); one reader "
        "with its confusion matrix, or several side by side, with the difference from the first on the same rows and "
        "McNemar's exact test. `full` is the whole model as it is. Readers that saw the test rows say so: transductive "
        "(their texts), oracle (their labels).",
    .example =
        "partwise eval --run reviews.safetensors --reader comprw.json\n"
        "partwise eval --run reviews.safetensors --readers full,comprw,calib+,mine.json\n"
        "partwise eval --run reviews.safetensors --readers all --pool-size 12 --json\n"
        "partwise eval --run reviews.safetensors --readers full,committee --html readers.html",
    .make = make_command<Eval>,
};

}  // namespace

void register_eval(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
