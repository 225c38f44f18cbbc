// Small model folders for the tests of this folder.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "formats/checkpoint.h"
#include "formats/safetensors.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal::test {

inline TensorView float_view(const Shape& shape, const std::vector<float>& values) {
  return {DType::f32, shape, std::as_bytes(std::span(values))};
}

/// A safetensors file of float32 vectors.
inline void write_vectors(const std::filesystem::path& path, const std::map<std::string, std::vector<float>>& vectors) {
  std::vector<std::pair<std::string, TensorView>> tensors;
  for (const auto& [name, values] : vectors) {
    tensors.emplace_back(name, float_view({static_cast<std::int64_t>(values.size())}, values));
  }
  OutputFile out(path);
  write_safetensors(out, tensors, {{"format", "pt"}});
  out.commit();
}

/// The configuration of an adapter.
inline constexpr const char* kLora = R"({"peft_type": "LORA", "base_model_name_or_path": "org/base", "r": 2})";

/// The error that opening a model throws.
inline Error opening(const std::filesystem::path& path) {
  return error_of([&] { open_checkpoint(path); });
}

inline void write_config(const std::filesystem::path& folder) {
  write_file(folder / "config.json", R"({"model_type": "llama", "hidden_size": 2})");
}

/// A folder with two shards: a and c in the first, b in the second.
inline void write_sharded(const std::filesystem::path& folder) {
  write_config(folder);
  write_vectors(folder / "one.safetensors", {{"a", {1}}, {"c", {3}}});
  write_vectors(folder / "two.safetensors", {{"b", {2}}});
  write_file(folder / "model.safetensors.index.json",
             R"({"weight_map": {"a": "one.safetensors", "b": "two.safetensors", "c": "one.safetensors"}})");
}

inline float first_value(const TensorView& tensor) {
  float value = 0;
  dequantize(tensor, 0, {&value, 1});
  return value;
}

}  // namespace partwise::internal::test
