#include <partwise/session.h>

#include "api/impl.h"
#include "base/json.h"
#include "session/decompose_job.h"
#include "session/label_scores.h"

namespace partwise {

namespace {

internal::ComputeOptions compute_of(const SessionOptions& options) {
  internal::ComputeOptions compute;
  if (options.threads < 0) throw internal::Error(ErrorCode::usage, "a number of threads is not negative");
  compute.threads = options.threads;
  compute.memory_bytes = options.memory_bytes;
  compute.precision = options.precision == Precision::bf16 ? internal::Precision::bf16 : internal::Precision::f32;
  return compute;
}

/// What one call asks for, of a session that was made with `session`.
internal::ComputeOptions with(internal::ComputeOptions session, const DecomposeOptions& options) {
  session.stored.hidden = options.store_hidden;
  session.stored.z = options.store_z;
  session.by_source = options.by_source;
  session.by_token = options.by_token;
  session.experts = options.experts;
  session.score = internal::parse_score(options.score);
  session.label_mass = options.label_mass;
  session.ablate = options.ablate;
  session.ablate_with_mean = options.ablate_with_mean;
  return session;
}

/// Makes tokens of the prompts and decomposes them.
Run decompose_set(const Session::Impl& impl, internal::PromptSet set, internal::TooLong too_long,
                  const DecomposeOptions& options) {
  const internal::LoadedModel& loaded = impl.session.loaded();
  std::call_once(impl.model.impl()->hashed, [&] { loaded.tokenizer_hash(); });
  loaded.tokenize(set, too_long);
  internal::Listener listener;
  listener.progress = internal::progress_of(options.progress);
  return Run(std::make_shared<const Run::Impl>(
      internal::decompose_prompts(impl.session, set, with(impl.session.compute(), options), listener, nullptr)));
}

}  // namespace

Session::Session(const Model& model, const SessionOptions& options)
    : impl_(std::make_shared<const Impl>(model, compute_of(options))) {}

const Model& Session::model() const { return impl_->model; }

Parts Session::decompose(const std::string& text, const std::vector<std::string>& labels,
                         const DecomposeOptions& options) const {
  const internal::Json row = {{"prompt", text}, {"options", labels}};
  internal::PromptSet set = internal::prompt_set_of({internal::parse_prompt_row(row, "the prompt")});
  return decompose_set(*impl_, std::move(set), internal::TooLong::refuse, options).parts(0);
}

Run Session::decompose(const PromptSet& prompts, const DecomposeOptions& options) const {
  return decompose_set(*impl_, prompts.impl()->set, prompts.impl()->too_long, options);
}

}  // namespace partwise
