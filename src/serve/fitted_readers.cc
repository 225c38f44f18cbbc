#include "serve/fitted_readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/error.h"

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

void FittedReaders::add(const std::string& name, ReaderFile reader) {
  check_name(name);
  check_reader_fits(reader, loaded_.config().n_layers, loaded_.config().n_heads, loaded_.fingerprint());
  auto shared = std::make_shared<const ReaderFile>(std::move(reader));
  const std::lock_guard lock(mutex_);
  readers_[name] = std::move(shared);
}

std::shared_ptr<const ReaderFile> FittedReaders::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = readers_.find(name);
  return found == readers_.end() ? nullptr : found->second;
}

bool FittedReaders::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return readers_.erase(name) > 0;
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
