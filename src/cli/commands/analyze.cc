#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/output.h"
#include "decompose/run_file.h"
#include "report/data/csv.h"
#include "report/figures/figures.h"
#include "report/html/page.h"
#include "report/html/run.h"
#include "report/source_tables.h"
#include "report/text/run.h"
#include "session/fitting.h"
#include "session/warnings.h"

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

/// component_columns, and share_WORD of each label.
std::string components_csv(const ReportInput& input) {
  std::vector<std::string> head = component_columns();
  for (const std::string& word : input.label_words) head.push_back("share_" + word);
  std::string csv = csv_line(head);
  for (const ComponentStats& part : input.analysis.components) {
    std::vector<std::string> cells = component_cells(part.component, part.accuracy, part.label_bias, part.kind);
    for (double share : part.label_shares) cells.push_back(csv_number(share));
    csv += csv_line(cells);
  }
  return csv;
}

OrderedJson depths_json(const ReportInput& input) {
  OrderedJson depths = OrderedJson::array();
  for (const Depth& depth : input.depths)
    depths.push_back({{"layer", depth.layer},
                      {"after", depth.layer < 0  ? "embed"
                                : depth.with_mlp ? "mlp"
                                                 : "attn"},
                      {"accuracy", depth.accuracy.value},
                      {"accuracy_low", depth.accuracy.low},
                      {"accuracy_high", depth.accuracy.high}});
  return depths;
}

OrderedJson report_json(const ReportInput& input, std::string_view rows) {
  const Analysis& analysis = input.analysis;
  OrderedJson components = OrderedJson::array(), certificate;
  for (const ComponentStats& part : analysis.components) components.push_back(component_json(part));
  if (analysis.has_certificate) certificate = analysis.certificate_max;
  return {
      {"rows", rows},
      {"n", analysis.full.n},
      {"label_words", input.label_words},
      {"label_counts", analysis.label_counts},
      {"chance", analysis.chance},
      {"full",
       {{"accuracy", analysis.full.value}, {"accuracy_low", analysis.full.low}, {"accuracy_high", analysis.full.high}}},
      {"components", components},
      {"best_by_chance", *input.best_by_chance},
      {"early_decoding", depths_json(input)},
      {"sources", sources_json(input)},
      {"certificate", {{"max", certificate}}},
      {"warnings", warnings_json(input.warnings)}};
}

class Analyze : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("--run", run_, "run file; its test rows are used, or all rows where it has no split")
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
    const ReportInput input = full_report_on(run, {"full"});
    if (!html_.empty()) write_output(html_, [&](OutputFile& out) { out.write(html_report(input)); });
    if (!svg_.empty()) write_figures(input);
    if (csv_) return console.print(components_csv(input));
    json_ ? console.print_json(report_json(input, rows_of(run)))
          : console.print(text_report(input, {.n_parts = top_, .colour = console.colour()}));
    console.note(fmt::format("over {} rows of {}", rows_of(run), run_));
  }

 private:
  static std::string_view rows_of(const Run& run) { return run.split.empty() ? "all" : "test"; }

  void write_figures(const ReportInput& input) const {
    make_folder(svg_);
    const std::pair<const char*, std::string> figures[] = {{"accuracy-by-layer.svg", heat_map(input)},
                                                           {"accuracy-against-bias.svg", scatter(input)},
                                                           {"accuracy-by-depth.svg", depth_curve(input)}};
    for (const auto& [name, svg] : figures)
      write_output((std::filesystem::path(svg_) / name).string(),
                   [&svg = svg](OutputFile& out) { out.write(standalone_svg(svg)); });
  }

  std::string run_, html_, svg_;
  std::int64_t top_ = 5;
  bool csv_ = false, json_ = false;
};

const RegisterCommand registered({
    .place = 50,
    .name = "analyze",
    .summary = "each part of a run read as a classifier of its own",
    .usage = "--run RUN [--top N] [--json | --csv] [--html FILE] [--svg DIR]",
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
