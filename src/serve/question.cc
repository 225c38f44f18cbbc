#include "serve/question.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"

namespace partwise::internal {

namespace {

std::size_t mode_of(const std::vector<double>& probabilities) {
  return static_cast<std::size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
}

}  // namespace

std::size_t Decision::answer() const { return mode_of(probabilities); }

double confidence_of_choice(const std::vector<double>& probabilities) {
  if (probabilities.size() < 2) return 1;
  const double even = 1 / static_cast<double>(probabilities.size());
  return std::max(0.0, (probabilities[mode_of(probabilities)] - even) / (1 - even));
}

double confidence_of_score(const std::vector<double>& probabilities) {
  if (probabilities.size() < 2) return 1;
  const auto n = static_cast<double>(probabilities.size()), mode = static_cast<double>(mode_of(probabilities));
  double spread = 0, even = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    spread += probabilities[i] * std::abs(static_cast<double>(i) - mode);
    even += std::abs(static_cast<double>(i) - (n - 1) / 2) / n;
  }
  return std::max(0.0, 1 - spread / even);
}

double expected_level(const std::vector<double>& probabilities) {
  double level = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) level += static_cast<double>(i) * probabilities[i];
  return level;
}

std::string text_of(const OrderedJson& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false);
}

}  // namespace partwise::internal
