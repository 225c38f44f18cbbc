#include "session/answer_json.h"

#include <utility>

#include "base/json.h"
#include "readers/explain.h"
#include "session/answer.h"

namespace partwise::internal {

namespace {

OrderedJson with_id(const TextRow& row) {
  OrderedJson json;
  if (!row.id.is_null()) json["id"] = row.id;
  return json;
}

OrderedJson drivers_json(const std::vector<Driver>& parts) {
  OrderedJson list = OrderedJson::array();
  for (const Driver& d : parts) list.push_back({{"name", d.name}, {"contribution", d.contribution}});
  return list;
}

}  // namespace

void add_explanation(OrderedJson& json, const Explanation& why) {
  constexpr const char* kWords[] = {"reader", "full", "nothing"};
  json["explains"] = kWords[static_cast<int>(why.explains)];
  if (why.explains == Explains::nothing) return;
  json["parts"] = drivers_json(why.parts);
  json["other_parts"] = why.other_parts;
  json["outside"] = why.outside;
  json["lead"] = why.lead;
  json["sum_error"] = why.sum_error();
}

void add_reasons(OrderedJson& json, const Reasons& reasons) {
  if (reasons.explains == Explains::nothing) return;
  OrderedJson own = {{"words", OrderedJson::array()}, {"demonstrations", OrderedJson::array()}};
  for (const auto& [word, contribution] : reasons.words)
    own["words"].push_back({{"word", word}, {"contribution", contribution}});
  for (const DemonstrationReason& d : reasons.demonstrations)
    own["demonstrations"].push_back(
        {{"set", d.set}, {"number", d.number}, {"label", d.label}, {"contribution", d.contribution}});
  own["prompt"] = reasons.prompt;
  own["mlps"] = reasons.mlps;
  own["outside"] = reasons.outside;
  own["sum_error"] = reasons.sum_error();
  json["reasons"] = std::move(own);
}

OrderedJson answer_json(const ReaderFile& reader, const TextRow& row, const Contributions& parts,
                        std::int64_t example) {
  const Answer answer = answer_of(reader, parts, example);
  OrderedJson json = with_id(row);
  json["label"] = reader.label_words[answer.label];
  for (std::size_t y = 0; y < answer.probabilities.size(); ++y)
    json["probabilities"][reader.label_words[y]] = answer.probabilities[y];
  const Explanation why = explain(*reader.reader, parts, example, static_cast<std::int64_t>(answer.label), kDrivers);
  add_explanation(json, why);
  if (row.is_cut) json["cut"] = true;
  return json;
}

OrderedJson error_json(const TextRow& row, const std::string& hint) {
  OrderedJson json = with_id(row);
  json["error"] = row.error->what();
  if (!hint.empty()) json["hint"] = hint;
  return json;
}

}  // namespace partwise::internal
