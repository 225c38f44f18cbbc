#include "model/rope_keys.h"

#include <fmt/format.h>

#include "base/error.h"

namespace partwise::internal {

namespace {

/// "linear, theta 10000, factor 4"
std::string describe(const RopeConfig& rope) {
  std::string text = fmt::format("{}, theta {}", rope.type, rope.theta);
  if (rope.type != "default" && rope.type != "dynamic") text += fmt::format(", factor {}", rope.factor);
  if (rope.type == "yarn") text += fmt::format(", attention factor {}", rope.attention_factor);
  return text;
}

/// LongRoPE was called "su" at first.
std::string newer_name(const std::string& type) { return type == "su" ? "longrope" : type; }

/// Errors: bad_data for two spellings that differ.
std::string read_type(ConfigReader& keys) {
  const std::string older = newer_name(keys.text("type", "default")), type = newer_name(keys.text("rope_type", older));
  if (keys.has("type") && older != type)
    keys.fail("type", fmt::format("is '{}', and 'rope_type' is '{}': take the wrong one out", older, type));
  if (!is_rope_type(type)) refuse_rope_type(keys.where(), type);
  return type;
}

double read_theta(ConfigReader& keys, const RopeSurroundings& around) {
  const double theta = keys.number("rope_theta", around.theta.value_or(around.default_theta));
  if (around.theta && *around.theta != theta)
    keys.fail("rope_theta",
              fmt::format("is {}, and {} beside this object: take the wrong one out", theta, *around.theta));
  return theta;
}

/// If the object and its surroundings differ, that is an error: some versions of transformers use the one, some the
/// other.
std::int64_t read_original_context(ConfigReader& keys, const RopeSurroundings& around) {
  const std::int64_t outer = around.original_context > 0 ? around.original_context : around.context;
  const std::int64_t original = keys.size("original_max_position_embeddings", outer);
  if (around.original_context > 0 && original != outer)
    keys.fail("original_max_position_embeddings",
              fmt::format("is {}, and {} beside this object: take the wrong one out", original, outer));
  return original;
}

double positive(ConfigReader& keys, const std::string& key, std::optional<double> fallback = {}) {
  const double number = keys.number(key, fallback);
  if (!(number > 0)) keys.fail(key, fmt::format("is {}, and must be more than 0", number));
  return number;
}

/// 0 means the default, as in transformers.
double read_turns(ConfigReader& keys, const std::string& key, double usual) {
  const double turns = keys.number(key, usual);
  return turns == 0 ? usual : turns;
}

void read_yarn(ConfigReader& keys, const RopeSurroundings& around, RopeConfig& rope) {
  rope.original_context = read_original_context(keys, around);
  const auto stretch = static_cast<double>(around.context) / static_cast<double>(rope.original_context);
  rope.factor = positive(keys, "factor", keys.names("factor") ? std::optional(stretch) : std::nullopt);
  rope.beta_fast = read_turns(keys, "beta_fast", rope.beta_fast);
  rope.beta_slow = read_turns(keys, "beta_slow", rope.beta_slow);
  rope.truncate = keys.flag("truncate", true);
  const double scale = keys.number("mscale", 0.0), scale_all = keys.number("mscale_all_dim", 0.0);
  const double usual = scale != 0 && scale_all != 0
                           ? yarn_attention_factor(rope.factor, scale) / yarn_attention_factor(rope.factor, scale_all)
                           : yarn_attention_factor(rope.factor);
  rope.attention_factor = positive(keys, "attention_factor", usual);
  constexpr const char* unclear =
      "YaRN is computed, but transformers passes over this key and other programs do not; without it they agree";
  keys.expect("attn_factor", 1, unclear);
  keys.expect("extrapolation_factor", 1, unclear);
}

/// LongRoPE (Ding et al., 2024). Prompts that fit into the original context are rotated by the short factors, longer
/// ones by the long factors: those are refused, since a token's keys would depend on the length of its prompt. The
/// factor of cosines and sines is that of the long context in both cases.
void read_longrope(ConfigReader& keys, const RopeSurroundings& around, RopeConfig& rope) {
  rope.original_context = read_original_context(keys, around);
  for (const double factor : keys.numbers("short_factor")) {
    if (!(factor > 0)) keys.fail("short_factor", fmt::format("holds {}, and must hold more than 0", factor));
    rope.divisors.push_back(static_cast<float>(factor));
  }
  if (rope.divisors.empty()) keys.fail("short_factor", "is missing");
  keys.neutral({"long_factor"});
  const double stretch = static_cast<double>(around.context) / static_cast<double>(rope.original_context);
  rope.factor = positive(keys, "factor", stretch);
  if (stretch != 1 && rope.factor != stretch)
    keys.fail("factor", fmt::format("is {}, and the contexts say {}: versions of transformers take the one or the "
                                    "other, so take the wrong one out",
                                    rope.factor, stretch));
  rope.attention_factor =
      positive(keys, "attention_factor", longrope_attention_factor(rope.factor, rope.original_context));
}

void read_llama3(ConfigReader& keys, const RopeSurroundings& around, RopeConfig& rope) {
  rope.factor = positive(keys, "factor");
  rope.low_freq_factor = keys.number("low_freq_factor");
  rope.high_freq_factor = keys.number("high_freq_factor");
  rope.original_context = read_original_context(keys, around);
}

}  // namespace

RopeSurroundings read_rope_surroundings(ConfigReader& keys, const std::string& theta_key, double default_theta,
                                        std::int64_t context) {
  RopeSurroundings around{.default_theta = default_theta, .context = context};
  if (keys.has(theta_key)) around.theta = keys.number(theta_key);
  around.original_context = keys.count("original_max_position_embeddings", 0);
  return around;
}

RopeConfig read_rope_object(ConfigReader& keys, const RopeSurroundings& around) {
  RopeConfig rope;
  rope.type = read_type(keys);
  rope.theta = read_theta(keys, around);
  if (rope.type == "linear") rope.factor = positive(keys, "factor");
  if (rope.type == "llama3") read_llama3(keys, around, rope);
  if (rope.type == "yarn") read_yarn(keys, around, rope);
  if (rope.type == "longrope") read_longrope(keys, around, rope);
  if (rope.type == "dynamic") {
    positive(keys, "factor");  // matters only in prompts longer than the context, which are refused
    keys.expect("original_max_position_embeddings", around.context, "where dynamic scaling begins");
  }
  if (rope.type == "default" || rope.type == "linear") keys.neutral({"original_max_position_embeddings"});
  keys.refuse_rest();
  return rope;
}

void check_same_rope(const ConfigReader& keys, const std::string& one, const RopeConfig& rope_of_one,
                     const std::string& other, const RopeConfig& rope_of_other) {
  if (rope_of_one == rope_of_other) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: '{}' ({}) and '{}' ({}) differ", keys.where(), one, describe(rope_of_one), other,
                          describe(rope_of_other)),
              "versions of transformers read the one or the other: take the wrong one out");
}

RopeConfig read_either_spelling(ConfigReader& keys, const std::function<RopeConfig(ConfigReader&)>& read) {
  const std::string newer = "rope_parameters", older = "rope_scaling";
  const bool has_newer = !keys.object(newer).empty(), has_older = !keys.object(older).empty();
  const auto read_at = [&](const std::string& key) {
    ConfigReader object = keys.nested(key);
    return read(object);
  };
  const RopeConfig rope = read_at(has_newer || !has_older ? newer : older);
  if (has_newer && has_older) check_same_rope(keys, newer, rope, older, read_at(older));
  return rope;
}

RopeConfig read_hugging_face_rope(ConfigReader& keys, std::int64_t context) {
  const RopeSurroundings around = read_rope_surroundings(keys, "rope_theta", 10000.0, context);
  keys.expect("partial_rotary_factor", 1, "heads are rotated whole");
  return read_either_spelling(keys, [&](ConfigReader& object) {
    object.expect("partial_rotary_factor", 1, "heads are rotated whole");
    return read_rope_object(object, around);
  });
}

double read_partial_rope(ConfigReader& keys, const RopeSurroundings& around, const std::string& share_key, double usual,
                         ModelConfig& c) {
  const bool has_outer = keys.has(share_key);
  std::optional<double> share;
  if (has_outer) share = keys.number(share_key);
  c.rope = read_either_spelling(keys, [&](ConfigReader& object) {
    const double own = object.number("partial_rotary_factor", share.value_or(usual));
    if (own != share.value_or(own))
      object.fail("partial_rotary_factor", fmt::format("is {}, and '{}' {} {}: take the wrong one out", own,
                                                       has_outer ? share_key : "rope_parameters",
                                                       has_outer ? "beside this object" : "has", *share));
    share = own;
    return read_rope_object(object, around);
  });
  if (!(*share > 0 && *share <= 1)) keys.fail(share_key, fmt::format("is {}, which is no share of a head", *share));
  c.d_rotary = static_cast<std::int64_t>(static_cast<double>(c.d_head) * *share);
  if (c.d_rotary == 0) keys.fail(share_key, fmt::format("is {}, which leaves no column to rotate", *share));
  return *share;
}

namespace {

RopeConfig read_whole_rope(ConfigReader& object, const RopeSurroundings& around) {
  object.expect("partial_rotary_factor", 1, "heads are rotated whole");
  return read_rope_object(object, around);
}

}  // namespace

void read_ropes_by_layer(ConfigReader& keys, const RopeSurroundings& full, const RopeSurroundings& sliding,
                         ModelConfig& c) {
  ConfigReader both = keys.nested("rope_parameters"), older = keys.nested("rope_scaling");
  ConfigReader of_full = both.nested("full_attention"), of_sliding = both.nested("sliding_attention");
  of_full.expect("truncate", true, "transformers passes over it in a rope object of a kind of layers");
  c.rope = read_whole_rope(of_full, full);
  c.local_rope = read_whole_rope(of_sliding, sliding);
  both.refuse_rest();
  if (keys.object("rope_scaling").empty()) return;
  const RopeConfig scaled = read_whole_rope(older, full);
  if (!keys.object("rope_parameters").empty()) check_same_rope(keys, "full_attention", c.rope, "rope_scaling", scaled);
  c.rope = scaled;
}

void read_gguf_yarn(ConfigReader& keys, const std::string& prefix, std::int64_t context, RopeConfig& rope) {
  const std::string scaling = prefix + "rope.scaling.";
  rope.factor = positive(keys, scaling + "factor");
  rope.original_context = keys.size(scaling + "original_context_length", context);
  rope.beta_fast = read_turns(keys, scaling + "yarn_beta_fast", rope.beta_fast);
  rope.beta_slow = read_turns(keys, scaling + "yarn_beta_slow", rope.beta_slow);
  // The converter writes config.json's attention_factor into the first; llama.cpp multiplies by the second.
  rope.attention_factor = positive(keys, scaling + "yarn_attn_factor", yarn_attention_factor(rope.factor)) *
                          positive(keys, scaling + "attn_factor", 1.0);
  keys.expect(scaling + "yarn_ext_factor", 1, "the blend counts in full");
  keys.expect(scaling + "yarn_log_multiplier", 0, "cosines and sines grow with the logarithm of the factor");
}

}  // namespace partwise::internal
