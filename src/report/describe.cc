#include "report/describe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "base/utf8.h"
#include "readers/reader.h"

namespace partwise {

namespace {

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (char c : printable(text)) {
    if (auto name = entity(c); !name.empty()) {
      escaped += name;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string points(double difference) { return fmt::format("{:+.1f}", 100 * difference); }

std::string interval(const Proportion& p) { return fmt::format("{:.1f} to {:.1f}", 100 * p.low, 100 * p.high); }

std::string describe_shares(const ComponentStats& part, const std::vector<std::string>& label_words, std::size_t n) {
  std::vector<std::size_t> order(part.label_shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return part.label_shares[a] > part.label_shares[b]; });
  std::vector<std::string> shares;
  double others = 1;
  for (std::size_t y : order) {
    if (shares.size() == n || part.label_shares[y] == 0) break;
    shares.push_back(fmt::format("{} {:.0f} %", label_words[y], 100 * part.label_shares[y]));
    others -= part.label_shares[y];
  }
  if (others > 0.005) shares.push_back(fmt::format("others {:.0f} %", 100 * others));
  return fmt::format("{}", fmt::join(shares, ", "));
}

std::string reader_title(std::string_view reader) {
  const ReaderKind* kind = find_reader_kind(reader);
  return std::string(kind ? kind->title : reader);
}

std::string with_caveat(std::string title, std::string_view reader) {
  const ReaderKind* kind = find_reader_kind(reader);
  return kind && !caveat(*kind).empty() ? fmt::format("{} [{}]", title, caveat(*kind)) : title;
}

std::string fact(const ReportInput& input, const std::string& key) {
  auto entry = input.metadata.find(key);
  return entry == input.metadata.end() ? "" : entry->second;
}

std::string describe_variant(const std::map<std::string, std::string>& metadata) {
  std::vector<std::string> words;
  if (const auto seed = metadata.find("random_init"); seed != metadata.end())
    words.push_back(fmt::format("with untrained weights (seed {})", seed->second));
  if (const auto parts = metadata.find("ablate"); parts != metadata.end()) {
    const auto with = metadata.find("ablate_with");
    std::string names;
    for (const char c : parts->second)  // a JSON list of names
      if (c != '[' && c != ']' && c != '"') names += c == ',' ? ", " : std::string(1, c);
    words.push_back(fmt::format("without {} ({} instead)", names, with == metadata.end() ? "zero" : with->second));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

const Evaluation* evaluation_of(const ReportInput& input, std::string_view reader) {
  for (const auto& [name, evaluation] : input.evaluations) {
    if (name == reader) return &evaluation;
  }
  return nullptr;
}

std::int64_t count_kind(const Analysis& analysis, ComponentKind kind) {
  return std::count_if(analysis.components.begin(), analysis.components.end(),
                       [=](const ComponentStats& part) { return part.kind == kind; });
}

}  // namespace partwise
