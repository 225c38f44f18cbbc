// Chooses the files of a snapshot that are the model.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/suggest.h"
#include "base/text.h"
#include "formats/foreign.h"
#include "hub/hub_cache.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

bool is_broken_link(const fs::path& path) {
  std::error_code ignored;
  return fs::is_symlink(path, ignored) && !fs::exists(path, ignored);
}

/// Paths of all files below the folder, relative to the snapshot, sorted.
std::vector<std::string> files_below(const fs::path& folder) {
  std::error_code ignored;
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
    if (!entry.is_directory(ignored)) files.push_back(entry.path().lexically_relative(folder).generic_string());
  }
  std::sort(files.begin(), files.end(), natural_less);
  return files;
}

std::vector<std::string> with_extension(const std::vector<std::string>& files, std::string_view extension) {
  std::vector<std::string> matching;
  std::copy_if(files.begin(), files.end(), std::back_inserter(matching),
               [&](const std::string& file) { return file.ends_with(extension); });
  return matching;
}

/// "NAME" for "NAME-00002-of-00005.gguf"; other names are not changed.
std::string split_stem(const std::string& file) {
  constexpr std::string_view pattern = "-#####-of-#####.gguf";
  if (file.size() <= pattern.size()) return file;
  const std::string_view tail = std::string_view(file).substr(file.size() - pattern.size());
  const bool fits = std::equal(tail.begin(), tail.end(), pattern.begin(),
                               [](char c, char p) { return p == '#' ? c >= '0' && c <= '9' : c == p; });
  return fits ? file.substr(0, file.size() - pattern.size()) : file;
}

/// GGUF files; for split ones only the first part.
std::vector<std::string> gguf_models(const std::vector<std::string>& files) {
  std::vector<std::string> models = with_extension(files, ".gguf");  // the parts of a split file follow each other
  const auto same_model = [](const std::string& a, const std::string& b) { return split_stem(a) == split_stem(b); };
  models.erase(std::unique(models.begin(), models.end(), same_model), models.end());
  return models;
}

class HubFilesFinder {
 public:
  HubFilesFinder(const HubName& name, const HubSnapshot& snapshot) : name_(name), snapshot_(snapshot) {}

  fs::path find(HubFiles wanted) const {
    const fs::path target = name_.file.empty() ? snapshot_.folder : snapshot_.folder / name_.file;
    check_link(target);
    if (!is_there(target)) fail_without_file();
    return is_folder(target) ? in_folder(target, wanted) : target;
  }

 private:
  fs::path in_folder(const fs::path& folder, HubFiles wanted) const {
    check_links(folder);
    const bool has_tables = is_there(folder / "vocab.json") && is_there(folder / "merges.txt");
    const bool has_tokenizer =
        is_there(folder / "tokenizer.json") || is_there(folder / "tokenizer.model") || has_tables;
    if (wanted == HubFiles::tokenizer && has_tokenizer) return folder;
    const std::vector<std::string> files = files_below(folder), ggufs = gguf_models(files);
    const auto in_it = [&](const std::string& file) { return file.find('/') == std::string::npos; };
    const auto weights = with_extension(files, ".safetensors"), pickles = with_extension(files, ".bin");
    if (std::any_of(weights.begin(), weights.end(), in_it)) return folder;
    if (ggufs.size() > 1) fail_with_several(folder, ggufs);
    if (ggufs.size() == 1) return checked(folder / ggufs[0]);
    if (std::any_of(pickles.begin(), pickles.end(), in_it) || recognise_folder(folder))
      return folder;  // opening it gives an error that says what to do
    throw Error(ErrorCode::missing_input,
                fmt::format("{} has no weights in the hub cache: {} holds neither safetensors nor a GGUF file",
                            name_.text(), folder.string()),
                fmt::format("the download was of some files, or is not complete: {}", hub_download_command(name_)));
  }

  fs::path checked(const fs::path& file) const {
    check_link(file);
    return file;
  }

  void check_link(const fs::path& path) const {
    if (!is_broken_link(path)) return;
    throw Error(
        ErrorCode::missing_input,
        fmt::format("{} is a link to a file that is not there (of {})", path.string(), name_.text()),
        fmt::format("the download was interrupted, or the cache was emptied by hand: {}", hub_download_command(name_)));
  }

  /// Checks only the files that may be read. Others may be missing: a picture, unused weights.
  void check_links(const fs::path& folder) const {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      const fs::path kind = entry.path().extension();
      if (kind == ".json" || kind == ".safetensors" || kind == ".model") check_link(entry.path());
    }
  }

  [[noreturn]] void fail_without_file() const {
    const std::vector<std::string> files = files_below(snapshot_.folder);
    const std::string similar = closest_match(name_.file, files);
    std::string hint = "to get it: " + hub_download_command(name_);
    if (!similar.empty()) {
      hint = fmt::format("did you mean '{}'?", HubName{name_.repo, similar, name_.revision}.text());
    } else if (const auto ggufs = gguf_models(files); !ggufs.empty()) {
      hint = fmt::format("the cache holds {}; {}", list_shortly(ggufs), hint);
    }
    throw Error(ErrorCode::missing_input,
                fmt::format("{}@{} has no {} in the hub cache {}", name_.repo, name_.revision, name_.file,
                            snapshot_.folder.string()),
                hint);
  }

  [[noreturn]] void fail_with_several(const fs::path& folder, const std::vector<std::string>& ggufs) const {
    const std::string inner = folder.lexically_relative(snapshot_.folder).generic_string();
    std::vector<std::string> names;
    for (const std::string& file : ggufs) {
      names.push_back(HubName{name_.repo, inner == "." ? file : inner + "/" + file, name_.revision}.text());
    }
    throw Error(ErrorCode::usage, fmt::format("{} holds several GGUF files: name one", name_.text()),
                fmt::format("one of: {}", list_shortly(names)));
  }

  const HubName& name_;
  const HubSnapshot& snapshot_;
};

}  // namespace

fs::path find_hub_files(const HubName& name, const HubSnapshot& snapshot, HubFiles wanted) {
  return HubFilesFinder(name, snapshot).find(wanted);
}

}  // namespace partwise::internal
