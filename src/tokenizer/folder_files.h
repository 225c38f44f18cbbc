// The files of a folder's tokenizer.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tokenizer/kind.h"

namespace partwise {

/// The names of those that the tokenizer is read from; config.json, which may name the class of one, is the model's.
std::vector<std::string> tokenizer_files(const std::filesystem::path& folder);

bool folder_has_tokenizer(const std::filesystem::path& folder);

enum class TablesAs { json, views };

/// Opens them. With views, nothing where the tables cannot be read so. Errors: missing_input, bad_data.
std::optional<TokenizerFiles> open_tokenizer_folder(const std::filesystem::path& folder, TablesAs form);

}  // namespace partwise
