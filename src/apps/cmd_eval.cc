#include <fmt/format.h>

#include "apps/command.h"
#include "apps/fitting.h"
#include "apps/options.h"
#include "base/error.h"
#include "decompose/run_file.h"
#include "experiment/evaluation.h"
#include "report/describe.h"

namespace partwise {

namespace {

constexpr std::string_view kFull = "full";  // the one reader that needs no fit

/// Errors: usage for the name of a reader that must be fitted first.
std::unique_ptr<Reader> open_reader(const std::string& name_or_file, const Run& run) {
  if (name_or_file == kFull) return make_reader(kFull);
  for (const ReaderKind& kind : reader_kinds()) {
    if (kind.name != name_or_file || std::filesystem::exists(name_or_file)) continue;
    throw Error(ErrorCode::usage, fmt::format("the reader '{}' has to be fitted first", kind.name),
                fmt::format("partwise fit --run RUN --reader {} -o READER.json", kind.name));
  }
  ReaderFile file = read_reader(name_or_file);
  check_reader_fits(file, run);
  return std::move(file.reader);
}

OrderedJson confusion_json(const Evaluation& e) {
  OrderedJson rows = OrderedJson::array();
  for (std::int64_t y = 0; y < e.confusion.dim(0); ++y) {
    OrderedJson row = OrderedJson::array();
    for (std::int64_t p = 0; p < e.confusion.dim(1); ++p) row.push_back(e.confusion(y, p));
    rows.push_back(row);
  }
  return rows;
}

class Eval : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("--run", run_, "run file; its test rows are used, or all rows where it has no split")
        ->type_name("RUN")
        ->required();
    app.add_option("--reader", reader_, "a reader file of `partwise fit`, or: full")
        ->type_name("READER.json|full")
        ->required();
    add_json_option(app, json_);
  }

  void run(Console& console) override {
    const Run run = read_run(run_);
    const std::unique_ptr<Reader> reader = open_reader(reader_, run);
    const Evaluation result = evaluate(*reader, run, test_rows(run));
    json_ ? print_json(console, *reader, result, run.label_words()) : print_text(console, *reader, result);
  }

 private:
  static void print_text(Console& console, const Reader& reader, const Evaluation& e) {
    console.print(fmt::format("reader             {}\n", reader.kind()));
    console.print(fmt::format("rows               {}\n", e.n()));
    console.print(fmt::format("accuracy           {}  ({})\n", percent(e.accuracy.value), interval(e.accuracy)));
    console.print(fmt::format("macro F1           {:.3f}\n", e.macro_f1));
    console.print(fmt::format("log loss           {:.3f}  nats\n", e.nll));
    console.print(fmt::format("calibration error  {:.3f}\n", e.calibration_error));
  }

  static void print_json(Console& console, const Reader& reader, const Evaluation& e,
                         const std::vector<std::string>& label_words) {
    console.print_json({{"reader", reader.kind()},
                        {"n", e.n()},
                        {"accuracy", e.accuracy.value},
                        {"accuracy_low", e.accuracy.low},
                        {"accuracy_high", e.accuracy.high},
                        {"macro_f1", e.macro_f1},
                        {"nll", e.nll},
                        {"calibration_error", e.calibration_error},
                        {"label_words", label_words},
                        {"confusion", confusion_json(e)}});
  }

  std::string run_, reader_;
  bool json_ = false;
};

const RegisterCommand registered({
    .place = 70,
    .name = "eval",
    .summary = "how good a reader is on the test rows of a run",
    .usage = "--run RUN --reader READER.json|full [--json]",
    .description =
        "Accuracy with its 95 % interval, macro F1, and how far the probabilities can be trusted: log loss and "
        "expected calibration error. `full` is the whole model as it is.",
    .example = "partwise eval --run reviews.safetensors --reader comprw.json\n"
               "partwise eval --run reviews.safetensors --reader full --json",
    .make = make_command<Eval>,
});

}  // namespace

}  // namespace partwise
