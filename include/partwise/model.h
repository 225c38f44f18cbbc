// A language model with its tokenizer.
#pragma once

#include <partwise/export.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace partwise {

struct LoadOptions {
  std::vector<std::string> allow_unknown = {};    // keys and tensors of the file to let pass by name
  std::optional<std::uint64_t> random_init = {};  // the seed of untrained weights that replace those of the file
};

/// Immutable; copies share the model, and may be used from several threads. Weights stay on disk until a session needs
/// them.
class PARTWISE_API Model {
 public:
  /// Opens a Hugging Face folder, a GGUF file, or a name in the hub cache ("org/name", "org/name@revision"). Nothing is
  /// downloaded. Errors: missing_input, bad_data (also for whatever is not supported, by name).
  static Model load(const std::string& name_or_path, const LoadOptions& options = {});

  const std::string& name() const;          // as runs record it
  const std::string& fingerprint() const;   // tells two models apart
  const std::string& architecture() const;  // "llama"
  std::int64_t n_layers() const;
  std::int64_t n_heads() const;  // per layer
  std::int64_t d_model() const;
  std::int64_t n_context() const;     // tokens of the longest prompt
  std::int64_t n_components() const;  // n_layers * (n_heads + 1): every head and every MLP
  /// [n_components] "L3H7", ..., "L19MLP": heads layer by layer, then the MLPs.
  std::vector<std::string> part_names() const;

  bool has_tokenizer() const;
  /// The ids of a text as a prompt: with BOS if the tokenizer puts it in front. Spellings of special tokens become
  /// these tokens. Errors: bad_data for text that is not UTF-8, or if the tokenizer is not supported; missing_input if
  /// there is none.
  std::vector<std::int32_t> tokenize(const std::string& text) const;
  /// The text of these ids; bytes that are not UTF-8 become U+FFFD. Errors: bad_data for an id that does not exist;
  /// those of tokenize about the tokenizer.
  std::string detokenize(const std::vector<std::int32_t>& ids) const;

  struct Impl;  // the library's own
  explicit Model(std::shared_ptr<const Impl> impl);
  const std::shared_ptr<const Impl>& impl() const { return impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace partwise
