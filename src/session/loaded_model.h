// A model with its tokenizer.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "hub/find_model.h"
#include "model/model.h"
#include "prompts/prompts.h"
#include "prompts/too_long.h"
#include "session/model_choice.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// A tokenizer that cannot be used is an error only if it is needed: prompts may come as ids.
class LoadedModel {
 public:
  /// Errors: those of find_model and Model::load.
  explicit LoadedModel(const ModelChoice& source);

  const ModelPlace& place() const { return place_; }
  const Model& model() const { return model_; }
  const ModelConfig& config() const { return model_.config(); }
  const std::string& fingerprint() const { return fingerprint_; }
  const std::vector<std::string>& allow_unknown() const { return allow_unknown_; }
  /// The seed of the weights; nullopt if they are those of the file.
  std::optional<std::uint64_t> random_init() const { return random_init_; }

  /// Null if the model has no tokenizer, or one that was refused.
  const Tokenizer* tokenizer() const { return tokenizer_.get(); }
  /// The hash of what the tokenizer was read from (hash_tokenizer). Computed on the first call; "" if there is no
  /// tokenizer.
  const std::string& tokenizer_hash() const;
  /// Null if the model has no tokenizer. Errors: the refusal, if it was refused.
  const Tokenizer* needed_tokenizer() const;

  /// Fills in the ids, and deals with prompts that are longer than the model's context. Errors: those of
  /// tokenize_prompts and fit_to_context.
  void tokenize(PromptSet& set, TooLong how = TooLong::refuse) const;
  /// Fills in the ids of prompts of any length.
  void tokenize_any_length(PromptSet& set) const;
  /// Deals with prompts that are longer than the model's context. Errors: those of fit_to_context.
  void fit(PromptSet& set, TooLong how) const;

 private:
  ModelPlace place_;
  Model model_;
  std::string fingerprint_;
  std::vector<std::string> allow_unknown_;
  std::optional<std::uint64_t> random_init_;
  std::unique_ptr<Tokenizer> tokenizer_;
  struct Hash {
    std::once_flag once;
    std::string text;
  };
  std::unique_ptr<Hash> hash_ = std::make_unique<Hash>();  // by pointer, so that a model can be moved
  std::optional<Error> refusal_;
};

}  // namespace partwise::internal
