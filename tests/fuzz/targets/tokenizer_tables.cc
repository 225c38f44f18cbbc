// vocab.json; after it merges.txt, tokenizer_config.json, special_tokens_map.json, added_tokens.json, and a text.
#include "fuzz/support.h"
#include "support/paths.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  constexpr const char* kNames[] = {"vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json",
                                    "added_tokens.json"};
  const test::TempDir folder;
  const std::vector<std::string> files = fuzz::split_files(data, size);
  for (std::size_t i = 0; i < std::size(kNames) && i < files.size(); ++i)
    if (i < 2 || !files[i].empty()) test::write_file(folder / kNames[i], files[i]);
  fuzz::use_tokenizer(folder.path(), files.back());
  return 0;
}
