#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "apps/command.h"
#include "apps/decompose_job.h"
#include "apps/explain.h"
#include "apps/fitting.h"
#include "apps/interrupt.h"
#include "apps/text_rows.h"
#include "base/error.h"
#include "base/text.h"
#include "decompose/run_file.h"

namespace partwise {

namespace {

constexpr std::size_t kFirstBatch = 8, kLargestBatch = 256;  // small ones first, so that the first answers come soon
constexpr std::size_t kDrivers = 3;

/// What check_reader_fits asks for, before there is any row.
Run empty_run(const LoadedModel& loaded, const ReaderFile& reader) {
  const ModelConfig& config = loaded.config();
  Run run;
  run.parts.heads = Array<float>({0, config.n_layers, config.n_heads, std::ssize(reader.label_words)});
  run.metadata["fingerprint"] = loaded.fingerprint();
  run.metadata["label_words"] = Json(reader.label_words).dump();
  return run;
}

/// Of the type that it was fitted on.
Stored what_it_reads(const ReaderFile& reader) {
  const ReaderKind& kind = reader_kind(reader.reader->kind());
  const auto type = reader.metadata.find("store_as");
  const bool rounded = type != reader.metadata.end() && type->second == dtype_word(DType::bf16);
  return {kind.reads_hidden, kind.reads_z, rounded ? DType::bf16 : DType::f32};
}

OrderedJson to_json(const std::vector<Driver>& parts) {
  OrderedJson list = OrderedJson::array();
  for (const Driver& d : parts) list.push_back({{"name", d.name}, {"contribution", d.contribution}});
  return list;
}

class Classify : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("file", input_, "what to classify; - (default) is standard input")->type_name("FILE");
    model_.add_to(app);
    app.add_option("--reader", reader_file_, "reader file of `partwise fit`")->type_name("READER.json");
    app.add_option("--run", run_file_,
                   fmt::format("run file instead of a reader: {} is fitted on its pool", kDefaultReader))
        ->type_name("RUN");
    app.add_flag("--jsonl", jsonl_,
                 "JSON rows in, JSON rows out; otherwise lines of text in, label, probability and text out");
    compute_.add_to(app);
  }

  void run(Console& console) override {
    if (reader_file_.empty() == run_file_.empty())
      throw Error(ErrorCode::usage, "give one of --reader READER.json and --run RUN");
    LineReader input(input_);
    reader_ = run_file_.empty() ? read_reader(reader_file_) : fit_default(console);
    compute_.stored = what_it_reads(reader_);
    const LoadedModel loaded(model_);
    check_reader_fits(reader_, empty_run(loaded, reader_));
    const TextRows rows(reader_, jsonl_, loaded);
    classify_all(console, loaded.model(), input, rows);
  }

 private:
  /// As `partwise fit` does it.
  ReaderFile fit_default(const Console& console) const {
    const Run run = read_run(run_file_);
    const FitRows rows = rows_to_fit_on(run, std::nullopt);
    warn_of_fit(console, kDefaultReader, run, rows);
    return fit_reader(kDefaultReader, run, rows, console);
  }

  void classify_all(Console& console, const Model& model, LineReader& input, const TextRows& rows) {
    Interruptible interruptible;
    const std::unique_ptr<Backend> backend = compute_.backend();
    const auto start = std::chrono::steady_clock::now();
    std::int64_t n_rows = 0;
    std::size_t batch = kFirstBatch;
    for (auto lines = input.next(batch); !lines.empty(); lines = input.next(batch)) {
      std::optional<Error> stop;
      const std::vector<TextRow> good = rows_before_error(rows, lines, stop);
      if (!good.empty()) answer(console, model, *backend, good);
      n_rows += std::ssize(good);
      if (stop) throw *stop;
      batch = std::min(2 * batch, kLargestBatch);
    }
    throw_if_interrupted();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    console.note(
        fmt::format("{} row{} in {}", format_count(n_rows), n_rows == 1 ? "" : "s", format_duration(elapsed.count())));
  }

  /// A row that cannot be read stops the work, but only after the rows before it were answered.
  std::vector<TextRow> rows_before_error(const TextRows& rows, const std::vector<Line>& lines,
                                         std::optional<Error>& stop) const {
    std::vector<TextRow> good;
    try {
      for (const Line& line : lines) {
        if (!jsonl_ || line.text.find_first_not_of(" \t\r") != std::string::npos) good.push_back(rows.make(line));
      }
    } catch (const Error& error) {
      stop = error;
    }
    return good;
  }

  void answer(Console& console, const Model& model, const Backend& backend, const std::vector<TextRow>& rows) const {
    std::vector<PromptIds> prompts;
    for (const TextRow& row : rows) prompts.push_back({row.prompt.ids, row.prompt.option_ids});
    DecomposeOptions options = compute_.decompose_options();
    options.progress = [](const Progress&) { throw_if_interrupted(); };
    const Contributions parts = decompose(model, backend, prompts, options);
    for (std::size_t i = 0; i < rows.size(); ++i) print_answer(console, rows[i], parts, static_cast<std::int64_t>(i));
    console.flush();
  }

  void print_answer(Console& console, const TextRow& row, const Contributions& parts, std::int64_t example) const {
    std::vector<double> scores(reader_.label_words.size()), probabilities(scores.size());
    reader_.reader->scores(parts, example, scores);
    reader_.reader->probabilities(parts, example, probabilities);
    const auto label = static_cast<std::size_t>(argmax(scores));
    if (!jsonl_) {
      return console.print(fmt::format("{}\t{:.3f}\t{}\n", reader_.label_words[label], probabilities[label], row.text));
    }
    OrderedJson answer;
    if (!row.id.is_null()) answer["id"] = row.id;
    answer["label"] = reader_.label_words[label];
    for (std::size_t y = 0; y < scores.size(); ++y) answer["probabilities"][reader_.label_words[y]] = probabilities[y];
    const Explanation why = explain(*reader_.reader, parts, example, static_cast<std::int64_t>(label), kDrivers);
    answer["explains"] = why.of_reader ? "reader" : "full";
    answer["parts"] = to_json(why.parts);
    answer["other_parts"] = why.other_parts;
    answer["outside"] = why.outside;
    answer["lead"] = why.lead;
    answer["sum_error"] = why.sum_error();
    console.print_json(answer);
  }

  std::string input_ = "-", reader_file_, run_file_;
  ModelSource model_;
  ComputeOptions compute_;
  bool jsonl_ = false;
  ReaderFile reader_;
};

const RegisterCommand registered({
    .place = 80,
    .name = "classify",
    .summary = "labels for new text with a fitted reader, row by row",
    .usage = "--model MODEL (--reader READER.json | --run RUN) [FILE|-] [--jsonl]",
    .description =
        "Puts each row into the prompt that the reader was fitted on and answers with its label, the probability of "
        "each label, and the answer's lead over the other labels as a sum: the three parts of the model that drove it "
        "by name, the other parts, and what is outside of them. Rows are answered in order and as they come: one out "
        "for each one in. A row that cannot be read ends the work with exit code 65 after "
        "those before it were answered.",
    .example = "partwise classify --model SmolLM2.gguf --reader comprw.json reviews.txt\n"
               "tail -f rows.jsonl | partwise classify --model SmolLM2.gguf --reader comprw.json --jsonl\n"
               "partwise classify --model SmolLM2.gguf --run reviews.safetensors reviews.txt",
    .make = make_command<Classify>,
});

}  // namespace

}  // namespace partwise
