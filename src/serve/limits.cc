#include "serve/limits.h"

#include <fmt/format.h>

#include "base/error.h"

namespace partwise::internal {

void check_results_fit(const ModelConfig& config, std::size_t n_prompts, std::size_t n_labels, const Stored& stored) {
  const auto n_parts = static_cast<double>(config.n_layers * (config.n_heads + 1));
  const auto n_stored = static_cast<double>(hidden_size(stored, config) + z_size(stored, config));
  const double bytes = sizeof(float) * (n_parts * static_cast<double>(n_labels) + n_stored);
  if (bytes * static_cast<double>(n_prompts) <= kMostResultBytes) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{} rows with {} labels are too many for one request", n_prompts, n_labels),
              fmt::format("send at most {:.0f} rows at a time", kMostResultBytes / bytes - 0.5));
}

void check_reasons_fit(const ModelConfig& config, std::int64_t n_tokens, std::size_t n_labels, std::int64_t n_sets) {
  constexpr double kBytesOfWord = 320;  // in the answer, as JSON and as text; a word has at least one token
  const auto n = static_cast<double>(n_labels);
  const auto n_heads = static_cast<double>(n_sets * config.n_layers * config.n_heads);
  const double of_labels = sizeof(double) * n * n, of_outputs = sizeof(float) * n * static_cast<double>(config.d_head);
  const double per_token = kBytesOfWord + sizeof(double) * n;  // of the answer, and of what heads read from the token
  if (n_heads * (of_labels + of_outputs) + per_token * static_cast<double>(n_tokens) <= kMostResultBytes) return;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("reasons in words for {} labels and {} tokens are too many for one request", n_labels, n_tokens),
      "send fewer rows at a time, or ask without 'words'");
}

}  // namespace partwise::internal
