// The class with which transformers loads a folder's tokenizer: it decides what the files themselves leave open.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace partwise::internal {

struct TokenizerClass {
  /// What decides whether BOS is put in front: the template of tokenizer.json, or add_bos_token of
  /// tokenizer_config.json. Unknown: if they contradict each other, nothing decides.
  enum class BosRule { unknown, by_template, by_flag };

  std::string name;  // "Qwen2Tokenizer", as the files say it; "" if they name no class
  BosRule bos_rule = BosRule::unknown;
  /// What add_bos_token is taken to be if the file lacks it; nullopt: the template decides.
  std::optional<bool> adds_bos;

  /// Markers, unless a file names others; "": none.
  struct Markers {
    std::string_view bos, eos, unk, pad;
  } markers;

  // What vocab.json and merges.txt leave open:
  std::string_view expression;  // splits text; "": not known
  bool nfc = false;             // whether text is normalised to Unicode's form C
  /// Whether add_bos_token decides about BOS, since there is no template. If not, nothing decides.
  bool heeds_flag_without_template = false;
};

/// Finds the class by "tokenizer_class" of tokenizer_config.json, otherwise of config.json, otherwise by "model_type"
/// of config.json. Either file may be null. The properties are those on which transformers 4.57 and 5.24 agree.
TokenizerClass find_tokenizer_class(const Json& tokenizer_config, const Json& model_config);

}  // namespace partwise::internal
