// A tokenizer in the metadata of a GGUF file; after it a text.
#include "fuzz/support.h"
#include "support/paths.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const test::TempDir folder;
  const std::vector<std::string> files = fuzz::split_files(data, size);
  test::write_file(folder / "tokenizer.gguf", files[0]);
  fuzz::use_tokenizer(folder / "tokenizer.gguf", files.back());
  return 0;
}
