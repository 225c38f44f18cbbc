// The tiny model and its prompts, as callers of the public face have them.
#pragma once

#include <partwise/partwise.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "session/loaded_model.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::test {

inline std::string tiny_llama_path() { return (internal::test::source_dir() / "tests/golden/tiny-llama").string(); }

inline const Model& tiny_llama() {
  static const Model model = Model::load(tiny_llama_path());
  return model;
}

/// The same model as the library's own code sees it.
inline const internal::LoadedModel& tiny_llama_within() {
  static const internal::LoadedModel loaded({tiny_llama_path(), {}, {}});
  return loaded;
}

/// The prompts of a golden model as a prompt file.
inline PromptSet prompts_of(const internal::test::Golden& golden, const internal::test::TempDir& folder) {
  std::string lines;
  for (const internal::PromptIds& prompt : golden.prompts)
    lines += internal::Json{{"ids", prompt.ids}, {"option_ids", prompt.label_ids}}.dump() + "\n";
  internal::test::write_file(folder / "prompts.jsonl", lines);
  return PromptSet::from_file((folder / "prompts.jsonl").string());
}

/// A short task that is compiled in, with rows of its own.
inline PromptSet reviews() { return PromptSet::from_task({.task = "reviews", .shots = 0, .labelled = 8, .limit = 6}); }

template <class T, class U>
bool same_elements(const Array<T>& a, const U& b) {
  return std::ranges::equal(std::span(a.data(), static_cast<std::size_t>(a.size())), b.flat());
}
template <class T>
bool same_elements(const Array<T>& a, const Array<T>& b) {
  return a.shape() == b.shape() && std::equal(a.begin(), a.end(), b.begin());
}

}  // namespace partwise::test
