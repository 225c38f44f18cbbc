#include "report/describe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "base/utf8.h"
#include "readers/reader.h"

namespace partwise::internal {

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

std::string hundredths(double value) {
  const std::string text = fmt::format("{:.2f}", value);
  return text == "-0.00" ? "0.00" : text;
}

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

namespace {

/// The names as text, even if the run's list of them cannot be read.
std::string ablated_names(const RunInfo& info) {
  try {
    return fmt::format("{}", fmt::join(*info.find(facts::kAblate), ", "));
  } catch (const Error&) {
    return info.text(facts::kAblate);
  }
}

}  // namespace

std::string describe_variant(const RunInfo& info) {
  std::vector<std::string> words;
  if (const std::string seed = info.text(facts::kRandomInit); !seed.empty())
    words.push_back(fmt::format("with untrained weights (seed {})", seed));
  if (info.has(facts::kAblate.key))
    words.push_back(
        fmt::format("without {} ({} instead)", ablated_names(info), info.find(facts::kAblateWith).value_or("zero")));
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

}  // namespace partwise::internal
