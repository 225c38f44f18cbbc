// Files and folders that are not models we can read: what they are, and what to do with them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "base/json_fwd.h"

namespace partwise::internal {

/// What to do instead of using a file of another program.
inline constexpr const char* kTakeAnother = "take a folder of the model with safetensors, or a GGUF file of it";

/// The kind() of a safetensors file.
inline constexpr const char* kSafetensors = "a safetensors file";

struct Foreign {
  std::string what;  // "a PDF, not weights": written after the path and a colon
  Advice advice;     // what to do next
  ErrorCode code = ErrorCode::bad_data;

  /// What it is, without what was wanted: "a PDF", the words before the first comma.
  std::string kind() const { return what.substr(0, what.find(',')); }
  [[noreturn]] void refuse(const std::filesystem::path& path) const;
};

/// Recognises a file by its first bytes, if it holds no weights that we read: a pointer of Git LFS, a web page, a
/// format that is older or of another program, an archive, zeros. Safetensors and GGUF are recognised as well, for
/// files that were taken for something else.
std::optional<Foreign> recognise_content(std::span<const std::byte> bytes);
/// The same for a file; nullopt if it cannot be read.
std::optional<Foreign> recognise_content(const std::filesystem::path& file);

/// Recognises the content of a file whose download failed: nothing, zeros, a pointer of Git LFS, a web page.
std::optional<Foreign> recognise_stand_in(std::span<const std::byte> bytes);
/// Errors: bad_data if recognise_stand_in() recognises the file. No error if it cannot be read.
void check_not_stand_in(const std::filesystem::path& file);

/// Recognises a file by its content and its name.
std::optional<Foreign> recognise_file(const std::filesystem::path& file);

/// Recognises a folder without config.json, or without weights that we read, by the names of its files.
std::optional<Foreign> recognise_folder(const std::filesystem::path& folder);

/// Reads a JSON file of a model folder. Errors: those of read_json_file, and bad_data if the file is recognised as
/// something else.
Json read_json_of_model(const std::filesystem::path& file);

/// Errors: bad_data if FILE.aria2 lies beside the file. Then aria2 has not finished the download, although the file
/// already has its full size.
void check_finished(const std::filesystem::path& file);

/// Where a command that converts a model should write: beside the folder, under its name plus `suffix`. A snapshot of
/// the hub cache must not be written to, so its result goes to the working folder, under the repository's name plus
/// `suffix`.
std::string folder_for_result(const std::filesystem::path& folder, const std::string& suffix);

/// " && cp ...", which copies the tokenizer's files; empty if the folder has none.
std::string copy_tokenizer_command(const std::filesystem::path& folder, const std::string& to);

class SafetensorsFile;

/// Whether this is a run file of `decompose`.
bool holds_run(const SafetensorsFile& file);

}  // namespace partwise::internal
