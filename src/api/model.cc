#include <partwise/model.h>

#include "api/impl.h"

namespace partwise {

namespace {

const internal::ModelConfig& config_of(const Model& model) { return model.impl()->loaded.config(); }

const internal::Tokenizer& tokenizer_of(const Model& model) {
  if (const internal::Tokenizer* tokenizer = model.impl()->loaded.needed_tokenizer()) return *tokenizer;
  throw internal::Error(ErrorCode::missing_input, model.name() + ": this model has no tokenizer");
}

}  // namespace

Model::Model(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Model Model::load(const std::string& name_or_path, const LoadOptions& options) {
  const internal::ModelChoice choice{name_or_path, options.allow_unknown, options.random_init};
  return Model(std::make_shared<const Impl>(choice));
}

const std::string& Model::name() const { return impl_->loaded.place().name; }
const std::string& Model::fingerprint() const { return impl_->loaded.fingerprint(); }
const std::string& Model::architecture() const { return config_of(*this).arch; }
std::int64_t Model::n_layers() const { return config_of(*this).n_layers; }
std::int64_t Model::n_heads() const { return config_of(*this).n_heads; }
std::int64_t Model::d_model() const { return config_of(*this).d_model; }
std::int64_t Model::n_context() const { return config_of(*this).n_ctx; }
std::int64_t Model::n_components() const { return config_of(*this).n_components(); }
std::vector<std::string> Model::part_names() const { return internal::component_names(n_layers(), n_heads()); }

bool Model::has_tokenizer() const { return impl_->loaded.tokenizer() != nullptr; }

std::vector<std::int32_t> Model::tokenize(const std::string& text) const { return tokenizer_of(*this).encode(text); }

std::string Model::detokenize(const std::vector<std::int32_t>& ids) const {
  return tokenizer_of(*this).decode(ids, false);
}

}  // namespace partwise
