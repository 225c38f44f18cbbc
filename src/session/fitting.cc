#include "session/fitting.h"

#include <utility>

#include "analysis/fit_warnings.h"
#include "analysis/learning_curve.h"
#include "analysis/unheard_sets.h"

namespace partwise::internal {

FitRows rows_to_fit_on(const Run& run, std::optional<std::int64_t> pool_size) {
  FitRows rows = fit_rows(run);
  return pool_size ? with_pool_size(std::move(rows), *pool_size) : rows;
}

Stored what_the_default_reads(DType type) {
  const ReaderKind& kind = reader_kind(kDefaultReader);
  return {kind.reads_hidden, kind.reads_z, type};
}

std::vector<std::string> warnings_of_fit(std::string_view kind, const Run& run, const FitRows& rows) {
  if (reader_kind(kind).learns_from != LearnsFrom::pool) return {};
  std::vector<std::string> warnings = fit_warnings(run, rows.pool);
  if (!reader_kind(kind).reads_sets) return warnings;
  for (std::string& sentence : unheard_sets(run, rows)) warnings.push_back(std::move(sentence));
  return warnings;
}

std::string reader_names() {
  std::string names;
  for (const ReaderKind& kind : reader_kinds()) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

}  // namespace partwise::internal
