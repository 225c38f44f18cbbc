#include "tokenizer/pipeline_json.h"

#include <fmt/format.h>

#include "base/error.h"
#include "tokenizer/json_vocabulary.h"

namespace partwise::internal {

namespace {

/// The regular expression of `Split`, compiled.
Pattern read_pattern(const JsonPart& pattern) {
  pattern.check_members({"Regex"});
  const std::string expression = pattern["Regex"].text();
  try {
    return Pattern(expression);
  } catch (const Error& error) {
    pattern.fail(error.what());
  }
}

SplitStep read_split(const JsonPart& split) {
  split.check_members({"type", "pattern", "behavior", "invert"});
  const std::string behavior = split["behavior"].text();
  if (behavior != "Isolated" && behavior != "Removed") split.refuse(fmt::format("behavior '{}'", behavior));
  const bool isolated = behavior == "Isolated", invert = split["invert"].flag_or(false);
  return {read_pattern(split["pattern"]), isolated || invert, isolated || !invert};
}

SplitStep read_digits(const JsonPart& digits) {
  digits.check_members({"type", "individual_digits"});
  return {Pattern(digits["individual_digits"].flag_or(false) ? kDigitExpression : kDigitsExpression)};
}

void check_byte_level(const JsonPart& byte_level) {
  byte_level.check_members({"type", "add_prefix_space", "trim_offsets", "use_regex"});
}

/// Appends the steps of one component. Returns true if it is ByteLevel, which must be the last.
bool read_component(const JsonPart& component, std::vector<SplitStep>& steps) {
  const std::string type = component["type"].text();
  if (type == "Split") return steps.push_back(read_split(component)), false;
  if (type == "Digits") return steps.push_back(read_digits(component)), false;
  if (type != "ByteLevel") refuse_type(component, "pre-tokenizer");
  check_byte_level(component);
  if (component["add_prefix_space"].flag_or(true)) component.refuse("add_prefix_space");
  if (component["use_regex"].flag_or(true)) steps.push_back({Pattern(kGpt2Expression)});
  return true;
}

TokenId read_template_token(const JsonPart& processor, const std::string& name) {
  const auto ids = processor["special_tokens"][name]["ids"].elements();
  if (ids.size() != 1) processor.fail(fmt::format("'{}' does not stand for one token", name));
  return read_token_id(ids[0]);
}

/// [SpecialToken] Sequence: nothing may be added but a token in front.
std::optional<TokenId> read_template(const JsonPart& processor) {
  processor.check_members({"type", "single", "pair", "special_tokens"});
  const auto pieces = processor["single"].elements();
  if (pieces.empty() || pieces.size() > 2 || pieces.back()["Sequence"].is_null()) {
    processor["single"].refuse("a template that adds more than one token in front of the text");
  }
  if (pieces.size() == 1) return std::nullopt;
  return read_template_token(processor, pieces[0]["SpecialToken"]["id"].text());
}

}  // namespace

void refuse_type(const JsonPart& part, const char* role) {
  part.refuse(fmt::format("{} '{}'", role, part["type"].text()));
}

std::vector<JsonPart> flatten(const JsonPart& part, const char* members) {
  if (part.is_null()) return {};
  if (part["type"].text() != "Sequence") return {part};
  part.check_members({"type", members});
  return part[members].elements();
}

bool read_normalizer(const JsonPart& normalizer) {
  bool nfc = false;
  for (const JsonPart& part : flatten(normalizer, "normalizers")) {
    if (part["type"].text() != "NFC") refuse_type(part, "normalizer");
    part.check_members({"type"});
    nfc = true;
  }
  return nfc;
}

PreTokenizer read_pre_tokenizer(const JsonPart& pre_tokenizer) {
  if (pre_tokenizer.is_null()) pre_tokenizer.refuse("a model without a pre-tokenizer");
  std::vector<SplitStep> steps;
  bool byte_level = false;
  for (const JsonPart& component : flatten(pre_tokenizer, "pretokenizers")) {
    if (byte_level) component.refuse("a pre-tokenizer after ByteLevel");
    byte_level = read_component(component, steps);
  }
  if (!byte_level) pre_tokenizer.refuse("a pre-tokenizer without ByteLevel");
  return PreTokenizer(std::move(steps));
}

std::optional<TokenId> read_post_processor(const JsonPart& post_processor) {
  std::optional<TokenId> front;
  for (const JsonPart& part : flatten(post_processor, "processors")) {
    const std::string type = part["type"].text();
    if (type == "ByteLevel") {  // moves offsets only
      check_byte_level(part);
    } else if (type == "TemplateProcessing" && !front) {
      front = read_template(part);
    } else {
      refuse_type(part, "post-processor");
    }
  }
  return front;
}

void check_decoder(const JsonPart& decoder) {
  if (decoder.is_null()) decoder.refuse("a model without a decoder");
  if (decoder["type"].text() != "ByteLevel") refuse_type(decoder, "decoder");
  check_byte_level(decoder);
}

}  // namespace partwise::internal
