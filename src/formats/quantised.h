// Weights that another program has quantised into tensors of its own. They are recognised, and not read, except those
// of gpt-oss.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/json_fwd.h"
#include "formats/checkpoint.h"

namespace partwise::internal {

/// Keys of config.json that describe the quantisation. MLX writes its settings under the first key and repeats them
/// under transformers' key.
inline constexpr const char* kQuantisationKeys[] = {"quantization", "quantization_config", "compression_config"};

/// How weights were quantised.
struct Quantisation {
  std::string method;  // "GPTQ"
  std::string bits;    // "4 bit"; empty if it is unknown or part of the method's name
  std::string seen;    // where this was found: "quantization_config of config.json"

  /// "GPTQ, 4 bit"
  std::string text() const;
  /// Always throws bad_data. `tensor` is a tensor that shows the quantisation, or empty.
  [[noreturn]] void refuse(const std::filesystem::path& path, const std::string& tensor) const;
};

/// The quantisation that config.json, or a file that some programs put beside it, describes; nullopt if the weights are
/// not quantised according to them.
std::optional<Quantisation> quantisation_of(const Json& config, const std::filesystem::path& folder);

/// Errors: bad_data if the tensors of a Hugging Face folder are quantised, according to the configuration or to the
/// tensors themselves. If only the configuration says so, the key's name in `allow_unknown` lets it pass.
void check_not_quantised(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown);

}  // namespace partwise::internal
