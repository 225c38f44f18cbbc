#include "report/text/trace.h"

#include <fmt/format.h>

#include <cmath>

#include "base/json.h"
#include "base/utf8.h"
#include "report/data/trace.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

/// " Paris" in quotes, with escapes, shortened.
std::string quoted(const std::string& piece) {
  const std::string json = Json(piece).dump(-1, ' ', false, Json::error_handler_t::replace);
  return shortened(printable(json), kMaxWord);
}

std::string strongest(const std::vector<Push>& pushes, double sign, std::int64_t n) {
  std::string text;
  for (const auto& [part, value] : pushes) {
    if (n == 0 || value * sign <= 0) continue;
    text += fmt::format("{}{} {:+.2f}", text.empty() ? "" : ", ", part, value);
    --n;
  }
  return text;
}

std::string probability(double log_prob) {
  const double share = 100 * std::exp(log_prob);
  return fmt::format("{:.{}f} %", share, share < 1 ? 3 : 1);
}

}  // namespace

std::string traced_table(const TracedTexts& traced, std::size_t text, std::int64_t n_parts, bool colour,
                         std::size_t width) {
  std::vector<std::vector<std::string>> lines = {{"token", "for it", "against it", "probability", "margin", "over"}};
  if (traced.has_log_odds) lines[0].insert(lines[0].begin() + 5, {"log-odds", "spread"});
  for (const std::string& rival : traced.rival_words) lines[0].push_back("margin over " + quoted(rival));
  for (std::int64_t s = traced.trace.first[text]; s < traced.trace.first[text + 1]; ++s) {
    const TracedStep& step = traced.trace.steps[s];
    const std::vector<Push> pushes = pushes_of(traced, s, TracedTexts::kRunnerUp);
    std::vector<std::string> line = {quoted(traced.piece(step.id)), strongest(pushes, 1, n_parts),
                                     strongest(pushes, -1, n_parts), probability(step.log_prob),
                                     fmt::format("{:+.2f}", step.margin)};
    if (traced.has_log_odds) {
      line.push_back(fmt::format("{:+.2f}", step.log_odds));
      line.push_back(fmt::format("{:.2f}", step.spread));
    }
    line.push_back(quoted(traced.piece(step.runner_up)));
    const Array<float>& logits = traced.trace.parts.logits;
    for (std::int64_t r = 0; r < std::ssize(traced.rival_words); ++r)
      line.push_back(fmt::format("{:+.2f}", logits(s, 0) - logits(s, TracedTexts::kFirstRival + r)));
    lines.push_back(std::move(line));
  }
  const auto& stopped = traced.stopped[text];
  return text_table(lines, 3, kBold, colour, width) + (stopped ? fmt::format("\nstopped: {}\n", name(*stopped)) : "");
}

}  // namespace partwise::internal
