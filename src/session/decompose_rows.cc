#include "session/decompose_rows.h"

#include <vector>

namespace partwise::internal {

namespace {

Stored what_it_reads(const ReaderFile& reader) {
  const ReaderKind& kind = reader_kind(reader.reader->kind());
  const bool rounded = reader.info.text(facts::kStoreAs) == dtype_word(DType::bf16);
  return {kind.reads_hidden, kind.reads_z, rounded ? DType::bf16 : DType::f32};
}

}  // namespace

Contributions decompose_rows(const Session& session, const ReaderFile& reader, std::span<const TextRow> rows,
                             const ProgressFn& progress) {
  std::vector<PromptIds> prompts;
  for (const TextRow& row : rows)
    if (!row.error) prompts.push_back({row.prompt.ids, row.prompt.label_ids, {}});
  if (prompts.empty()) return {};
  DecomposeOptions options = session.options();
  options.stored = what_it_reads(reader);
  options.progress = progress;
  return session.decompose(prompts, options);
}

}  // namespace partwise::internal
