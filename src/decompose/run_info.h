// What is known of a run besides its numbers: the metadata of its file, as typed facts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace partwise::internal {

/// How a value of type T is spelled in a file: `static std::string write(const T&)`, and
/// `static T read(const std::string& text, std::string_view key)`, which throws bad_data if `text` spells no T.
template <class T>
struct FactText;

/// One fact about runs: its key in a run file, and the type of its value.
template <class T>
struct Fact {
  std::string_view key;
};

/// The facts that are known of one run. Other folders add facts of their own types (prompts).
struct RunInfo {
  std::map<std::string, std::string> entries;  // as a run file or a reader file holds them

  bool operator==(const RunInfo&) const = default;

  bool has(std::string_view key) const { return entries.contains(std::string(key)); }
  /// The spelling of the fact, or "" if it is not known.
  std::string text(std::string_view key) const;
  template <class T>
  std::string text(const Fact<T>& fact) const {
    return text(fact.key);
  }
  /// The fact, or nullopt if it is not known. Errors: bad_data if the file spells no T.
  template <class T>
  std::optional<T> find(const Fact<T>& fact) const {
    if (!has(fact.key)) return std::nullopt;
    return FactText<T>::read(text(fact.key), fact.key);
  }
  template <class T>
  void set(const Fact<T>& fact, const std::type_identity_t<T>& value) {
    entries[std::string(fact.key)] = FactText<T>::write(value);
  }
  void erase(std::string_view key) { entries.erase(std::string(key)); }
};

/// docs/files.md describes every key.
namespace facts {
// Of the model: org/name@revision and the commit, for a model of the hub cache. If parts are ablated, the fingerprint
// is another one, so that no reader fits both models.
inline constexpr Fact<std::string> kModel{"model"}, kCommit{"commit"}, kFingerprint{"fingerprint"};
inline constexpr Fact<std::string> kTokenizer{"tokenizer"}, kTokenizerHash{"tokenizer_hash"};
inline constexpr Fact<std::string> kCheckpoint{"checkpoint"};
inline constexpr Fact<std::uint64_t> kRandomInit{"random_init"};  // the seed of untrained weights
inline constexpr Fact<std::vector<std::string>> kAllowUnknown{"allow_unknown"};
inline constexpr Fact<double> kLogitCap{"logit_cap"};  // of a model that caps its logits; `logits` are not capped

// Of the computation: what is stored besides contributions, how heads are split, and parts that the model was run
// without.
inline constexpr Fact<std::string> kPrecision{"precision"}, kVersion{"version"};
inline constexpr Fact<std::string> kStore{"store"}, kStoreAs{"store_as"}, kByToken{"by_token"}, kExperts{"experts"};
inline constexpr Fact<std::string> kRows{"rows"};  // "tokens", if each row is a token of a text
inline constexpr Fact<std::string> kScore{"score"}, kLabelMass{"label_mass"};  // if not tree; "yes"
inline constexpr Fact<std::vector<std::string>> kSources{"sources"};
inline constexpr Fact<std::vector<std::string>> kAblate{"ablate"};
inline constexpr Fact<std::string> kAblateWith{"ablate_with"};

// Of the prompts: hashes over their ids and over their texts, the path of a prompt file, what was asked for, and what
// was counted.
inline constexpr Fact<std::string> kPromptIds{"prompt_ids"}, kPromptTexts{"prompt_texts"}, kPrompts{"prompts"};
inline constexpr Fact<std::string> kTask{"task"}, kTemplate{"template"};
inline constexpr Fact<std::string> kOodOf{"ood_of"}, kMinimalPairOf{"minimal_pair_of"};
inline constexpr Fact<std::uint64_t> kSeed{"seed"};
inline constexpr Fact<std::int64_t> kShots{"shots"}, kLabelled{"labelled"};
inline constexpr Fact<std::int64_t> kRepeatedTestRows{"repeated_test_rows"}, kDroppedTestRows{"dropped_test_rows"};
inline constexpr Fact<std::vector<std::string>> kLabelWords{"label_words"};
inline constexpr Fact<std::string> kLabelTokens{"label_tokens"};  // "several", if a label has more than one
inline constexpr Fact<std::int64_t> kSets{"sets"};                // how many prompt sets, if several
/// Where the row of each demonstration is: "train.jsonl line 7".
inline constexpr Fact<std::vector<std::string>> kDemonstrations{"demonstrations"};
inline constexpr Fact<std::vector<std::int64_t>> kDemonstrationLabels{"demonstration_labels"};
inline constexpr Fact<std::string> kContentFree{"content_free"}, kBos{"bos"}, kSpecialInRows{"special_in_rows"};
/// Of prompts that went through a chat template: "turns" or "text"; the template's file, or "model"; SHA-256 of the
/// template; "user", if the instruction is no system message but stands in the first user text.
inline constexpr Fact<std::string> kChatDemonstrations{"chat_demonstrations"}, kChatTemplate{"chat_template"};
inline constexpr Fact<std::string> kChatTemplateHash{"chat_template_hash"}, kChatInstruction{"chat_instruction"};
}  // namespace facts

template <>
struct FactText<std::string> {
  static std::string write(const std::string& value) { return value; }
  static std::string read(const std::string& text, std::string_view) { return text; }
};
template <>
struct FactText<std::int64_t> {
  static std::string write(std::int64_t value) { return std::to_string(value); }
  static std::int64_t read(const std::string& text, std::string_view key);
};
template <>
struct FactText<std::uint64_t> {
  static std::string write(std::uint64_t value) { return std::to_string(value); }
  static std::uint64_t read(const std::string& text, std::string_view key);
};
/// The shortest decimal that is the same number.
template <>
struct FactText<double> {
  static std::string write(double value);
  static double read(const std::string& text, std::string_view key);
};
/// A JSON list.
template <>
struct FactText<std::vector<std::string>> {
  static std::string write(const std::vector<std::string>& value);
  static std::vector<std::string> read(const std::string& text, std::string_view key);
};
/// A JSON list of lists.
template <>
struct FactText<std::vector<std::vector<std::string>>> {
  static std::string write(const std::vector<std::vector<std::string>>& value);
  static std::vector<std::vector<std::string>> read(const std::string& text, std::string_view key);
};
/// A JSON list.
template <>
struct FactText<std::vector<std::int64_t>> {
  static std::string write(const std::vector<std::int64_t>& value);
  static std::vector<std::int64_t> read(const std::string& text, std::string_view key);
};

}  // namespace partwise::internal
