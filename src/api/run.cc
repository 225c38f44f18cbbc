#include <partwise/run.h>

#include <type_traits>

#include "api/impl.h"
#include "decompose/run_file.h"

namespace partwise {

namespace {

static_assert(std::is_same_v<std::underlying_type_t<Split>, std::underlying_type_t<internal::Split>>);
static_assert(static_cast<std::int32_t>(Split::demonstration) == internal::kLastSplit);

template <class T>
Array<T> share(const internal::Array<T>& array, const std::shared_ptr<const Run::Impl>& owner) {
  return array.empty() ? Array<T>() : Array<T>(array.data(), array.shape(), owner);
}

}  // namespace

Run::Run(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Run Run::open(const std::string& path) { return Run(std::make_shared<const Impl>(internal::read_run(path))); }

void Run::save(const std::string& path) const {
  internal::write_output(path, [&](internal::OutputFile& out) { internal::write_run(out, impl_->run); });
}

std::int64_t Run::n_examples() const { return impl_->run.parts.n_examples(); }
std::int64_t Run::n_layers() const { return impl_->run.parts.n_layers(); }
std::int64_t Run::n_heads() const { return impl_->run.parts.n_heads(); }
std::int64_t Run::n_labels() const { return impl_->run.parts.n_labels(); }
std::vector<std::string> Run::label_words() const { return impl_->run.label_words(); }
std::vector<std::string> Run::part_names() const { return internal::component_names(n_layers(), n_heads()); }

Array<float> Run::heads() const { return share(impl_->run.parts.heads, impl_); }
Array<float> Run::mlps() const { return share(impl_->run.parts.mlps, impl_); }
Array<float> Run::embed() const { return share(impl_->run.parts.embed, impl_); }
Array<float> Run::pos_embed() const { return share(impl_->run.parts.pos_embed, impl_); }
Array<float> Run::bias() const { return share(impl_->run.parts.bias, impl_); }
Array<float> Run::logits() const { return share(impl_->run.parts.logits, impl_); }
Array<float> Run::certificate() const { return share(impl_->run.parts.certificate, impl_); }
Array<float> Run::log_probs() const { return share(impl_->run.parts.log_probs, impl_); }
Array<float> Run::label_mass() const { return share(impl_->run.parts.label_mass, impl_); }
Array<float> Run::hidden() const { return share(impl_->run.parts.hidden, impl_); }
Array<float> Run::z() const { return share(impl_->run.parts.z, impl_); }
Array<float> Run::by_source() const { return share(impl_->run.parts.by_source, impl_); }
Array<float> Run::by_token() const { return share(impl_->run.parts.by_token, impl_); }
Array<float> Run::experts() const { return share(impl_->run.parts.experts, impl_); }
Array<std::int32_t> Run::token_ids() const { return share(impl_->run.parts.token_ids, impl_); }

std::vector<std::string> Run::source_names() const {
  return impl_->run.info.find(internal::facts::kSources).value_or(std::vector<std::string>());
}

const std::vector<std::int32_t>& Run::labels() const { return impl_->run.labels; }
const std::vector<Split>& Run::split() const { return impl_->split; }
const std::map<std::string, std::string>& Run::info() const { return impl_->run.info.entries; }
std::vector<std::string> Run::warnings() const { return internal::sentences(internal::warnings_of(impl_->run)); }

Parts Run::parts(std::int64_t example) const { return {*this, example}; }

}  // namespace partwise
