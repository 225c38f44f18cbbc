#include <algorithm>

#include "base/find_named.h"
#include "readers/reader.h"

namespace partwise::internal {

const ReaderKind& reader_kind(std::string_view name) { return find_named(reader_kinds(), name, "reader"); }

const ReaderKind* find_reader_kind(std::string_view name) {
  const auto kind = std::ranges::find(reader_kinds(), name, &ReaderKind::name);
  return kind == reader_kinds().end() ? nullptr : &*kind;
}

std::string_view caveat(const ReaderKind& kind) {
  if (kind.learns_from == LearnsFrom::test_inputs) return "transductive";
  return kind.learns_from == LearnsFrom::test_labels ? "oracle" : "";
}

std::unique_ptr<Reader> make_reader(std::string_view name) { return reader_kind(name).make(); }

}  // namespace partwise::internal
