// A model ready for passes: its configuration, and where its weights are on disk.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "formats/checkpoint.h"
#include "model/config.h"
#include "model/tensor_table.h"
#include "ops/backend.h"

namespace partwise::internal {

/// A norm's gain and, for a LayerNorm, bias. Both are empty if the architecture has no such norm.
struct NormWeights {
  std::vector<float> gain, bias;
  explicit operator bool() const { return !gain.empty(); }
};

/// The weights of one MLP: a layer's, or an expert's.
struct MlpWeights {
  RowReader gate;                                   // [d_mlp, d_model], or empty
  RowReader in;                                     // [d_mlp, d_model]
  RowReader out;                                    // [d_model, d_mlp]
  std::vector<float> gate_bias, in_bias, out_bias;  // by rows of the matrices, or empty
};

/// The weights of one layer in our layout. Vectors are in memory. Matrices are read from disk row by row and
/// dequantised on the way; they refer to the model.
struct LayerWeights {
  NormWeights ln1, ln2, ln1_post, ln2_post;                 // [d_model]
  NormWeights q_norm, k_norm;                               // [d_head] or [n_heads * d_head], [n_kv_heads * d_head]
  RowReader q;                                              // [n_heads * d_head, d_model]
  RowReader kv;                                             // [2 n_kv_heads * d_head, d_model], k then v
  RowReader o;                                              // [d_model, n_heads * d_head]
  std::vector<float> sinks;                                 // [n_heads], or empty
  std::vector<float> q_bias, kv_bias, o_bias, router_bias;  // by rows of the matrices, or empty
  MlpWeights mlp;                                           // empty if the layer has experts
  RowReader router;                                         // [n_experts, d_model], or empty
};

struct ModelOptions {
  std::set<std::string> allow_unknown;  // configuration keys and tensors to let pass by name
  /// Weights as they were before training instead of those in the file (model/initial_weights.h).
  std::optional<std::uint64_t> random_init;
};

class Model {
 public:
  /// Errors: missing_input, bad_data. Both name what is unknown, missing, surplus or of the wrong shape.
  static Model load(const std::filesystem::path& path, const ModelOptions& options = {});

  const ModelConfig& config() const { return config_; }
  const Checkpoint& checkpoint() const { return *checkpoint_; }
  std::int64_t n_parameters() const;
  /// Those that one token's pass multiplies by or looks at: all but the experts that it does not choose.
  std::int64_t n_active_parameters() const;

  /// The model must outlive the result, and must not be moved meanwhile.
  LayerWeights layer(std::int64_t index) const;
  MlpWeights expert(std::int64_t layer, std::int64_t expert) const;
  /// Asks the system to read a layer's weights soon, but not its experts'. Does nothing if there is no such layer.
  void read_ahead(std::int64_t layer) const;
  void read_ahead(std::int64_t layer, std::int64_t expert) const;
  /// Lets the system take back a layer's mapped pages, so that the resident set does not grow layer by layer.
  void release(std::int64_t layer) const;
  void release(std::int64_t layer, std::int64_t expert) const;

  /// Rows of the token embedding (scaled), and of the unembedding (scaled).  [ids.size(), d_model]
  HostMatrix embed(std::span<const std::int32_t> ids) const;
  HostMatrix unembed(std::span<const std::int32_t> ids) const;
  /// Rows of learned positions, if the model has them.  [positions.size(), d_model]
  HostMatrix pos_embed(std::span<const std::int32_t> positions) const;
  NormWeights final_norm() const;  // [d_model]
  /// What is added to each token's logit, if the head has a bias.  [d_vocab] or empty
  std::span<const float> logit_bias() const { return logit_bias_; }

 private:
  Model() = default;
  bool has(const std::string& name) const { return tensors_.contains(name); }
  const BoundTensor& tensor(const std::string& name) const;
  /// Reads row `row` (in our order) of a matrix; a vector is a matrix of one column.
  void read_row(const BoundTensor& tensor, std::int64_t row, std::span<float> out) const;
  /// Rows of a matrix whose columns lie one after another in the file.
  void read_transposed(const BoundTensor& tensor, std::int64_t first_row, Matrix out) const;
  /// Empty if the table has no such tensor.
  std::vector<float> vector(const std::string& name) const;
  std::vector<float> vectors(const std::vector<std::string>& names) const;  // one after the other
  NormWeights norm(const std::string& name) const;
  NormWeights norm_of_heads(const std::string& name) const;  // one head after the other, if each has its own gain
  /// Stacks matrices of equal width below each other.
  RowReader stack(const std::vector<std::string>& names) const;
  /// The MLP whose tensors' names begin with `name`.
  MlpWeights mlp(const std::string& name, std::int64_t d_mlp) const;
  HostMatrix rows_of(const std::string& name, std::span<const std::int32_t> ids) const;

  std::unique_ptr<Checkpoint> checkpoint_;
  ModelConfig config_;
  std::map<std::string, BoundTensor> tensors_;  // by our names
  std::vector<float> logit_bias_;
  std::optional<std::uint64_t> random_init_;
};

}  // namespace partwise::internal
