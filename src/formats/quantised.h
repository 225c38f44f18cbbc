// Weights that another program has quantised into tensors of its own: named, not read.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/json_fwd.h"
#include "formats/checkpoint.h"

namespace partwise {

/// Keys of config.json that say how. MLX repeats its settings, the first, under transformers' key.
inline constexpr const char* kQuantisationKeys[] = {"quantization", "quantization_config", "compression_config"};

/// How weights were quantised.
struct Quantisation {
  std::string method;  // "GPTQ"
  std::string bits;    // "4 bit"; empty where it is not said, or the method says it
  std::string seen;    // where: "quantization_config of config.json"

  /// "GPTQ, 4 bit"
  std::string text() const;
  /// Errors: bad_data, always. `tensor` is one that shows it, or empty.
  [[noreturn]] void refuse(const std::filesystem::path& path, const std::string& tensor) const;
};

/// What config.json, or the file that some programs put beside it, says of it; nothing where it says that nothing is
/// quantised.
std::optional<Quantisation> quantisation_of(const Json& config, const std::filesystem::path& folder);

/// Errors: bad_data where the tensors of a Hugging Face folder are quantised, by what the configuration says or by what
/// is in them; and where only the configuration says so, which `allow_unknown` lets pass by the key's name.
void check_not_quantised(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown);

}  // namespace partwise
