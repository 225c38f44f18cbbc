// What the class that transformers loads a folder's tokenizer with decides, where the files themselves do not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace partwise {

struct TokenizerClass {
  /// Who says whether BOS is put in front: the template of tokenizer.json, or the add_bos_token of
  /// tokenizer_config.json. Unknown: not to be told where they contradict each other.
  enum class BosRule { unknown, by_template, by_flag };

  std::string name;  // "Qwen2Tokenizer", as the files say it; "" where they say nothing
  BosRule bos_rule = BosRule::unknown;
  std::optional<bool> adds_bos;  // the flag where the file does not have it; nothing: then the template decides

  /// Markers where no file names others; "": none.
  struct Markers {
    std::string_view bos, eos, unk, pad;
  } markers;

  /// How vocab.json and merges.txt are used; "": not to be told.
  std::string_view expression;
  bool nfc = false;
  bool heeds_flag_without_template = false;
};

/// By "tokenizer_class" of tokenizer_config.json, else of config.json, else by its "model_type"; either may be null. As
/// transformers 4.57 and 5.24 agree on it.
TokenizerClass find_tokenizer_class(const Json& tokenizer_config, const Json& model_config);

}  // namespace partwise
