#include "session/token_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/error.h"

namespace partwise::internal {

namespace {

/// The most probable first.
std::vector<std::int32_t> by_logit(std::span<const float> logits) {
  std::vector<std::int32_t> ids(logits.size());
  std::iota(ids.begin(), ids.end(), 0);
  std::ranges::sort(
      ids, [&](std::int32_t a, std::int32_t b) { return logits[a] != logits[b] ? logits[a] > logits[b] : a < b; });
  return ids;
}

}  // namespace

std::int32_t draw_token(std::span<const float> logits, const Sampling& sampling, Random& random) {
  if (std::ranges::any_of(logits, [](float logit) { return std::isnan(logit); }))
    throw Error(ErrorCode::failure, "a token's logit is not a number",
                {"the model's weights may hold values that are not finite; inspecting it shows what it is made of",
                 {Step::inspect}});
  const std::vector<std::int32_t> ids = by_logit(logits);
  std::vector<double> sums;  // of weights, from the most probable token on
  for (std::int32_t id : ids) {
    const double weight = std::exp((double{logits[id]} - double{logits[ids[0]]}) / sampling.temperature);
    sums.push_back((sums.empty() ? 0 : sums.back()) + weight);
  }
  const auto enough = std::ranges::lower_bound(sums, sampling.top_p * sums.back());
  const double total = enough == sums.end() ? sums.back() : *enough;
  const auto drawn = std::ranges::upper_bound(sums, random.uniform() * total);
  return ids[static_cast<std::size_t>(std::min(drawn - sums.begin(), std::ssize(sums) - 1))];
}

}  // namespace partwise::internal
