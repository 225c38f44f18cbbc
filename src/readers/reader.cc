#include "readers/reader.h"

#include <algorithm>
#include <cmath>

namespace partwise {

ReaderShape reader_shape(const Contributions& parts) { return {parts.n_layers(), parts.n_heads(), parts.n_labels()}; }

void Reader::probabilities(const Contributions& parts, std::int64_t example, std::span<double> out) const {
  scores(parts, example, out);
  softmax(out);
}

std::int64_t argmax(std::span<const double> values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

void softmax(std::span<double> values) {
  const double shift = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (double& value : values) sum += value = std::exp(value - shift);
  for (double& value : values) value /= sum;
}

}  // namespace partwise
