// How text is split before merging, by the name in GGUF files (tokenizer.ggml.pre).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace partwise::internal {

/// The meaning of such a name.
struct GgufPreTokenizer {
  std::string_view name;
  std::vector<std::string_view> expressions;  // applied one after the other
  bool nfc = false;                           // text is normalised to form C first
  bool ignore_merges = false;                 // a piece that is in the vocabulary is taken whole
  bool adds_bos = false;                      // if tokenizer.ggml.add_bos_token is missing
  bool mask_takes_space = false;              // white space in front of <mask> is part of it
};

/// All names of llama.cpp (src/llama-vocab.cpp) that stand for regular expressions before byte-level BPE, sorted by
/// name. The expressions are those of the models' own tokenizer.json.
const std::vector<GgufPreTokenizer>& gguf_pre_tokenizers();

/// nullptr for a name that is not known.
const GgufPreTokenizer* find_gguf_pre_tokenizer(std::string_view name);

}  // namespace partwise::internal
