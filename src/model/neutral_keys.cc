#include "model/neutral_keys.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"

namespace partwise::internal {

namespace {

/// A key and its words: use, flash and attn for "use_flash_attn".
class Key {
 public:
  explicit Key(std::string_view name) : name_(name) {
    std::string word;
    for (char c : name_ + "_") {
      const auto letter = static_cast<unsigned char>(c);
      if (std::isalnum(letter)) {
        word += static_cast<char>(std::tolower(letter));
      } else if (!word.empty()) {
        words_.push_back(std::exchange(word, ""));
      }
    }
  }

  const std::string& name() const { return name_; }
  bool is_one_of(const std::set<std::string_view>& names) const { return names.contains(name_); }
  bool begins_with(std::string_view text) const { return name_.starts_with(text); }
  bool ends_with(std::string_view text) const { return name_.ends_with(text); }
  bool holds(std::string_view text) const { return name_.find(text) != std::string::npos; }
  bool has_word(const std::set<std::string_view>& words) const {
    return std::ranges::any_of(words_, [&](const std::string& word) { return words.contains(word); });
  }
  bool has_only(const std::set<std::string_view>& words) const {
    return std::ranges::all_of(words_, [&](const std::string& word) { return words.contains(word); });
  }

 private:
  std::string name_;
  std::vector<std::string> words_;
};

bool is_number(const Json& value, double number) { return value.is_number() && value.get<double>() == number; }
bool is_false(const Json& value) { return value.is_boolean() && !value.get<bool>(); }

/// null, "", [], {}
bool says_nothing(const Json& value) {
  return value.is_null() || ((value.is_structured() || value.is_string()) && value.size() == 0) ||
         (value.is_string() && value.get_ref<const std::string&>().empty());
}

/// Ids and texts of special tokens, which belong to the tokenizer and to generation.
bool is_token(const Key& key, const Json& value) {
  const bool is_id = key.ends_with("_token_id") || key.ends_with("_token_ids") || key.ends_with("_token_index");
  return is_id || (key.ends_with("_token") && value.is_string()) || key.begins_with("tokenizer_");
}

/// The keys of transformers' GenerationConfig.
bool is_of_generation(const Key& key) {
  static const std::set<std::string_view> names = {"assistant_confidence_threshold",
                                                   "assistant_early_exit",
                                                   "assistant_lookbehind",
                                                   "bad_words_ids",
                                                   "begin_suppress_tokens",
                                                   "constraints",
                                                   "decoder_input_ids",
                                                   "disable_compile",
                                                   "diversity_penalty",
                                                   "do_sample",
                                                   "dola_layers",
                                                   "early_stopping",
                                                   "encoder_no_repeat_ngram_size",
                                                   "encoder_repetition_penalty",
                                                   "epsilon_cutoff",
                                                   "eta_cutoff",
                                                   "exponential_decay_length_penalty",
                                                   "force_words_ids",
                                                   "generation_config",
                                                   "generation_kwargs",
                                                   "guidance_scale",
                                                   "is_assistant",
                                                   "length_penalty",
                                                   "low_memory",
                                                   "max_length",
                                                   "max_matching_ngram_size",
                                                   "max_new_tokens",
                                                   "max_time",
                                                   "min_length",
                                                   "min_new_tokens",
                                                   "min_p",
                                                   "no_repeat_ngram_size",
                                                   "num_assistant_tokens",
                                                   "num_assistant_tokens_schedule",
                                                   "num_beam_groups",
                                                   "num_beams",
                                                   "num_return_sequences",
                                                   "output_logits",
                                                   "output_scores",
                                                   "penalty_alpha",
                                                   "prefill_chunk_size",
                                                   "prompt_lookup_num_tokens",
                                                   "remove_invalid_values",
                                                   "renormalize_logits",
                                                   "repetition_penalty",
                                                   "return_dict_in_generate",
                                                   "sequence_bias",
                                                   "stop_strings",
                                                   "suppress_tokens",
                                                   "target_lookbehind",
                                                   "temperature",
                                                   "token_healing",
                                                   "top_h",
                                                   "top_k",
                                                   "top_p",
                                                   "typical_p",
                                                   "watermarking_config"};
  return key.is_one_of(names);
}

/// Keys of the base configuration class of transformers (4.57 and 5.24) that do not affect a decoder's pass.
bool is_of_base_class(const Key& key, const Json& value) {
  static const std::set<std::string_view> any = {"architectures",
                                                 "chunk_size_feed_forward",
                                                 "dtype",
                                                 "finetuning_task",
                                                 "id2label",
                                                 "is_decoder",
                                                 "label2id",
                                                 "model_type",
                                                 "name_or_path",
                                                 "num_labels",
                                                 "output_attentions",
                                                 "output_hidden_states",
                                                 "output_past",
                                                 "prefix",
                                                 "problem_type",
                                                 "return_dict",
                                                 "task_specific_params",
                                                 "tf_legacy_loss",
                                                 "tie_last_hidden_states",
                                                 "torch_dtype",
                                                 "torchscript",
                                                 "transformers_version",
                                                 "use_bfloat16",
                                                 "use_return_dict"};
  static const std::set<std::string_view> off = {"add_cross_attention", "is_encoder_decoder", "tie_encoder_decoder"};
  return key.is_one_of(any) || (key.is_one_of(off) && is_false(value));
}

bool is_dropout(const Key& key, const Json& value) {
  const bool named = key.holds("dropout") || key.holds("layerdrop") || key.holds("drop_path") ||
                     key.ends_with("_drop") || key.ends_with("pdrop");
  return named && (value.is_number() || is_false(value));
}

/// Losses, initial values and schedules.
bool is_of_training(const Key& key) {
  static const std::set<std::string_view> words = {
      "checkpointing", "epoch",     "epochs",      "grad",      "gradient",  "gradients", "init",
      "initializer",   "jitter",    "loss",        "learning",  "lr",        "neftune",   "optim",
      "optimizer",     "recompute", "scheduler",   "seed",      "smoothing", "train",     "trainable",
      "training",      "warmup",    "pretraining", "finetuned", "finetuning"};
  static const std::set<std::string_view> names = {"ignore_index", "output_router_logits", "weight_decay"};
  return (key.has_word(words) && !key.holds("layer_scale")) || key.is_one_of(names);
}

/// What tools write about a file, its origin and its classification heads.
bool is_description(const Key& key, const Json& value) {
  static const std::set<std::string_view> names = {"author",
                                                   "authors",
                                                   "base_model",
                                                   "base_model_name_or_path",
                                                   "commit_hash",
                                                   "created_at",
                                                   "custom_pipelines",
                                                   "datasets",
                                                   "date",
                                                   "description",
                                                   "homepage",
                                                   "keys_to_ignore_at_inference",
                                                   "language",
                                                   "languages",
                                                   "library_name",
                                                   "license",
                                                   "model_card",
                                                   "model_name",
                                                   "name",
                                                   "organization",
                                                   "parent_model",
                                                   "pipeline_tag",
                                                   "revision",
                                                   "tags",
                                                   "transformers.js_config",
                                                   "url",
                                                   "uuid",
                                                   "version"};
  for (std::string_view tool :
       {"unsloth", "trl_", "axolotl", "llamafactory", "wandb", "mlflow", "summary_", "classifier_"})
    if (key.begins_with(tool)) return true;
  return key.is_one_of(names) || (key.ends_with("_version") && !value.is_structured());
}

/// Caches, kernels, parallelism and precision: other ways to the same numbers.
bool is_way_of_computing(const Key& key) {
  static const std::set<std::string_view> words = {"flash",   "sdpa", "fused",    "xformers",
                                                   "compile", "fsdp", "deepspeed"};
  static const std::set<std::string_view> names = {
      "attn_implementation",    "bf16",      "cache_config", "cache_implementation", "device_map",
      "experts_implementation", "fp16",      "fp32",         "pretraining_tp",       "sequence_parallel",
      "tensor_parallel_degree", "use_cache", "use_kernels"};
  return key.has_word(words) || key.is_one_of(names) || key.ends_with("_dtype") || key.holds("_in_fp32") ||
         key.ends_with("_tp_plan") || key.ends_with("_pp_plan") || key.ends_with("_ep_plan") ||
         key.ends_with("_parallel_size");
}

/// "max_sequence_length", "model_max_length", "n_ctx": statements about how long texts may be.
bool is_length(const Key& key, const Json& value) {
  static const std::set<std::string_view> words = {"context", "ctx",      "len", "length", "max",       "model",
                                                   "n",       "sequence", "seq", "tokens", "tokenizer", "window"};
  static const std::set<std::string_view> needed = {"context", "ctx", "len", "length", "seq", "sequence"};
  return value.is_number() && key.has_only(words) && key.has_word(needed);
}

/// Words that negate a flag.
bool is_turned(const Key& key) {
  static const std::set<std::string_view> words = {"disable", "disabled", "exclude", "ignore",  "no",
                                                   "non",     "not",      "skip",    "without", "remove"};
  return key.has_word(words);
}

/// A false flag adds nothing, unless it takes away what all models here have, or its name is a negation. In all models
/// here tokens see the tokens before them.
bool is_flag_left_off(const Key& key, const Json& value) {
  static const std::set<std::string_view> had = {
      "causal", "decoder",  "gate",     "gated",      "glu",       "layernorm", "norm",    "norms",
      "pos",    "position", "residual", "positional", "positions", "rms",       "rmsnorm", "rope",
      "rotary", "scale",    "scaled",   "silu",       "softmax",   "swiglu",    "tie",     "tied"};
  if (is_turned(key) || !value.is_boolean()) return false;
  if (value.get<bool>()) return key.has_word({"causal"});
  return !key.has_word(had) || key.has_word({"qk", "interleave", "interleaved"});
}

/// A multiplier of 1. Not a multiplier of attention, which would replace 1 / sqrt(d_head), nor one of a depth.
bool is_multiplier_of_one(const Key& key, const Json& value) {
  if (!is_number(value, 1) || key.has_word({"attention", "attn", "query", "key", "qk", "depth"})) return false;
  for (std::string_view end : {"multiplier", "scale", "scaling", "scalar", "factor"})
    if (key.ends_with(end)) return true;
  return key.is_one_of({"scale_emb", "scale_embedding", "scale_embeddings", "rope_ratio"});
}

/// A count of 0, such as "num_local_experts": 0. Heads and layers are never 0.
bool is_count_of_none(const Key& key, const Json& value) {
  return is_number(value, 0) && (key.begins_with("num_") || key.begins_with("n_") || key.ends_with("_count")) &&
         !key.has_word({"head", "heads", "hidden"});
}

}  // namespace

bool is_neutral_key(std::string_view name, const Json& value) {
  const Key key(name);
  return says_nothing(value) || key.begins_with("_") || is_token(key, value) || is_of_generation(key) ||
         is_of_base_class(key, value) || is_dropout(key, value) || is_of_training(key) || is_description(key, value) ||
         is_way_of_computing(key) || is_length(key, value) || is_flag_left_off(key, value) ||
         is_multiplier_of_one(key, value) || is_count_of_none(key, value);
}

bool is_not_causal(std::string_view name, const Json& value) {
  const Key key(name);
  return is_false(value) && key.has_word({"causal"}) && !is_turned(key);
}

}  // namespace partwise::internal
