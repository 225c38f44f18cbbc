// A GGUF file, or the parts of a split one: every value, every tensor, the model.
#include "formats/gguf.h"

#include <fmt/format.h>

#include "base/json.h"
#include "formats/checkpoint.h"
#include "fuzz/support.h"
#include "support/paths.h"

namespace partwise::internal::fuzz {
namespace {

/// Reads each value as every type.
void use_metadata(const GgufFile& file) {
  const Json metadata = file.metadata();
  for (const auto& [key, value] : metadata.items()) {
    check(file.has(key), "a listed key is there");
    for (auto read : {+[](const GgufFile&f, const std::string&k) { f.value(k); },
                      +[](const GgufFile&f, const std::string&k) { f.strings(k); },
                      +[](const GgufFile&f, const std::string&k) { f.integers(k); },
                      +[](const GgufFile&f, const std::string&k) { f.floats(k); }}) {
      fine_or_refused([&, &name = key] { read(file, name); });
    }
  }
}

void use_checkpoint(const std::filesystem::path& path) {
  const auto checkpoint = open_checkpoint(path);
  use_tensors(checkpoint->tensors());
  fingerprint(*checkpoint, true);
  use_model(path);
}

}  // namespace
}  // namespace partwise::internal::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const test::TempDir folder;
  const std::vector<std::string> parts = fuzz::split_files(data, size);
  std::vector<std::filesystem::path> paths;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    paths.push_back(folder / fmt::format("model-{:05}-of-{:05}.gguf", i + 1, parts.size()));
    test::write_file(paths.back(), parts[i]);
  }
  fuzz::fine_or_refused([&] { fuzz::use_metadata(GgufFile(paths.front())); });
  fuzz::fine_or_refused([&] { fuzz::use_checkpoint(paths.front()); });
  return 0;
}
