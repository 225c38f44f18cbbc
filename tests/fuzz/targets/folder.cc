// A Hugging Face folder: config.json and model.safetensors; or config.json, the index of shards, and the shards.
#include <algorithm>

#include "formats/checkpoint.h"
#include "fuzz/support.h"
#include "support/paths.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const test::TempDir folder;
  const std::vector<std::string> files = fuzz::split_files(data, size);
  std::vector<std::string> names = {"config.json", "model.safetensors"};
  if (files.size() > 2) names = {"config.json", "model.safetensors.index.json", "a.safetensors", "b.safetensors"};
  for (std::size_t i = 0; i < std::min(names.size(), files.size()); ++i) test::write_file(folder / names[i], files[i]);
  fuzz::fine_or_refused([&] {
    const auto checkpoint = open_checkpoint(folder.path());
    fuzz::use_tensors(checkpoint->tensors());
    fingerprint(*checkpoint);
    fuzz::use_model(folder.path());
  });
  return 0;
}
