// What a model's parts say of rows to classify.
#pragma once

#include <cstddef>
#include <span>

#include "base/progress.h"
#include "readers/reader.h"
#include "session/session.h"
#include "session/text_rows.h"

namespace partwise::internal {

/// Rows that are decomposed together at most, so that answers come while others wait.
inline constexpr std::size_t kLargestBatch = 256;

/// Decomposes the rows that have a prompt, in their order, with everything that the reader reads: hidden states and z
/// as well, in the type that it was fitted on, and Contributions::other_sets. Sets TextRow::example, and the error of a
/// row whose prompt fails. Empty if no row has a prompt. Errors: those of decompose() that are not one prompt's.
Contributions decompose_rows(const Session& session, const ReaderFile& reader, std::span<TextRow> rows,
                             const ProgressFn& progress);

/// The same for the prompts that prompts_for() made of the rows. `weighed`: DecomposeOptions::weighed, or null.
Contributions decompose_rows(const Session& session, const ReaderFile& reader, std::span<TextRow> rows,
                             std::span<const PromptIds> prompts, WeighedHeads* weighed, const ProgressFn& progress,
                             DecomposeStats* stats = nullptr);

}  // namespace partwise::internal
