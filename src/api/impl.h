// What the classes of include/partwise hold.
#pragma once

#include <partwise/partwise.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "decompose/contributions.h"
#include "prompts/prompts.h"
#include "prompts/too_long.h"
#include "prompts/warning.h"
#include "readers/reader.h"
#include "session/loaded_model.h"
#include "session/session.h"

namespace partwise {

struct Model::Impl {
  explicit Impl(const internal::ModelChoice& choice) : loaded(choice) {}

  internal::LoadedModel loaded;
  mutable std::once_flag hashed;  // LoadedModel computes the hash of its tokenizer on the first call, for one thread
};

struct PromptSet::Impl {
  internal::PromptSet set;  // without ids, unless its file gave them
  internal::TooLong too_long;
};

struct Run::Impl {
  explicit Impl(internal::Run found) : run(std::move(found)) {
    for (const internal::Split kind : run.split) split.push_back(static_cast<Split>(kind));
  }

  internal::Run run;
  std::vector<Split> split;  // that of the run
};

struct Reader::Impl {
  internal::ReaderFile file;
  std::vector<std::string> warnings = {};  // of the fit
};

struct Session::Impl {
  Impl(const Model& of, const internal::ComputeOptions& compute)
      : model(of), session(of.impl()->loaded, compute, internal::Passes::many) {}

  Model model;
  internal::Session session;
};

namespace internal {

TooLong too_long_of(partwise::TooLong how);
/// Throws Error(interrupted) if `listener` returns false. Empty if it is.
ProgressFn progress_of(const partwise::ProgressFn& listener);
/// "24 of 40 ... [test-rows-are-labelled-rows]"
std::vector<std::string> sentences(const std::vector<Warning>& warnings);
/// [n_components], in the order of Contributions.
std::vector<std::string> component_names(std::int64_t n_layers, std::int64_t n_heads);

}  // namespace internal

}  // namespace partwise
