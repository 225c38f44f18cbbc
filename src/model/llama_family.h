// What the descendants of Llama share: the spelling of their configurations and tensors. An architecture's own file
// says how it differs.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/architecture.h"
#include "model/config_reader.h"
#include "model/expert_keys.h"
#include "model/rope_keys.h"

namespace partwise::internal {

/// The number of layers. Some configurations get an entry per layer before the tensors are counted, so it is limited.
std::int64_t read_n_layers(ConfigReader& keys, const std::string& key);
/// Reads sizes, norm epsilon and embeddings from config.json. A missing key has its value in the reader's defaults
/// (those of transformers for this architecture), otherwise the value that transformers uses in most architectures. The
/// rest (rope, biases, windows, activation) is read by the architecture's own file.
ModelConfig read_hugging_face_sizes(ConfigReader& keys);
/// Checks that `hidden_act` is silu, under either of its names.
void expect_silu(ConfigReader& keys);
/// Whether this is one of transformers' names for gelu computed with tanh.
bool is_tanh_gelu(std::string_view activation);

/// Which layers have a sliding window, from `layer_types`; empty if the key is missing.
/// Errors: bad_data for another number of layers or another type.
std::vector<bool> read_layer_types(ConfigReader& keys, std::int64_t n_layers);
/// The layers with a window, if all have one except every nth.
std::vector<bool> all_but_every_nth(std::int64_t n_layers, std::int64_t n);
void set_windows(ModelConfig& c, const std::vector<bool>& sliding, std::int64_t window);
/// The layers with a window in a GGUF file: given one by one, or by a period. Older files give neither, and have
/// `usual`.
std::vector<bool> read_gguf_sliding(ConfigReader& keys, const std::string& key, std::int64_t n_layers,
                                    std::int64_t usual);
/// For an architecture without `layer_types`: the key may be there if it says of each layer what holds anyway.
void check_layer_types(ConfigReader& keys, const ModelConfig& c);
/// For an architecture without windows: keys of windows may be there if they say that there are none.
void expect_no_windows(ConfigReader& keys, const ModelConfig& c);

/// The windows of Qwen's layers. With `use_sliding_window`, the layers that `layer_types` names have one, or all layers
/// from `max_window_layers` on.
std::vector<std::int64_t> read_optional_windows(ConfigReader& keys, std::int64_t n_layers);

/// A GGUF file's keys that begin with "PREFIX.", without those that change nothing (model/gguf_keys.h). Only keys with
/// this prefix can change the result; the others describe the file.
Json gguf_keys(const Checkpoint& checkpoint, std::string_view prefix);

/// Reads sizes and rope from the keys "PREFIX.*" of a GGUF file, and sees from its tensors which biases and embeddings
/// there are. The norm's epsilon is read if the norm is an RMSNorm.
ModelConfig read_gguf_sizes(ConfigReader& keys, const std::string& prefix, const Checkpoint& checkpoint);

/// Reads the whole configuration of an architecture whose GGUF files hold nothing beyond read_gguf_sizes().
ModelConfig read_family_gguf(const Checkpoint& checkpoint, const std::string& arch,
                             const std::set<std::string>& allowed);

/// The names of one norm within a layer, in both kinds of files, without ".weight".
struct NormName {
  std::string_view hugging_face, gguf;
};
/// Norms that the configuration does not have, and those without a name, are not in the table.
struct FamilyNorms {
  NormName ln1{"input_layernorm", "attn_norm"};
  NormName ln2{"post_attention_layernorm", "ffn_norm"};
  NormName ln1_post{}, ln2_post{};
};

/// The tensor table in Llama's names. The configuration decides about biases, QK norms, and norms before or after a
/// block. `gguf_rotary`: how the rows of W_Q and W_K lie in a GGUF file.
std::vector<TensorSpec> llama_family_tensors(const ModelConfig& c, const FamilyNorms& norms, RowOrder gguf_rotary,
                                             const ExpertNames& experts = {});

/// Whether the tensor holds rotary frequencies. Some files have them, although they follow from the configuration.
bool is_rotary_frequency(std::string_view file_name);

}  // namespace partwise::internal
