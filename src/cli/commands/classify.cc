#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/answers.h"
#include "cli/command.h"
#include "cli/fit_messages.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/prompt_options.h"
#include "data/input_rows.h"
#include "data/lines.h"
#include "decompose/run_file.h"
#include "session/decompose_rows.h"
#include "session/fitting.h"
#include "session/prompt_choice.h"
#include "session/reasons.h"
#include "session/session.h"
#include "session/text_rows.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kFirstBatch = 8;  // batches start small, so that the first answers come soon

/// "1,234 rows   42 %   56 rows/s   38 s left"
std::string rows_line(double n_rows, std::optional<double> share, double seconds) {
  std::string line = fmt::format("classifying {} rows", format_count(static_cast<std::int64_t>(n_rows)));
  if (share) line += fmt::format("   {:.0f} %", 100 * *share);
  if (seconds <= 0 || n_rows <= 0) return line;
  line += fmt::format("   {:.{}f} rows/s", n_rows / seconds, n_rows < 10 * seconds ? 1 : 0);
  return share && *share > 0 ? line + fmt::format("   {} left", format_duration(seconds * (1 - *share) / *share))
                             : line;
}

/// Counts the rows and keeps what happened to them.
class Tally {
 public:
  /// `skips`: rows that are too long do not count as failed.
  explicit Tally(bool skips) : skips_(skips) {}

  std::int64_t n_rows() const { return n_rows_; }

  void add(const TextRow& row) {
    ++n_rows_;
    last_place_ = row.input.line.place;
    if (row.is_cut) cut_.push_back(last_place_);
    if (!row.error) return;
    const bool is_skipped = skips_ && row.is_too_long;
    (is_skipped ? skipped_ : failed_).push_back(last_place_);
    if (is_skipped || first_error_) return;
    first_error_ = row.error;
    first_is_json_ = trim(row.input.line.text).starts_with('{');
  }

  std::string how_far() const {
    if (n_rows_ == 0) return "before the first row was answered";
    return fmt::format("after {} row{}; the last that was answered is {}", format_count(n_rows_),
                       n_rows_ == 1 ? "" : "s", last_place_);
  }

  /// Prints the counts. `jsonl`: the user says that rows are JSON. Errors: bad_data if a row failed.
  void report(const Console& console, bool jsonl) const {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    console.note(fmt::format("{} row{} in {}", format_count(n_rows_), n_rows_ == 1 ? "" : "s",
                             format_duration(elapsed.count())));
    if (!cut_.empty()) console.note(of_rows(cut_, "cut to fit into the model's context"));
    if (!skipped_.empty()) console.note(of_rows(skipped_, "too long for the model's context and not answered"));
    if (failed_.empty()) return;
    throw Error(ErrorCode::bad_data,
                fmt::format("{} of {} rows could not be answered, the first: {}", failed_.size(), n_rows_,
                            first_error_->what()),
                jsonl && !first_is_json_ ? Advice("for lines of text, leave --jsonl out") : first_error_->advice());
  }

 private:
  /// "2 of 7 rows are WHAT: texts.txt line 3, texts.txt line 5"
  std::string of_rows(const std::vector<std::string>& places, std::string_view what) const {
    constexpr std::size_t kSaid = 3;
    const std::size_t n = places.size(), said = std::min(kSaid, n);
    return fmt::format("{} of {} rows {} {}: {}{}", n, n_rows_, n == 1 ? "is" : "are", what,
                       fmt::join(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(said), ", "),
                       n > said ? fmt::format(" and {} more", n - said) : "");
  }

  bool skips_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::int64_t n_rows_ = 0;                          // all rows so far, answers and errors
  std::string last_place_;                           // place of the last of these rows
  std::vector<std::string> cut_, skipped_, failed_;  // places of rows
  std::optional<Error> first_error_;                 // error of the first row in failed_
  bool first_is_json_ = false;                       // whether that row begins as JSON does
};

/// Rows that were read together. `share_before` and `share`: how much of the input was read before and after them.
struct Batch {
  std::vector<TextRow> rows;
  std::optional<double> share_before, share;
};

class Classify : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("file", input_, "what to classify; - (default) is standard input").type_name("FILE");
    add_model_options(options, model_);
    options.option("--reader", reader_file_, "reader file of `partwise fit`").type_name("READER.json");
    options
        .option("--run", run_file_,
                fmt::format(
                    "run file instead of a reader: {} is fitted on its pool, or {} if the run does not hold what that "
                    "reads",
                    kDefaultReader, kDefaultOfParts))
        .type_name("RUN");
    options.flag(
        "--jsonl", jsonl_,
        "read rows of JSON and answer in rows of JSON, as for files called .jsonl; for a table (.csv, .tsv), answer in "
        "rows of JSON. Without it, a table comes back with columns for the label and its probability, and the answer "
        "to a line of text is label, probability and text");
    options.flag(
        "--words", words_,
        "say which words of the row drove the answer: in JSON every word, the demonstrations, and what the MLPs "
        "and the rest add, which sum to the answer's lead; in a table the strongest words, in a column; before "
        "a line of text likewise");
    add_choice<TooLong>(
        options, "--too-long", too_long_, {{"refuse", TooLong::refuse}, {"skip", TooLong::skip}, {"cut", TooLong::cut}},
        "what becomes of rows whose prompts do not fit into the model's context: refuse (default) puts an error in the "
        "row's place, and the exit code is 65; skip also puts an error there, and the exit code stays 0; cut shortens "
        "the row's own text from its end");
    add_special_option(options, parse_special_,
                       "default: as in the run that the reader was fitted on, for rows of a task text");
    add_compute_options(options, compute_);
  }

  void run(Console& console) override {
    if (reader_file_.empty() == run_file_.empty())
      throw Error(ErrorCode::usage, "give one of --reader READER.json and --run RUN");
    InputRows input(input_, jsonl_, throw_if_interrupted);
    reader_ = run_file_.empty() ? read_reader(reader_file_) : fit_default(console);
    const LoadedModel loaded(model_);
    check_reader_fits(reader_, loaded.config().n_layers, loaded.config().n_heads, loaded.fingerprint());
    const TextRows rows(reader_, input, too_long_, loaded, parse_special_);
    classify_all(console, Session(loaded, compute_, Passes::many), input, rows);
  }

 private:
  /// Fits the default reader as `partwise fit` does.
  ReaderFile fit_default(const Console& console) const {
    const Run run = read_run(run_file_);
    const FitRows rows = rows_to_fit_on(run, std::nullopt);
    const std::string kind = default_reader_for(console, run);
    print_fit_warnings(console, kind, run, rows);
    return fit_with_bar(console, kind, run, rows);
  }

  AnswerForm answer_form(const InputRows& input) const {
    if (input.form() == RowForm::text) return AnswerForm::text;
    if (input.form() == RowForm::json || jsonl_ || input.is_json_table()) return AnswerForm::json;
    return input.is_tabbed() ? AnswerForm::tsv : AnswerForm::csv;
  }

  /// Tells a user at a terminal that the program waits for input.
  void say_who_waits(const Console& console, const InputRows& input) const {
    if (input_ != "-" || !isatty(STDIN_FILENO)) return;
    console.note(fmt::format("reading from the terminal, a {} a line; Ctrl-D ends",
                             input.form() == RowForm::json ? "row of JSON" : "text"));
  }

  void classify_all(Console& console, const Session& session, InputRows& input, const TextRows& rows) {
    Interruptible interruptible;
    const std::optional<ReasonFinder> reasons =
        words_ ? std::make_optional<ReasonFinder>(session, reader_) : std::nullopt;
    Answers answers(reader_, answer_form(input), input.columns(), words_, console);
    say_who_waits(console, input);
    Tally tally(too_long_ == TooLong::skip);
    ProgressBar bar(console);
    try {
      std::size_t size = kFirstBatch;
      Batch batch;
      for (auto some = input.next(size); !some.empty(); some = input.next(size)) {
        batch = {{}, batch.share, input.share()};
        for (InputRow& row : some) batch.rows.push_back(rows.make(std::move(row)));
        const ProgressFn progress = [&](const Progress& p) { report(p, batch, tally, bar); };
        const ReasonedRows found = reasons ? reasons->find(batch.rows, progress)
                                           : ReasonedRows{decompose_rows(session, reader_, batch.rows, progress), {}};
        bar.clear();
        print(console, batch, found, tally, answers);
        size = std::min(2 * size, kLargestBatch);
      }
      throw_if_interrupted();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::interrupted) throw;
      throw Error(error.code(), "interrupted " + tally.how_far());
    }
    tally.report(console, jsonl_ && input.form() == RowForm::json);
  }

  /// Shows progress, except if the answers go to a terminal, where they show it themselves.
  void report(const Progress& p, const Batch& batch, const Tally& tally, ProgressBar& bar) const {
    throw_if_interrupted();
    if (isatty(STDOUT_FILENO)) return;
    const double done = static_cast<double>(p.done) / static_cast<double>(std::max<std::int64_t>(p.total, 1));
    bar.show([&](double seconds) {
      const double before = batch.share_before.value_or(0);
      std::optional<double> share;
      if (batch.share) share = before + done * (*batch.share - before);
      const auto n_rows = static_cast<double>(tally.n_rows()) + done * static_cast<double>(batch.rows.size());
      return rows_line(n_rows, share, seconds);
    });
  }

  /// Prints the answers of a batch. JSON and tables include errors. Lines of text cannot, so their errors become
  /// messages.
  static void print(Console& console, const Batch& batch, const ReasonedRows& found, Tally& tally, Answers& answers) {
    for (const TextRow& row : batch.rows) {
      tally.add(row);
      if (!row.error) {
        answers.print(row, found.parts, found.reasons.empty() ? nullptr : &found.reasons[row.example]);
        continue;
      }
      answers.print_error(row);
      if (answers.form() == AnswerForm::text) console.note(fmt::format("no label: {}", row.error->what()));
    }
    console.flush();
  }

  std::string input_ = "-", reader_file_, run_file_;
  ModelChoice model_;
  ComputeOptions compute_;
  bool jsonl_ = false, words_ = false;
  std::optional<bool> parse_special_;
  TooLong too_long_ = TooLong::refuse;
  ReaderFile reader_;
};

constexpr CommandInfo kInfo = {
    .place = 80,
    .name = "classify",
    .summary = "labels new text with a fitted reader, row by row",
    .usage = "--model MODEL (--reader READER.json | --run RUN) [FILE|-] [--jsonl]",
    .description =
        "Puts each row into the prompt that the reader was fitted on and answers with its label, the probability of "
        "each label, and the answer's lead over the other labels as a sum: the three parts of the model that drove it "
        "by name, the other parts, and what is outside of them (no parts are named for kinds of readers that do not "
        "split over them, such as knn). Rows are answered in order and as they come: one out "
        "for each one in. A row that cannot be read, or is too long, has an error in its place, and no label; the "
        "others are answered, and the exit code is 65.",
    .example =
        "partwise classify --model SmolLM2.gguf --reader comprw.json reviews.txt\n"
        "partwise classify --model SmolLM2.gguf --reader comprw.json reviews.csv > answered.csv\n"
        "tail -f rows.jsonl | partwise classify --model SmolLM2.gguf --reader comprw.json --jsonl\n"
        "partwise classify --model SmolLM2.gguf --run reviews.safetensors reviews.txt",
    .make = make_command<Classify>,
};

}  // namespace

void register_classify(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
