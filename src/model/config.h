// What every architecture is described by: differences between models are fields, not classes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace partwise {

/// Rotary embedding: angle[p, j] = p * frequency[j], cosines and sines scaled by nothing.
struct RopeConfig {
  double theta = 10000.0;
  /// "default", "linear" (positions divided by `factor`) or "llama3" (Llama 3.1's by-wavelength blend).
  std::string type = "default";
  double factor = 1.0;
  double low_freq_factor = 1.0;
  double high_freq_factor = 4.0;
  std::int64_t original_context = 8192;
  /// Divisors of the plain frequencies [d_head / 2], as GGUF's rope_freqs.weight gives them; empty without.
  std::vector<float> divisors;
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
  float norm_eps = 1e-5f;
  bool tied_embeddings = false;
  bool attention_bias = false;  // on q, k, v and o
  bool mlp_bias = false;
  RopeConfig rope;
};

/// Frequencies [d_head / 2] in double precision, every kind of scaling applied.
std::vector<double> rope_frequencies(const RopeConfig& rope, std::int64_t d_head);

}  // namespace partwise
