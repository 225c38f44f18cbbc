// The readers that a server answers with, by name.
#pragma once

#include <cstddef>
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
  /// How many there may be.
  static constexpr std::size_t kMost = 1000;

  /// `loaded` must outlive the object. `folder` holds readers that requests fit, as NAME.json; it may be empty.
  explicit FittedReaders(const LoadedModel& loaded, std::filesystem::path folder = {})
      : loaded_(loaded), folder_(std::move(folder)) {}

  /// Errors: usage if the name is not one word of letters, digits, "-", "_" and ".".
  static void check_name(const std::string& name);
  /// Errors: those of check_name; bad_data if the reader was fitted on another model, or there are too many.
  void add(const std::string& name, ReaderFile reader);
  /// The same, and writes it into the folder, if there is one. Errors: also those of write_reader.
  void add_and_keep(const std::string& name, ReaderFile reader);
  /// Adds the readers of the folder whose names are not taken. Returns what is wrong with those that cannot be added, a
  /// sentence each.
  std::vector<std::string> add_kept();
  /// Null if there is none.
  std::shared_ptr<const ReaderFile> find(const std::string& name) const;
  /// Also removes its file from the folder. Returns whether there was one. Errors: failure if the file stays.
  bool remove(const std::string& name);
  /// All readers, sorted by name.
  std::vector<std::pair<std::string, std::shared_ptr<const ReaderFile>>> all() const;
  /// Their names.
  std::vector<std::string> names() const;

 private:
  std::shared_ptr<const ReaderFile> checked(const std::string& name, ReaderFile reader) const;
  void check_number(const std::string& name) const;
  std::filesystem::path file_of(const std::string& name) const { return folder_ / (name + ".json"); }

  const LoadedModel& loaded_;
  const std::filesystem::path folder_;
  mutable std::mutex mutex_;  // also of the folder, so that it agrees with the map
  std::map<std::string, std::shared_ptr<const ReaderFile>> readers_;
};

}  // namespace partwise::internal
