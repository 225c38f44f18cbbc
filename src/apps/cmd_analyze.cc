#include <fmt/format.h>

#include "apps/command.h"
#include "apps/format.h"
#include "apps/options.h"
#include "apps/parts_table.h"
#include "decompose/run_file.h"

namespace partwise {

namespace {

OrderedJson component_json(const ComponentStats& part) {
  OrderedJson head;  // null for an MLP
  if (!part.component.is_mlp()) head = part.component.head;
  return {{"name", component_name(part.component)},
          {"layer", part.component.layer},
          {"head", head},
          {"accuracy", part.accuracy.value},
          {"accuracy_low", part.accuracy.low},
          {"accuracy_high", part.accuracy.high},
          {"label_shares", part.label_shares},
          {"label_bias", part.label_bias},
          {"kind", to_string(part.kind)}};
}

OrderedJson analysis_json(const Analysis& analysis, const std::vector<std::string>& label_words,
                          std::string_view rows) {
  OrderedJson components = OrderedJson::array(), certificate;
  for (const ComponentStats& part : analysis.components) components.push_back(component_json(part));
  if (analysis.has_certificate) certificate = analysis.certificate_max;
  return {
      {"rows", rows},
      {"n", analysis.full.n},
      {"label_words", label_words},
      {"label_counts", analysis.label_counts},
      {"chance", analysis.chance},
      {"full",
       {{"accuracy", analysis.full.value}, {"accuracy_low", analysis.full.low}, {"accuracy_high", analysis.full.high}}},
      {"components", components},
      {"certificate", {{"max", certificate}}}};
}

class Analyze : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("--run", run_, "run file; its test rows are used, or all rows where it has no split")
        ->type_name("RUN")
        ->required();
    app.add_option("--top", top_, "how many parts each table shows (default 5)")
        ->type_name("N")
        ->check(CLI::Range(1, 1 << 20));
    app.add_option("--html", html_, "write a report to open in a browser")->type_name("FILE");
    add_json_option(app, json_);
  }

  void run(Console& console) override {
    const Run run = read_run(run_);
    const Analysis analysis = analyze(run, test_rows(run));
    const std::string_view rows = run.split.empty() ? "all" : "test";
    json_ ? console.print_json(analysis_json(analysis, run.label_words(), rows)) : print_text(console, run, analysis);
  }

 private:
  void print_text(Console& console, const Run& run, const Analysis& analysis) const {
    const std::vector<std::string> words = run.label_words();
    console.print(fmt::format("rows         {} {}\n", analysis.full.n,
                              run.split.empty() ? "(all of the run)" : "(the run's test rows)"));
    console.print(fmt::format("full model {}\n", format_proportion(analysis.full)));
    console.print(fmt::format("chance     {:5.1f} %  (always the most frequent label)\n", 100 * analysis.chance));
    if (analysis.has_certificate) console.print(fmt::format("certificate  {:.1e}\n", analysis.certificate_max));
    console.print(fmt::format("parts        {}\n", count_kinds(analysis)));
    print_parts(console, "best parts", analysis, analysis.best(top_), words);
    print_parts(console, "worst parts", analysis, analysis.worst(top_), words);
    print_parts(console, "most label-biased parts", analysis, analysis.most_biased(top_), words);
  }

  std::string run_, html_;
  std::int64_t top_ = 5;
  bool json_ = false;
};

const RegisterCommand registered({
    .place = 50,
    .name = "analyze",
    .summary = "each part of a run read as a classifier of its own",
    .usage = "--run RUN [--top N] [--json] [--html FILE]",
    .description =
        "How accurate every head and MLP is by itself, with 95 % intervals, and which label it leans to. good and "
        "bad: the interval lies wholly above or below what its own label shares would give by chance; biased: it "
        "answers with one label at least 95 times in 100; plain: neither.",
    .example =
        "partwise analyze --run reviews.safetensors\n"
        "partwise analyze --run reviews.safetensors --json | jq '.components[] | select(.kind == \"good\").name'",
    .make = make_command<Analyze>,
});

}  // namespace

}  // namespace partwise
