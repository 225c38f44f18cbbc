// Regular expressions as tokenizer.json writes them: Oniguruma's dialect, over Unicode.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace partwise::internal {

/// Compiled once, searched from any number of threads.
class Pattern {
 public:
  /// Accepts the constructs that Oniguruma and PCRE2 read alike. \s is Unicode's White_Space (PCRE2 alone would add
  /// U+180E). Other constructs are refused by name. Errors: bad_data.
  explicit Pattern(std::string_view expression);

  struct Match {
    std::size_t begin, end;
  };

 private:
  friend class PatternSearch;
  std::shared_ptr<const void> code_;  // pcre2_code
};

/// Searches texts for one pattern, one after another, on one thread.
class PatternSearch {
 public:
  explicit PatternSearch(const Pattern& pattern);

  /// The first match that begins at `from` or later. Look-around sees `text` (UTF-8) and nothing outside of it. Errors:
  /// bad_data if the search takes absurdly long.
  std::optional<Pattern::Match> find(std::string_view text, std::size_t from);

 private:
  std::shared_ptr<const void> code_;
  std::shared_ptr<void> match_, limits_;  // pcre2_match_data, pcre2_match_context
};

}  // namespace partwise::internal
