// What people point at that is no model of ours: what it is, and what to do with it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "base/json_fwd.h"

namespace partwise {

struct Foreign {
  std::string what;  // "a web page, not weights": goes behind the path and a colon
  Advice advice;     // what to do next
  ErrorCode code = ErrorCode::bad_data;

  [[noreturn]] void refuse(const std::filesystem::path& path) const;
};

/// What a file is by the bytes that it begins with, where these are no weights: a pointer of Git LFS, a web page, an
/// older or another program's format, an archive, zeros. Safetensors and GGUF are recognised, too: in files that
/// were taken for something else.
std::optional<Foreign> recognise_content(std::span<const std::byte> bytes);

/// What lies in the place of a file that was not got: nothing, zeros, a pointer of Git LFS, a web page.
std::optional<Foreign> recognise_stand_in(std::span<const std::byte> bytes);
/// Errors: bad_data where that is what the file is; none where it cannot be read.
void check_not_stand_in(const std::filesystem::path& file);

/// A file, by its content and its name.
std::optional<Foreign> recognise_file(const std::filesystem::path& file);

/// A folder without config.json, or without weights that are read: by the names of what lies in it.
std::optional<Foreign> recognise_folder(const std::filesystem::path& folder);

/// A JSON file of a model folder. Errors: those of read_json_file, and bad_data where it is something that is
/// recognised.
Json read_json_of_model(const std::filesystem::path& file);

/// Beside a file that aria2 has not finished lies FILE.aria2, and the file has its full size already.
/// Errors: bad_data where it does.
void check_finished(const std::filesystem::path& file);

/// Where a command that converts a model should write: the folder's name with this behind it, beside the folder; for a
/// snapshot of the hub cache, which is not to be written to, the repository's name in the working folder.
std::string folder_for_result(const std::filesystem::path& folder, const std::string& suffix);

/// " && cp ..." that takes the tokenizer's files along; empty where the folder has none.
std::string copy_tokenizer_command(const std::filesystem::path& folder, const std::string& to);

}  // namespace partwise
