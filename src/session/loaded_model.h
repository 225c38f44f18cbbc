// A model with its tokenizer.
#pragma once

#include <memory>
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

namespace partwise {

/// A tokenizer that cannot be used is an error only where one is needed: prompts may come as ids.
class LoadedModel {
 public:
  /// Errors: those of find_model and Model::load.
  explicit LoadedModel(const ModelChoice& source);

  const ModelPlace& place() const { return place_; }
  const Model& model() const { return model_; }
  const ModelConfig& config() const { return model_.config(); }
  const std::string& fingerprint() const { return fingerprint_; }
  const std::vector<std::string>& allow_unknown() const { return allow_unknown_; }
  /// The seed of the weights, where they are not those of the file.
  std::optional<std::uint64_t> random_init() const { return random_init_; }

  /// Null where the model has none, or one that was refused.
  const Tokenizer* tokenizer() const { return tokenizer_.get(); }
  /// Of what it was read from (hash_tokenizer), made when it is first asked for; "" where there is none.
  const std::string& tokenizer_hash() const;
  /// Null where the model has none. Errors: why it was refused.
  const Tokenizer* needed_tokenizer() const;

  /// Fills the ids in, and deals with prompts that are longer than the model's context. Errors: those of
  /// tokenize_prompts and fit_to_context.
  void tokenize(PromptSet& set, TooLong how = TooLong::refuse) const;
  /// Fills the ids of prompts of any length in.
  void tokenize_any_length(PromptSet& set) const;
  /// Errors: those of fit_to_context.
  void fit(PromptSet& set, TooLong how) const;

 private:
  ModelPlace place_;
  Model model_;
  std::string fingerprint_;
  std::vector<std::string> allow_unknown_;
  std::optional<std::uint64_t> random_init_;
  std::unique_ptr<Tokenizer> tokenizer_;
  mutable std::optional<std::string> tokenizer_hash_;
  std::optional<Error> refusal_;
};

}  // namespace partwise
