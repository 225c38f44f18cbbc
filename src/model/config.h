// The description of a model of any architecture: differences between models are fields, not classes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ops/activation.h"
#include "ops/norm.h"

namespace partwise::internal {

/// Rotary embedding: angle[p, j] = p * frequency[j], cosines and sines times `attention_factor`.
struct RopeConfig {
  double theta = 10000.0;
  /// "default"; "linear": positions divided by `factor`; "llama3": Llama 3.1's blend by wavelength; "yarn": a blend by
  /// turns within `original_context`; "dynamic": no scaling in prompts that fit into the context; "longrope":
  /// `divisors` in prompts that fit into `original_context`.
  std::string type = "default";
  double factor = 1.0;
  double low_freq_factor = 1.0;
  double high_freq_factor = 4.0;
  std::int64_t original_context = 8192;
  double beta_fast = 32.0;  // yarn: pairs that turn more often are kept;
  double beta_slow = 1.0;   // those that turn less often are slowed by `factor`; the rest is blended
  bool truncate = true;     // yarn: the ends of the blend are whole pairs
  double attention_factor = 1.0;
  /// Divisors of the plain frequencies [d_rotary / 2]: GGUF's rope_freqs.weight, or LongRoPE's short factors; empty if
  /// there are none.
  std::vector<float> divisors;

  bool operator==(const RopeConfig&) const = default;
};

/// The norm of queries and keys before they are rotated.
enum class QkNorm {
  none,
  heads,      // every head by itself, gain [d_head]
  rows,       // all heads together, gain [n_heads * d_head] and [n_kv_heads * d_head]
  each_head,  // every head by itself, a LayerNorm without bias, gains like those of `rows`
};

/// A feed-forward of experts: MLPs, of which a router chooses some for each token.
struct ExpertsConfig {
  std::int64_t n_experts = 0;
  std::int64_t n_used = 0;  // of each token
  std::int64_t d_mlp = 0;   // of one expert
  bool router_bias = false;
  /// Whether the weights of the chosen experts sum to 1. Otherwise they are those of the softmax over all experts.
  bool normalised = true;
  bool mxfp4 = false;          // matrices lie in a folder as blocks of MXFP4 and their scales
  bool split_in_gguf = false;  // a GGUF file has a tensor for each expert, not one for all
  std::vector<bool> dense;     // [n_layers] whether a layer has an MLP instead; empty: none has

  bool operator==(const ExpertsConfig&) const = default;
};

struct ModelConfig {
  std::string arch;  // "llama"
  std::int64_t n_layers = 0;
  std::int64_t n_heads = 0;
  std::int64_t n_kv_heads = 0;
  std::int64_t d_model = 0;
  std::int64_t d_head = 0;
  std::int64_t d_mlp = 0;
  std::int64_t d_vocab = 0;
  std::int64_t n_ctx = 0;  // longest prompt

  NormKind norm = NormKind::rms;
  float norm_eps = 1e-5f;
  bool pre_norms = true;           // ln1 and ln2, of what a block reads
  bool post_norms = false;         // ln1_post and ln2_post, of what a block adds
  bool parallel_residual = false;  // the MLP reads the same x as attention, not x + attention's output
  bool shared_norm = false;        // and the same ln1(x): there is no ln2

  float embed_scale = 1.0f;          // on the token embedding
  float residual_scale = 1.0f;       // on what a block adds
  float logit_scale = 1.0f;          // on logits
  float logit_cap = 0.0f;            // of capped logits, cap * tanh(logit / cap); 0: none
  bool learned_positions = false;    // each position has a row that is added to the token embedding
  float attn_scale = 0.0f;           // on scores; 0: 1 / sqrt(d_head)
  bool attn_scale_by_layer = false;  // scores are also divided by layer + 1
  float attn_cap = 0.0f;             // of scores, cap * tanh(score / cap), after their scale; 0: none
  bool sinks = false;                // each head has a score that takes part in the softmax, and no value
  QkNorm qk_norm = QkNorm::none;
  std::vector<std::int64_t> windows;  // [n_layers] tokens that a token sees, 0: all; empty: all in every layer
  RopeConfig rope;
  std::optional<RopeConfig> local_rope;  // of the layers with a window, if they have their own
  std::vector<bool> unrotated;           // [n_layers] whether queries and keys stay as they are; empty: in no layer
  std::int64_t d_rotary = 0;             // how many columns of a head are rotated; 0: all

  Activation activation = Activation::silu;
  bool gated_mlp = true;  // f(x W_gate) * (x W_in); otherwise f(x W_in)
  std::optional<ExpertsConfig> experts;

  bool tied_embeddings = false;
  bool fused_qkv = false;   // one tensor for q, k and v
  bool fused_gate = false;  // one tensor for gate and in
  bool qkv_bias = false;
  bool o_bias = false;
  bool mlp_bias = false;

  double initializer_range = 0.02;  // standard deviation of the weights before training

  bool is_rotated(std::int64_t layer) const { return unrotated.empty() || !unrotated[layer]; }
  bool is_rotated_anywhere() const;
  bool has_experts(std::int64_t layer) const { return experts && (experts->dense.empty() || !experts->dense[layer]); }
  std::int64_t window(std::int64_t layer) const { return windows.empty() ? 0 : windows[layer]; }
  /// The number of heads and MLPs.
  std::int64_t n_components() const { return n_layers * (n_heads + 1); }
  std::int64_t rotary_width() const { return d_rotary > 0 ? d_rotary : d_head; }
};

/// The width of each MLP of a layer.
inline std::int64_t d_mlp_of(const ModelConfig& c, std::int64_t layer) {
  return c.has_experts(layer) ? c.experts->d_mlp : c.d_mlp;
}

inline bool ModelConfig::is_rotated_anywhere() const {
  return unrotated.empty() || std::ranges::count(unrotated, false) > 0;
}

/// Frequencies [d_rotary / 2] in double precision, with all scaling applied. Errors: bad_data for a scaling that is not
/// supported, and for settings that make a frequency infinite or NaN.
std::vector<double> rope_frequencies(const RopeConfig& rope, std::int64_t d_rotary);

/// The factor of cosines and sines in a YaRN model that does not give one: 1 + 0.1 `scale` ln(`factor`), and 1 for
/// factors up to 1.
double yarn_attention_factor(double factor, double scale = 1.0);

/// The factor of cosines and sines in a LongRoPE model that does not give one (Ding et al., 2024).
double longrope_attention_factor(double factor, std::int64_t original_context);

/// Throws bad_data that names the supported types, then this one: "WHERE: rope scaling is supported of ...".
[[noreturn]] void refuse_rope_type(const std::string& where, const std::string& type);
bool is_rope_type(const std::string& type);

}  // namespace partwise::internal
