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

Contributions decompose_rows(const Session& session, const ReaderFile& reader, std::span<TextRow> rows,
                             const ProgressFn& progress) {
  std::vector<PromptIds> prompts;
  std::vector<TextRow*> asked;
  for (TextRow& row : rows) {
    if (row.error) continue;
    row.example = std::ssize(prompts);
    prompts.push_back({row.prompt.ids, row.prompt.label_ids, {}});
    asked.push_back(&row);
  }
  if (prompts.empty()) return {};
  std::vector<PromptFailure> failures;
  DecomposeOptions options = session.options();
  options.stored = what_it_reads(reader);
  options.failures = &failures;
  options.progress = progress;
  Contributions parts = session.decompose(prompts, options);
  for (const auto& [prompt, error] : failures) {
    TextRow& row = *asked[prompt];
    row.error = Error(error.code(), row.input.line.place + ": " + error.what(), error.advice());
  }
  return parts;
}

}  // namespace partwise::internal
