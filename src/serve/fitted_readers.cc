#include "serve/fitted_readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/error.h"
#include "base/file.h"

namespace partwise::internal {

namespace {

bool is_reader_name(const std::string& name) {
  constexpr std::size_t kLongest = 100;
  const auto may_be_in = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; };
  return !name.empty() && name.size() <= kLongest && name[0] != '.' && std::ranges::all_of(name, may_be_in);
}

}  // namespace

void FittedReaders::check_name(const std::string& name) {
  if (!is_reader_name(name))
    throw Error(ErrorCode::usage, fmt::format("a reader cannot be called '{}'", name),
                "a name has up to 100 letters, digits, '-', '_' and '.', and does not begin with '.'");
}

std::shared_ptr<const ReaderFile> FittedReaders::checked(const std::string& name, ReaderFile reader) const {
  check_name(name);
  try {
    check_reader_fits(reader, loaded_.config().n_layers, loaded_.config().n_heads, loaded_.fingerprint());
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("reader '{}': {}", name, error.what()), error.advice());
  }
  return std::make_shared<const ReaderFile>(std::move(reader));
}

void FittedReaders::check_number(const std::string& name) const {
  if (readers_.size() < kMost || readers_.contains(name)) return;
  throw Error(ErrorCode::bad_data, fmt::format("there are {} readers already", readers_.size()),
              "remove one that nobody needs");
}

void FittedReaders::add(const std::string& name, ReaderFile reader) {
  auto shared = checked(name, std::move(reader));
  const std::lock_guard lock(mutex_);
  check_number(name);
  readers_[name] = std::move(shared);
}

void FittedReaders::add_and_keep(const std::string& name, ReaderFile reader) {
  auto shared = checked(name, std::move(reader));
  const std::lock_guard lock(mutex_);
  check_number(name);
  if (!folder_.empty()) {
    make_folder(folder_);
    write_reader(file_of(name), *shared);
  }
  readers_[name] = std::move(shared);
}

std::vector<std::string> FittedReaders::add_kept() {
  std::vector<std::string> faults;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() != ".json" || find(name)) continue;
    try {
      add(name, read_reader(entry.path()));
    } catch (const Error& error) {
      faults.emplace_back(error.what());
    }
  }
  return faults;
}

std::shared_ptr<const ReaderFile> FittedReaders::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = readers_.find(name);
  return found == readers_.end() ? nullptr : found->second;
}

bool FittedReaders::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (readers_.erase(name) == 0) return false;
  std::error_code error;
  if (!folder_.empty()) std::filesystem::remove(file_of(name), error);
  if (error)
    throw Error(ErrorCode::failure, fmt::format("the file of the reader '{}' stays: {}", name, error.message()));
  return true;
}

std::vector<std::pair<std::string, std::shared_ptr<const ReaderFile>>> FittedReaders::all() const {
  const std::lock_guard lock(mutex_);
  return {readers_.begin(), readers_.end()};
}

std::vector<std::string> FittedReaders::names() const {
  std::vector<std::string> names;
  for (const auto& [name, reader] : all()) names.push_back(name);
  return names;
}

}  // namespace partwise::internal
