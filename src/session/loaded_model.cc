#include "session/loaded_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "formats/checkpoint.h"
#include "model/context.h"

namespace partwise::internal {

LoadedModel::LoadedModel(const ModelChoice& source)
    : place_(find_model(source.model)),
      model_(Model::load(place_.path, source.options())),
      fingerprint_(internal::fingerprint(model_.checkpoint())),
      allow_unknown_(source.allow_unknown),
      random_init_(source.random_init) {
  if (random_init_) fingerprint_ += fmt::format("-random-{}", *random_init_);  // the weights are not those of the file
  try {
    if (has_tokenizer(place_.path)) tokenizer_ = load_tokenizer(place_.path);
  } catch (const Error& error) {
    refusal_ = error;
  }
}

const Tokenizer* LoadedModel::needed_tokenizer() const {
  if (refusal_) throw *refusal_;
  return tokenizer_.get();
}

const std::string& LoadedModel::tokenizer_hash() const {
  std::call_once(hash_->once, [this] { hash_->text = tokenizer_ ? hash_tokenizer(place_.path) : ""; });
  return hash_->text;
}

void LoadedModel::tokenize(PromptSet& set, TooLong how) const {
  tokenize_any_length(set);
  fit(set, how);
}

void LoadedModel::tokenize_any_length(PromptSet& set) const {
  const bool all_ids = std::all_of(set.prompts.begin(), set.prompts.end(), [](const Prompt& p) {
    return !p.ids.empty() && (!p.label_ids.empty() || !p.label_tokens.empty());
  });
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  tokenize_prompts(set, all_ids ? tokenizer() : needed_tokenizer(), kAny, config().d_vocab);
}

void LoadedModel::fit(PromptSet& set, TooLong how) const {
  try {
    fit_to_context(set, how, tokenizer(), config().n_ctx, config().d_vocab);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_data) throw;
    throw Error(error.code(), error.what(), {error.hint() + why_context_ends(config()), error.remedies()});
  }
}

}  // namespace partwise::internal
