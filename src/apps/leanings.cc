#include "apps/leanings.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/describe.h"

namespace partwise {

namespace {

constexpr std::ptrdiff_t kInText = 5, kInJson = 20;

std::vector<Leaning> first_leanings(const ReaderFile& file, std::ptrdiff_t n) {
  std::vector<Leaning> all = file.reader->leanings();
  all.resize(static_cast<std::size_t>(std::min(n, std::ssize(all))));
  return all;
}

std::string part_of(const ReaderFile& file, const Leaning& leaning) {
  return component_name(component_at(leaning.component, file.n_layers, file.n_heads));
}

const std::string& label_of(const ReaderFile& file, const Leaning& leaning) {
  return file.label_words[static_cast<std::size_t>(leaning.label)];
}

}  // namespace

std::string leanings_text(const ReaderFile& file) {
  std::string text;
  for (const Leaning& leaning : first_leanings(file, kInText)) {
    text += fmt::format("{}{} {} '{}' ({:+.3f})", text.empty() ? "leans on " : ", ", part_of(file, leaning),
                        leaning.weight < 0 ? "against" : "for", label_of(file, leaning), leaning.weight);
  }
  return printable(text);
}

OrderedJson leanings_json(const ReaderFile& file) {
  OrderedJson list = OrderedJson::array();
  for (const Leaning& leaning : first_leanings(file, kInJson)) {
    list.push_back({{"part", part_of(file, leaning)}, {"label", label_of(file, leaning)}, {"weight", leaning.weight}});
  }
  return list;
}

}  // namespace partwise
