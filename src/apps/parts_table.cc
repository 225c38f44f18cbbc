#include "apps/parts_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "apps/format.h"

namespace partwise {

namespace {

std::string label_shares(const ComponentStats& part, const std::vector<std::string>& label_words) {
  std::vector<std::string> shares;
  for (std::size_t y = 0; y < label_words.size(); ++y) {
    shares.push_back(fmt::format("{} {:.0f} %", label_words[y], 100 * part.label_shares[y]));
  }
  return fmt::format("{}", fmt::join(shares, ", "));
}

}  // namespace

void print_parts(Console& console, std::string_view heading, const Analysis& analysis,
                 const std::vector<std::int64_t>& components, const std::vector<std::string>& label_words) {
  console.print("\n" + console.bold(heading) + "\n");
  for (std::int64_t c : components) {
    const ComponentStats& part = analysis.components[static_cast<std::size_t>(c)];
    console.print(fmt::format("  {:9}{}  {:8}answers {}\n", component_name(part.component),
                              format_proportion(part.accuracy), to_string(part.kind), label_shares(part, label_words)));
  }
}

std::string count_kinds(const Analysis& analysis) {
  auto count = [&](auto matches) {
    return std::count_if(analysis.components.begin(), analysis.components.end(), matches);
  };
  auto of_kind = [&](ComponentKind kind) { return count([=](const ComponentStats& c) { return c.kind == kind; }); };
  const auto n_mlps = count([](const ComponentStats& c) { return c.component.is_mlp(); });
  return fmt::format("{} heads and {} MLPs: {} good, {} bad, {} biased, {} plain",
                     std::ssize(analysis.components) - n_mlps, n_mlps, of_kind(ComponentKind::good),
                     of_kind(ComponentKind::bad), of_kind(ComponentKind::biased), of_kind(ComponentKind::plain));
}

}  // namespace partwise
