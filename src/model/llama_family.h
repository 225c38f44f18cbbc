// What the descendants of Llama share: how their configurations and tensors are spelled. An architecture's own file
// says what is different.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/architecture.h"
#include "model/config_reader.h"
#include "model/rope_keys.h"

namespace partwise {

/// Sizes, norm epsilon and embeddings from config.json. A key that is left out takes its value in the reader's
/// defaults, which are transformers' of the architecture, or else what transformers takes in most. What is left (rope,
/// biases, windows, activation) is the architecture's own to read.
ModelConfig read_hugging_face_sizes(ConfigReader& keys);
/// `hidden_act`, which must be silu, by either of its names.
void expect_silu(ConfigReader& keys);
/// Whether a name in transformers is one of gelu by way of tanh.
bool is_tanh_gelu(std::string_view activation);

/// Which layers have a sliding window, from `layer_types`; empty where the key is missing.
/// Errors: bad_data for another number of layers or another type.
std::vector<bool> read_layer_types(ConfigReader& keys, std::int64_t n_layers);
/// Of an architecture without such a key: it may be there where it says of each layer what holds anyway.
void check_layer_types(ConfigReader& keys, const ModelConfig& c);
/// Of an architecture without windows: such keys may be there where they say so.
void expect_no_windows(ConfigReader& keys, const ModelConfig& c);

/// The windows of Qwen's layers: with `use_sliding_window`, those that `layer_types` names, or all from
/// `max_window_layers` on.
std::vector<std::int64_t> read_optional_windows(ConfigReader& keys, std::int64_t n_layers);

/// A GGUF file's keys that begin with "PREFIX.": only they can change the result, the others describe the file. Those
/// that change nothing are left out (model/gguf_keys.h).
Json gguf_keys(const Checkpoint& checkpoint, std::string_view prefix);

/// Sizes, rope, and which biases and embeddings there are, from keys "PREFIX.*" and tensors of a GGUF file. The norm's
/// epsilon is read where it is RMSNorm's.
ModelConfig read_gguf_sizes(ConfigReader& keys, const std::string& prefix, const Checkpoint& checkpoint);

/// The whole configuration, of an architecture whose GGUF files say nothing but that.
ModelConfig read_family_gguf(const Checkpoint& checkpoint, const std::string& arch,
                             const std::set<std::string>& allowed);

/// Names of one norm, within a layer, in both kinds of files, without ".weight".
struct NormName {
  std::string_view hugging_face, gguf;
};
/// Norms that the configuration has not are not asked for.
struct FamilyNorms {
  NormName ln1{"input_layernorm", "attn_norm"};
  NormName ln2{"post_attention_layernorm", "ffn_norm"};
  NormName ln1_post{}, ln2_post{};
};

/// The tensor table in Llama's names: as the configuration says with biases, QK norms, norms before or behind a block.
/// `gguf_rotary`: how rows of W_Q and W_K lie in a GGUF file.
std::vector<TensorSpec> llama_family_tensors(const ModelConfig& c, const FamilyNorms& norms, RowOrder gguf_rotary);

/// Rotary frequencies that some files carry, which follow from the configuration.
bool is_rotary_frequency(std::string_view file_name);

}  // namespace partwise
