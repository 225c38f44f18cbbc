// The files of a folder's tokenizer.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tokenizer/kind.h"

namespace partwise::internal {

/// The names of the files that a folder's tokenizer is read from. config.json is not among them: it may name the
/// tokenizer's class, but belongs to the model.
std::vector<std::string> tokenizer_files(const std::filesystem::path& folder);

bool folder_has_tokenizer(const std::filesystem::path& folder);

enum class TablesAs { json, views };

/// Opens those of these files that lie beside the vocabulary, as far as they are there. Errors: bad_data.
TokenizerFiles open_tokenizer_config(const std::filesystem::path& folder);

/// Opens all of these files. With TablesAs::views: nullopt if the tables cannot be read as views. Errors:
/// missing_input, bad_data.
std::optional<TokenizerFiles> open_tokenizer_folder(const std::filesystem::path& folder, TablesAs form);

}  // namespace partwise::internal
