#include "report/data/trace.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "model/component.h"

namespace partwise::internal {

namespace {

OrderedJson step_json(const TracedTexts& traced, std::int64_t s, std::int64_t n_parts) {
  const TracedStep& step = traced.trace.steps[s];
  const Contributions& parts = traced.trace.parts;
  OrderedJson json = {{"id", step.id},
                      {"log_prob", step.log_prob},
                      {"runner_up", step.runner_up},
                      {"margin", step.margin},
                      {"certificate", parts.certificate(s)}};
  if (traced.has_log_odds) {
    json["log_odds"] = step.log_odds;
    json["spread"] = step.spread;
    json["log_odds_certificate"] = step.lse_certificate;
  }
  for (std::size_t r = 0; r < traced.rival_words.size(); ++r)
    json["margin_over"][traced.rival_words[r]] =
        double{parts.logits(s, 0)} - double{parts.logits(s, TracedTexts::kFirstRival + static_cast<std::int64_t>(r))};
  if (n_parts == 0) return json;
  json["parts"] = OrderedJson::array();
  for (const auto& [part, value] : pushes_of(traced, s, TracedTexts::kRunnerUp)) {
    if (std::ssize(json["parts"]) == n_parts) break;
    json["parts"].push_back({{"name", part}, {"margin", value}});
  }
  return json;
}

}  // namespace

OrderedJson traced_json(const TracedTexts& traced, std::size_t text, std::int64_t n_parts) {
  OrderedJson json;
  if (!traced.asked[text].id.is_null()) json["id"] = OrderedJson::parse(traced.asked[text].id.dump());
  json["ids"] = traced.asked[text].continuation;
  json["text"] = traced.texts[text];
  json["steps"] = OrderedJson::array();
  for (std::int64_t s = traced.trace.first[text]; s < traced.trace.first[text + 1]; ++s)
    json["steps"].push_back(step_json(traced, s, n_parts));
  if (traced.stopped[text]) json["stopped"] = name(*traced.stopped[text]);
  return json;
}

std::vector<Push> pushes_of(const TracedTexts& traced, std::int64_t step, std::int64_t rival) {
  const Contributions& parts = traced.trace.parts;
  const std::vector<double> values = parts_of_margin(traced.trace, step, rival);
  std::vector<Push> pushes;
  for (std::int64_t c = 0; c < std::ssize(values); ++c) {
    const std::int64_t beyond = c - parts.n_components();
    pushes.push_back({beyond == 0   ? "embedding"
                      : beyond == 1 ? "biases"
                                    : component_name(component_at(c, parts.n_layers(), parts.n_heads())),
                      values[c]});
  }
  std::ranges::stable_sort(pushes, std::greater{}, [](const Push& push) { return std::abs(push.value); });
  return pushes;
}

}  // namespace partwise::internal
