#include <fmt/format.h>

#include "apps/command.h"
#include "apps/fitting.h"
#include "apps/options.h"
#include "decompose/run_file.h"
#include "report/describe.h"

namespace partwise {

namespace {

class Fit : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("--run", run_, "run file; its pool is fitted on, or all rows where it has no split")
        ->type_name("RUN")
        ->required();
    app.add_option("--reader", kind_, "what to fit: " + reader_names())->type_name("NAME")->required();
    app.add_option("-o,--output", output_, "reader file to write (JSON)")->type_name("FILE")->required();
    add_json_option(app, json_);
  }

  void run(Console& console) override {
    make_reader(kind_);  // a name that does not exist goes before a run that cannot be read
    const ReaderFile file = fit_reader(kind_, read_run(run_));
    write_reader(output_, file);
    report(console, file.report);
  }

 private:
  void report(Console& console, const FitReport& fit) const {
    if (json_) {
      console.print_json({{"reader", kind_},
                          {"n_examples", fit.n_examples},
                          {"updates", fit.updates},
                          {"train_accuracy", fit.train_accuracy}});
    }
    console.note(fmt::format("{}: {} labelled rows, {} updates, {} of the rows right; written to {}", kind_,
                             fit.n_examples, fit.updates, percent(fit.train_accuracy), output_));
  }

  std::string run_, kind_, output_;
  bool json_ = false;
};

const RegisterCommand registered({
    .place = 60,
    .name = "fit",
    .summary = "a reader from the labelled pool of a run",
    .usage = "--run RUN --reader NAME -o READER.json [--json]",
    .description =
        "Learns from a few labelled rows how to weigh the model's parts and writes the reader as a small JSON "
        "file, for `partwise eval` and `partwise classify`. The embedding and the biases are never weighed.",
    .example = "partwise fit --run reviews.safetensors --reader comprw -o comprw.json",
    .make = make_command<Fit>,
});

}  // namespace

}  // namespace partwise
