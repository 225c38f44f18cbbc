#include "report/data/readers.h"

#include "analysis/paired.h"
#include "base/json.h"
#include "report/data/fit.h"

namespace partwise::internal {

namespace {

OrderedJson confusion_json(const Evaluation& e) {
  OrderedJson rows = OrderedJson::array();
  for (std::int64_t y = 0; y < e.confusion.dim(0); ++y) {
    OrderedJson row = OrderedJson::array();
    for (std::int64_t p = 0; p < e.confusion.dim(1); ++p) row.push_back(e.confusion(y, p));
    rows.push_back(row);
  }
  return rows;
}

OrderedJson numbers(double low, double high) { return OrderedJson::array({low, high}); }

void add_difference(OrderedJson& json, const Judged& first, const Judged& other) {
  const PairedTable table = paired_table(first.evaluation.right, other.evaluation.right);
  const PairedDifference difference = paired_difference(table);
  json["difference"] = difference.value;
  json["difference_interval"] = numbers(difference.low, difference.high);
  json["mcnemar_p"] = mcnemar_p(table);
  json["discordant"] = OrderedJson::array({table.first_only, table.second_only});
}

void add_no_difference(OrderedJson& json) {
  for (const char* key : {"difference", "difference_interval", "mcnemar_p", "discordant"}) json[key] = nullptr;
}

OrderedJson measures_json(const Judged& judged) {
  const Evaluation& e = judged.evaluation;
  OrderedJson file;  // null if the reader was fitted just now
  if (!judged.file.empty()) file = judged.file;
  return {{"reader", judged.kind()},
          {"file", file},
          {"caveat", caveat(reader_kind(judged.kind()))},
          {"n", e.n()},
          {"accuracy", e.accuracy.value},
          {"interval", numbers(e.accuracy.low, e.accuracy.high)},
          {"macro_f1", e.macro_f1},
          {"nll", e.nll},
          {"ece", e.ece},
          {"brier", e.brier},
          {"label_words", judged.fitted.label_words},
          {"confusion", confusion_json(e)}};
}

}  // namespace

OrderedJson judgement_json(const Judged& judged, const std::vector<Warning>& warnings) {
  OrderedJson json = measures_json(judged);
  json["warnings"] = warnings_json(warnings);
  return json;
}

OrderedJson judgements_json(const std::vector<Judged>& all, const std::vector<Warning>& warnings) {
  OrderedJson list = OrderedJson::array();
  for (const Judged& judged : all) {
    OrderedJson json = measures_json(judged);
    &judged == &all.front() ? add_no_difference(json) : add_difference(json, all.front(), judged);
    json["fit"] = fit_json(judged.fitted.report);
    json["warnings"] = warnings_json(warnings);
    list.push_back(json);
  }
  return list;
}

}  // namespace partwise::internal
