#include "report/data/run.h"

#include "base/json.h"
#include "data/table_line.h"
#include "report/data/csv.h"
#include "report/data/sources.h"

namespace partwise::internal {

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
          {"push", part.push},
          {"kind", to_string(part.kind)}};
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

}  // namespace

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
      {"score", input.info.has(facts::kScore.key) ? input.info.text(facts::kScore) : "tree"},
      {"label_mass", analysis.label_mass ? OrderedJson(*analysis.label_mass) : OrderedJson()},
      {"certificate", {{"max", certificate}}},
      {"warnings", warnings_json(input.warnings)}};
}

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

}  // namespace partwise::internal
