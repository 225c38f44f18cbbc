#include <fmt/format.h>

#include "base/error.h"
#include "formats/checkpoint.h"
#include "formats/foreign.h"

namespace partwise::internal {

std::unique_ptr<Checkpoint> open_checkpoint(const std::filesystem::path& path) {
  constexpr const char* hint = "give a GGUF file, or a folder with config.json and model.safetensors";
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(ErrorCode::missing_input, fmt::format("there is no model at {}", path.string()), hint);
  }
  for (const CheckpointFormat& format : checkpoint_formats()) {
    if (format.probe(path)) return format.open(path);
  }
  if (const auto other = recognise_file(path)) other->refuse(path);
  throw Error(ErrorCode::bad_data,
              fmt::format("{} is neither a GGUF file nor a Hugging Face model folder", path.string()), hint);
}

}  // namespace partwise::internal
