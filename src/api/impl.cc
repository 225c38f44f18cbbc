#include "api/impl.h"

#include <fmt/format.h>

namespace partwise::internal {

TooLong too_long_of(partwise::TooLong how) {
  switch (how) {
    case partwise::TooLong::skip:
      return TooLong::skip;
    case partwise::TooLong::cut:
      return TooLong::cut;
    default:
      return TooLong::refuse;
  }
}

ProgressFn progress_of(const partwise::ProgressFn& listener) {
  if (!listener) return {};
  return [listener](const Progress& p) {
    if (!listener({p.stage, p.done, p.total})) throw Error(ErrorCode::interrupted, "the caller stopped the work");
  };
}

std::vector<std::string> sentences(const std::vector<Warning>& warnings) {
  std::vector<std::string> all;
  all.reserve(warnings.size());
  for (const Warning& warning : warnings) all.push_back(fmt::format("{} [{}]", warning.message, warning.code));
  return all;
}

std::vector<std::string> component_names(std::int64_t n_layers, std::int64_t n_heads) {
  std::vector<std::string> names;
  for (std::int64_t c = 0; c < n_layers * (n_heads + 1); ++c)
    names.push_back(component_name(component_at(c, n_layers, n_heads)));
  return names;
}

}  // namespace partwise::internal
