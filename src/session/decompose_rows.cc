#include "session/decompose_rows.h"

#include <algorithm>
#include <vector>

#include "session/reader_prompts.h"

namespace partwise::internal {

Contributions decompose_rows(const Session& session, const ReaderFile& reader, std::span<TextRow> rows,
                             const ProgressFn& progress) {
  return decompose_rows(session, reader, rows, prompts_for(reader, rows), nullptr, progress);
}

Contributions decompose_rows(const Session& session, const ReaderFile& reader, std::span<TextRow> rows,
                             std::span<const PromptIds> prompts, WeighedHeads* weighed, const ProgressFn& progress,
                             DecomposeStats* stats) {
  if (prompts.empty()) return {};
  std::vector<PromptFailure> failures;
  DecomposeOptions options = session.options();
  options.stored = what_it_reads(reader);
  options.score = score_of(reader);
  options.failures = &failures;
  options.weighed = weighed;
  options.progress = progress;
  const std::int64_t n_sets = n_sets_read(reader), n_rows = std::ssize(prompts) / n_sets;
  Contributions parts = fold_sets(session.decompose(prompts, options, stats), n_sets);
  parts.words = words_of(rows);
  for (const auto& [prompt, error] : failures)
    refuse(*std::ranges::find(rows, prompt % n_rows, &TextRow::example), error);
  return parts;
}

}  // namespace partwise::internal
