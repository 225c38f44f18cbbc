// The wording of prompts.
#pragma once

namespace partwise::internal {

/// Grows if the prompts that questions become change.
inline constexpr int kPromptVersion = 1;

}  // namespace partwise::internal
