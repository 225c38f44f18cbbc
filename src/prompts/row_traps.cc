#include "prompts/row_traps.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/normalize.h"
#include "data/lines.h"

namespace partwise::internal {

std::string text_key(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f", kNoBreakSpace = "\xC2\xA0";
  std::string form_c = to_nfc(text), key;
  for (std::size_t at = form_c.find(kNoBreakSpace); at != std::string::npos; at = form_c.find(kNoBreakSpace, at))
    form_c.replace(at, kNoBreakSpace.size(), " ");
  for (char c : form_c) {
    if (kSpace.find(c) == std::string_view::npos)
      key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!key.empty() && key.back() != ' ')
      key += ' ';
  }
  if (key.ends_with(' ')) key.pop_back();
  return key;
}

bool says_nothing(std::string_view value) {
  constexpr std::string_view kStandIns[] = {"", "nan", "none", "null", "n/a", "#n/a", "<na>"};
  return std::ranges::find(kStandIns, text_key(value)) != std::end(kStandIns);
}

bool is_garbled(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD", kQuotes = "\xC3\xA2\xE2\x82\xAC";  // U+FFFD, "â€"
  if (text.find(kReplacement) != std::string_view::npos || text.find(kQuotes) != std::string_view::npos) return true;
  for (std::string_view lead : {"\xC3\x83\xC2", "\xC3\x82\xC2"})  // "Ã", "Â"; what follows is in no word
    for (std::size_t at = text.find(lead); at != std::string_view::npos; at = text.find(lead, at + 1))
      if (at + lead.size() < text.size() && static_cast<unsigned char>(text[at + lead.size()]) > 0xA0) return true;
  return false;
}

std::vector<Warning> row_warnings(const AskedRows& rows) {
  std::vector<Warning> warnings;
  for (const auto traps : {answer_traps(), text_traps()}) spring(traps, rows, warnings);
  return warnings;
}

}  // namespace partwise::internal
