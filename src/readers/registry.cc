#include <algorithm>

#include "base/error.h"
#include "base/suggest.h"
#include "readers/reader.h"

namespace partwise {

namespace {

std::vector<ReaderKind>& kinds() {
  static std::vector<ReaderKind> list;
  return list;
}

}  // namespace

ReaderRegistration::ReaderRegistration(const ReaderKind& kind) {
  auto later = [&](const ReaderKind& other) { return other.name > kind.name; };
  kinds().insert(std::find_if(kinds().begin(), kinds().end(), later), kind);
}

const std::vector<ReaderKind>& reader_kinds() { return kinds(); }

const ReaderKind& reader_kind(std::string_view name) {
  std::vector<std::string> names;
  for (const ReaderKind& kind : reader_kinds()) {
    if (kind.name == name) return kind;
    names.emplace_back(kind.name);
  }
  throw Error(ErrorCode::usage, "there is no reader '" + std::string(name) + "'", suggestion_hint(name, names));
}

std::string_view caveat(const ReaderKind& kind) {
  if (kind.learns_from == LearnsFrom::test_inputs) return "transductive";
  return kind.learns_from == LearnsFrom::test_labels ? "oracle" : "";
}

std::unique_ptr<Reader> make_reader(std::string_view name) { return reader_kind(name).make(); }

}  // namespace partwise
