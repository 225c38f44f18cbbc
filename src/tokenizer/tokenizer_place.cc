#include "tokenizer/tokenizer_place.h"

#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "formats/checkpoint.h"
#include "formats/gguf.h"

namespace partwise::internal {

namespace fs = std::filesystem;

bool begins_with_gguf_magic(const fs::path& path) {
  char magic[4] = {};
  std::ifstream file(path, std::ios::binary);
  return file.read(magic, sizeof magic) && std::string_view(magic, sizeof magic) == "GGUF";
}

fs::path tokenizer_place(const fs::path& path) {
  if (is_folder(path)) return path;
  if (begins_with_gguf_magic(path)) {
    return GgufFile(path).value("split.no").value_or(0) == 0 ? path : open_checkpoint(path)->files().front();
  }
  const bool is_of_folder = path.extension() == ".json" || path.extension() == ".safetensors";
  if (!is_of_folder || !is_there(path)) return path;
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace partwise::internal
