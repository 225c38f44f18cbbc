#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "base/json_reason.h"
#include "study/run_result.h"

namespace partwise::internal {

namespace {

constexpr ComponentKind kKinds[] = {ComponentKind::good, ComponentKind::bad, ComponentKind::biased,
                                    ComponentKind::plain};

ComponentKind kind_from(const std::string& word) {
  const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds), [&](auto k) { return to_string(k) == word; });
  if (kind == std::end(kKinds)) throw Error(ErrorCode::bad_data, fmt::format("'{}' is no kind of part", word));
  return *kind;
}

Json method_json(const MethodResult& m) {
  return {{"method", m.method},     {"shots", m.shots},       {"labelled", m.labelled}, {"n", m.n},
          {"accuracy", m.accuracy}, {"macro_f1", m.macro_f1}, {"nll", m.nll},           {"ece", m.ece},
          {"brier", m.brier},       {"right", m.right}};
}

MethodResult method_from(const Json& j) {
  return {j.at("method"),   j.at("shots"), j.at("labelled"), j.at("n"),     j.at("accuracy"),
          j.at("macro_f1"), j.at("nll"),   j.at("ece"),      j.at("brier"), j.at("right")};
}

Json left_out_json(const LeftOut& l) {
  return {{"method", l.method}, {"shots", l.shots}, {"labelled", l.labelled}, {"reason", l.reason}};
}

LeftOut left_out_from(const Json& j) { return {j.at("method"), j.at("shots"), j.at("labelled"), j.at("reason")}; }

Json part_json(const PartResult& p) {
  return {{"hits", p.hits},           {"label_bias", p.label_bias}, {"kind", to_string(p.kind)},
          {"confusion", p.confusion}, {"helpful", p.helpful},       {"harmful", p.harmful}};
}

PartResult part_from(const Json& j) {
  return {j.at("hits"),      j.at("label_bias"), kind_from(j.at("kind")),
          j.at("confusion"), j.at("helpful"),    j.at("harmful")};
}

/// Checks the numbers that later indices and ratios rely on.
void check(const RunResult& r) {
  const std::size_t n_labels = r.label_words.size();
  const std::int64_t n_all = r.n + (r.too_long ? std::ssize(r.too_long->test_rows) : 0);
  bool fits = std::ssize(r.parts) == r.n_layers * (r.n_heads + 1);
  for (const PartResult& part : r.parts) {
    fits = fits && part.confusion.size() == n_labels * n_labels && part.hits >= 0 && part.hits <= r.n;
    for (const auto* rows : {&part.helpful, &part.harmful})
      fits = fits && std::all_of(rows->begin(), rows->end(), [&](std::int64_t row) { return row >= 0 && row < n_all; });
  }
  for (const MethodResult& m : r.methods)
    fits = fits && std::ssize(m.right) - std::count(m.right.begin(), m.right.end(), '-') == m.n && m.n > 0;
  if (!fits || (r.methods.empty() && r.left_out.empty()))
    throw Error(ErrorCode::bad_data, "its sizes do not fit together");
}

RunResult read(const Json& j) {
  RunResult r{j.at("task"), j.at("template"), j.at("seed"), j.at("shots"), j.at("main")};
  for (const Json& m : j.at("methods")) r.methods.push_back(method_from(m));
  for (const Json& l : j.at("left_out")) r.left_out.push_back(left_out_from(l));
  if (j.contains("too_long")) r.too_long = too_long_rows_from_json(j["too_long"]);
  r.warnings = warnings_from_json(j.value("warnings", Json::array()));
  if (!r.is_main) return r;
  r.pair_of = j.value("minimal_pair_of", "");
  r.ood_of = j.value("ood_of", "");
  r.label_words = j.at("label_words");
  r.n_layers = j.at("n_layers");
  r.n_heads = j.at("n_heads");
  r.n = j.at("n");
  r.full_accuracy = j.at("full_accuracy");
  r.chance = j.at("chance");
  r.best_by_chance = j.at("best_by_chance");
  r.certificate = j.at("certificate");
  for (const Json& p : j.at("parts")) r.parts.push_back(part_from(p));
  return r;
}

}  // namespace

Json to_json(const RunResult& r) {
  Json j = {{"task", r.task}, {"template", r.template_name}, {"seed", r.seed}, {"shots", r.shots}, {"main", r.is_main}};
  j["methods"] = Json::array();
  for (const MethodResult& m : r.methods) j["methods"].push_back(method_json(m));
  j["left_out"] = Json::array();
  for (const LeftOut& l : r.left_out) j["left_out"].push_back(left_out_json(l));
  if (r.too_long) j["too_long"] = to_json(*r.too_long);
  if (!r.warnings.empty()) j["warnings"] = Json(warnings_json(r.warnings));
  if (!r.is_main) return j;
  j.update({{"minimal_pair_of", r.pair_of},
            {"ood_of", r.ood_of},
            {"label_words", r.label_words},
            {"n_layers", r.n_layers},
            {"n_heads", r.n_heads},
            {"n", r.n},
            {"full_accuracy", r.full_accuracy},
            {"chance", r.chance},
            {"best_by_chance", r.best_by_chance},
            {"certificate", r.certificate}});
  j["parts"] = Json::array();
  for (const PartResult& p : r.parts) j["parts"].push_back(part_json(p));
  return j;
}

RunResult run_result_from_json(const Json& json, const std::string& where) {
  try {
    const RunResult result = read(json);
    check(result);
    return result;
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: {}", where, json_reason(error.what())),
                "remove the file: it is made again");
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: {}", where, error.what()), "remove the file: it is made again");
  }
}

}  // namespace partwise::internal
