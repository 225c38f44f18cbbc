#include "tokenizer/folder_markers.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "tokenizer/named_tokens.h"

namespace partwise::internal {

namespace {

using BosRule = TokenizerClass::BosRule;

std::optional<TokenId> id_of(const std::optional<std::string>& content, const BpeParts& parts) {
  const auto found = std::find_if(parts.added.begin(), parts.added.end(),
                                  [&](const AddedToken& token) { return token.content == content; });
  return found == parts.added.end() ? std::nullopt : std::optional(found->id);
}

std::string what_template_does(std::optional<TokenId> front) {
  return front ? fmt::format("tokenizer.json puts token {} in front", *front)
               : std::string("no template puts BOS in front");
}

/// Only the class tells which of the two counts.
[[noreturn]] void refuse_flag(const JsonPart& flag, const TokenizerClass& by, std::optional<TokenId> front) {
  const std::string who = by.name.empty() ? "no 'tokenizer_class' tells" : fmt::format("'{}' does not tell", by.name);
  flag.fail(fmt::format("this is {}, but {}, and {} which of them counts", flag.value().dump(),
                        what_template_does(front), who));
}

bool decide(const JsonPart& flag, const TokenizerClass& by, const BosDecision& decision) {
  const bool by_template = decision.front.has_value();
  const bool by_flag = flag.flag_or(decision.flag.value_or(by_template));
  if (decision.rule == BosRule::by_flag) return by_flag;
  if (decision.rule == BosRule::unknown && by_flag != by_template) refuse_flag(flag, by, decision.front);
  return by_template;
}

/// If the template has a token of its own, that token is put in front. It is an error if the flag counts and the files
/// name another BOS.
void read_front(const JsonPart& bos_token, const BosDecision& decision, BpeParts& parts) {
  if (!decision.front) return;
  const bool is_other = parts.bos && parts.bos != decision.front;
  if (decision.rule == BosRule::by_template || !parts.bos) parts.bos = decision.front;
  if (decision.rule == BosRule::by_template || !is_other || !parts.adds_bos) return;
  bos_token.fail(fmt::format("this is token {}, but {}, and versions of transformers differ on which of them counts",
                             *parts.bos, what_template_does(decision.front)));
}

/// Refuses a flag that appends EOS to texts: this is not implemented. Classes that follow the template ignore this
/// flag.
void check_eos(const JsonPart& adds_eos, const BosDecision& decision) {
  if (adds_eos.flag_or(false) && decision.rule != BosRule::by_template) adds_eos.refuse("true");
}

}  // namespace

BosDecision bos_decision(const TokenizerFiles& files, std::optional<TokenId> front) {
  const TokenizerClass& by = files.tokenizer_class;
  if (!files.is_vocabulary_alone) return {by.bos_rule, front, by.adds_bos};
  return {by.heeds_flag_without_template ? BosRule::by_flag : BosRule::unknown, front, false};
}

void read_folder_markers(const TokenizerFiles& files, const BosDecision& decision, std::size_t n_entries,
                         BpeParts& parts) {
  const NamedTokens named = read_named_tokens(files);
  add_named_tokens(named, n_entries, parts);
  if (const auto bos = id_of(named.bos, parts)) parts.bos = bos;
  if (const auto eos = id_of(named.eos, parts)) parts.eos = eos;
  const Json nothing = Json::object();
  const JsonPart config(files.tokenizer_config.is_null() ? nothing : files.tokenizer_config,
                        (files.path / "tokenizer_config.json").string(), "");
  check_tokens_of_models(config, parts.added);
  parts.splits_special = config["split_special_tokens"].flag_or(false);
  parts.adds_bos = decide(config["add_bos_token"], files.tokenizer_class, decision);
  read_front(config["bos_token"], decision, parts);
  check_eos(config["add_eos_token"], decision);
}

}  // namespace partwise::internal
