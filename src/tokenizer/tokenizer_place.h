// Where the files of a tokenizer lie, seen from what a user gives.
#pragma once

#include <filesystem>

namespace partwise::internal {

bool begins_with_gguf_magic(const std::filesystem::path& path);

/// The place of the tokenizer: the folder, if `path` is one of a model's files; the first part, if it is a split GGUF
/// file.
std::filesystem::path tokenizer_place(const std::filesystem::path& path);

}  // namespace partwise::internal
