// A model ready for passes: configuration and the weights' places on disk.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "formats/checkpoint.h"
#include "model/config.h"
#include "model/tensor_table.h"
#include "ops/backend.h"

namespace partwise {

/// A dequantised matrix or vector.
struct HostMatrix {
  std::vector<float> values;
  std::int64_t rows = 0, cols = 0;
  operator ConstMatrix() const { return {values.data(), rows, cols, cols}; }
};

/// Everything one layer multiplies by, dequantised, in our layout.
struct LayerWeights {
  std::vector<float> ln1, ln2;  // [d_model]
  HostMatrix qkv;               // [(n_heads + 2 n_kv_heads) * d_head, d_model], q then k then v
  std::vector<float> qkv_bias;  // [(n_heads + 2 n_kv_heads) * d_head] or empty
  HostMatrix o;                 // [d_model, n_heads * d_head]
  std::vector<float> o_bias;    // [d_model] or empty
  HostMatrix gate_up;           // [2 d_mlp, d_model], gate then up
  std::vector<float> gate_up_bias;
  HostMatrix down;  // [d_model, d_mlp]
  std::vector<float> down_bias;
};

struct ModelOptions {
  std::set<std::string> allow_unknown;  // configuration keys and tensors to let pass by name
};

class Model {
 public:
  /// Errors: missing_input, bad_data (each naming what is unknown, missing, surplus or of the wrong shape).
  static Model load(const std::filesystem::path& path, const ModelOptions& options = {});

  const ModelConfig& config() const { return config_; }
  const Checkpoint& checkpoint() const { return *checkpoint_; }
  std::int64_t n_parameters() const;

  /// Reads and dequantises one layer, on up to `n_threads` threads.
  LayerWeights layer(std::int64_t index, int n_threads = 1) const;
  /// Rows of the token embedding / of the unembedding.  [ids.size(), d_model]
  HostMatrix embed(std::span<const std::int32_t> ids) const;
  HostMatrix unembed(std::span<const std::int32_t> ids) const;
  std::vector<float> final_norm() const;  // gain [d_model]

 private:
  Model() = default;
  const BoundTensor& tensor(const std::string& name) const;
  std::vector<float> vector(const std::string& name) const;
  /// Stacks matrices of equal width below each other.
  HostMatrix stack(std::initializer_list<std::string> names, int n_threads) const;
  std::vector<float> stack_bias(std::initializer_list<std::string> names) const;
  HostMatrix rows_of(const std::string& name, std::span<const std::int32_t> ids) const;

  std::unique_ptr<Checkpoint> checkpoint_;
  ModelConfig config_;
  std::map<std::string, BoundTensor> tensors_;  // by our names
};

}  // namespace partwise
