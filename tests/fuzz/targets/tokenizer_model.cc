// tokenizer.model (SentencePiece); after it tokenizer_config.json, and a text.
#include "fuzz/support.h"
#include "support/paths.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const test::TempDir folder;
  const std::vector<std::string> files = fuzz::split_files(data, size);
  test::write_file(folder / "tokenizer.model", files[0]);
  if (files.size() > 1 && !files[1].empty()) test::write_file(folder / "tokenizer_config.json", files[1]);
  fuzz::use_tokenizer(folder.path(), files.back());
  return 0;
}
