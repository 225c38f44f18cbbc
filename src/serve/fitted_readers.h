// The readers that a server answers with, by name.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "readers/reader.h"
#include "session/loaded_model.h"

namespace partwise::internal {

/// Several threads may call at a time. A reader that is replaced lives on as long as somebody holds it.
class FittedReaders {
 public:
  /// `loaded` must outlive the object.
  explicit FittedReaders(const LoadedModel& loaded) : loaded_(loaded) {}

  /// Errors: usage if the name is not one word of letters, digits, "-", "_" and ".".
  static void check_name(const std::string& name);
  /// Errors: those of check_name; bad_data if the reader was fitted on another model.
  void add(const std::string& name, ReaderFile reader);
  /// Null if there is none.
  std::shared_ptr<const ReaderFile> find(const std::string& name) const;
  /// Returns whether there was one.
  bool remove(const std::string& name);
  /// All readers, sorted by name.
  std::vector<std::pair<std::string, std::shared_ptr<const ReaderFile>>> all() const;
  /// Their names.
  std::vector<std::string> names() const;

 private:
  const LoadedModel& loaded_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const ReaderFile>> readers_;
};

}  // namespace partwise::internal
