// Answers that were given, kept beside the output until it is complete, so that stopped work goes on where it was.
#pragma once

#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace partwise::internal {

/// The answer to one row, or why there is none.
struct RowAnswer {
  std::vector<double> probabilities;  // [n_labels]; empty if there is an error
  std::string reasons;
  std::string error;
};

/// Errors: usage if the file is there and is no journal: it would be written over.
void check_journal(const std::filesystem::path& path);

/// Lines of JSON: the key, then answers. A line that was cut short is dropped.
class Journal {
 public:
  /// Reads the answers in `path` if they were given under the same key; else begins anew. "": nothing is kept.
  /// Errors: those of check_journal; failure if it cannot be written.
  Journal(std::filesystem::path path, const std::string& key);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  std::size_t n_answers() const { return answers_.size(); }
  const RowAnswer* find(std::size_t row) const;
  void add(std::size_t row, RowAnswer answer);
  /// So that a kill loses no answer that was added before.
  void flush();
  /// Removes the file: the output is complete.
  void remove();

 private:
  bool read(const std::string& key);
  void write_line(const std::string& line);

  std::filesystem::path path_;
  std::map<std::size_t, RowAnswer> answers_;
  std::size_t n_good_bytes_ = 0;  // of what was read
  std::FILE* file_ = nullptr;
};

}  // namespace partwise::internal
