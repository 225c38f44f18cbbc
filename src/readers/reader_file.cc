#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "readers/reader.h"

namespace partwise {

namespace {

constexpr std::string_view kFormat = "partwise-reader";
constexpr int kVersion = 1;
constexpr std::int64_t kMaxSize = 1 << 20;  // most layers or heads; keeps their product from overflowing

[[noreturn]] void fail(const std::string& what, Advice advice = {}) {
  throw Error(ErrorCode::bad_data, what, std::move(advice));
}

const Json& field(const Json& object, const char* name) {
  auto entry = object.find(name);
  if (entry == object.end()) fail(fmt::format("'{}' is missing", name));
  return *entry;
}

std::int64_t integer_field(const Json& object, const char* name, std::int64_t low, std::int64_t high) {
  const Json& value = field(object, name);
  if (value.is_number_integer() && value >= low && value <= high) return value.get<std::int64_t>();
  fail(fmt::format("'{}' is not a whole number from {} to {}: {}", name, low, high, value.dump()));
}

std::vector<std::string> label_words_of(const Json& file) {
  const Json& words = field(file, "label_words");
  auto is_string = [](const Json& word) { return word.is_string(); };
  if (!words.is_array() || words.size() < 2 || !std::all_of(words.begin(), words.end(), is_string)) {
    fail("'label_words' is not a list of at least two strings");
  }
  return words.get<std::vector<std::string>>();
}

FitReport fit_report_of(const Json& file) {
  const Json& fit = field(file, "fit");
  if (!fit.is_object()) fail("'fit' is not an object");
  const Json& accuracy = field(fit, "train_accuracy");
  if (!accuracy.is_number()) fail("'train_accuracy' is not a number: " + accuracy.dump());
  const Json objective = fit.value("objective", Json());
  if (!objective.is_null() && !objective.is_number()) fail("'objective' is not a number: " + objective.dump());
  constexpr auto kAny = std::numeric_limits<std::int64_t>::max();
  FitReport report{
      integer_field(fit, "n_examples", 0, kAny), integer_field(fit, "updates", 0, kAny), accuracy.get<double>(), {}};
  if (!objective.is_null()) report.objective = objective.get<double>();
  return report;
}

std::map<std::string, std::string> metadata_of(const Json& file) {
  const Json& metadata = field(file, "metadata");
  auto is_string = [](const Json& value) { return value.is_string(); };
  if (!metadata.is_object() || !std::all_of(metadata.begin(), metadata.end(), is_string)) {
    fail("'metadata' is not an object of strings");
  }
  return metadata.get<std::map<std::string, std::string>>();
}

ReaderFile reader_file_from(const Json& json) {
  if (!json.is_object() || json.value("format", Json()) != kFormat)
    fail("not a reader file", {"fitting a reader on a run makes one", {Step::fit}});
  if (json.value("version", Json()) != kVersion) {
    fail(fmt::format("a reader file of version {}; this program reads version {}", json.value("version", Json()).dump(),
                     kVersion));
  }
  ReaderFile file;
  file.n_layers = integer_field(json, "n_layers", 1, kMaxSize);
  file.n_heads = integer_field(json, "n_heads", 1, kMaxSize);
  file.label_words = label_words_of(json);
  file.report = fit_report_of(json);
  file.info.entries = metadata_of(json);
  const Json& kind = field(json, "kind");
  if (!kind.is_string()) fail("'kind' is not a string: " + kind.dump());
  file.reader = make_reader(kind.get<std::string>());
  file.reader->load(json, file.shape());
  return file;
}

/// Writes what value.dump() gives, but one list at a time: with many labels, the weights for each pair of labels are
/// hundreds of megabytes of text.
void write_value(OutputFile& out, const Json& value) {
  if (!value.is_object()) return out.write(value.dump());
  bool first = true;
  out.write("{");
  for (const auto& [key, item] : value.items()) {
    out.write(fmt::format("{}{}:", first ? "" : ",", Json(key).dump()));
    write_value(out, item);
    first = false;
  }
  out.write("}");
}

/// Writes one line per field, and one per field inside a field, so that thousands of numbers stay readable.
void write_lines(OutputFile& out, const Json& json) {
  const auto start_line = [&](const std::string& before, const std::string& key) {
    out.write(fmt::format("{}{}: ", before, Json(key).dump()));
  };
  bool first = true;
  for (const auto& [name, value] : json.items()) {
    start_line(first ? "{\n  " : ",\n  ", name);
    first = false;
    if (!value.is_object() || value.empty()) {
      write_value(out, value);
      continue;
    }
    bool first_inside = true;
    for (const auto& [key, item] : value.items()) {
      start_line(first_inside ? "{\n    " : ",\n    ", key);
      write_value(out, item);
      first_inside = false;
    }
    out.write("\n  }");
  }
  out.write(first ? "{\n}\n" : "\n}\n");
}

/// What the reader leans on, for people to read. `load` does not need it.
Json leanings_of(const ReaderFile& file) {
  Json list = Json::array();
  for (const auto& [part, label, weight] : first_leanings(file, kMostLeanings))
    list.push_back({{"part", part}, {"label", label.empty() ? Json() : Json(label)}, {"weight", weight}});
  return list;
}

/// A safetensors file: eight bytes of length, then a header of JSON.
void refuse_run(std::string_view text, const std::filesystem::path& path) {
  std::uint64_t length = 0;
  if (text.size() <= sizeof length || text[sizeof length] != '{') return;
  std::memcpy(&length, text.data(), sizeof length);
  if (length > text.size() - sizeof length) return;
  fail(path.string() + ": this is a run file, not a reader",
       {"name it as a run; fitting makes a reader of it", {Setting::run, Step::fit}});
}

}  // namespace

std::vector<NamedLeaning> first_leanings(const ReaderFile& file, std::size_t n) {
  std::vector<NamedLeaning> named;
  for (const Leaning& leaning : file.reader->leanings()) {
    if (named.size() == n) break;
    named.push_back({component_name(component_at(leaning.component, file.n_layers, file.n_heads)),
                     leaning.label < 0 ? "" : file.label_words[static_cast<std::size_t>(leaning.label)],
                     leaning.weight});
  }
  return named;
}

void write_reader(const std::filesystem::path& path, const ReaderFile& file) {
  Json json = file.reader->save();
  json["format"] = kFormat;
  json["version"] = kVersion;
  json["kind"] = file.reader->kind();
  json["n_layers"] = file.n_layers;
  json["n_heads"] = file.n_heads;
  json["label_words"] = file.label_words;
  json["fit"] = {{"n_examples", file.report.n_examples},
                 {"updates", file.report.updates},
                 {"train_accuracy", file.report.train_accuracy}};
  if (file.report.objective) json["fit"]["objective"] = *file.report.objective;
  if (Json leanings = leanings_of(file); !leanings.empty()) json["leans_on"] = std::move(leanings);
  json["metadata"] = file.info.entries;
  OutputFile out(path);
  try {
    write_lines(out, json);
  } catch (const Json::exception&) {
    fail(path.string() + ": a label word or an entry of the metadata is not valid UTF-8");
  }
  out.commit();
}

ReaderFile read_reader(const std::filesystem::path& path) {
  const std::string text = read_text_file(path);
  refuse_run(text, path);
  const Json json = parse_json(text, path.string());
  try {
    return reader_file_from(json);
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_data, path.string() + ": " + error.what(), error.advice());
  }
}

void check_reader_fits(const ReaderFile& file, const ReaderShape& theirs, const std::vector<std::string>& label_words,
                       const std::string& fingerprint) {
  const std::string hint = "fit a reader on a run of the same model and task";
  const ReaderShape mine = file.shape();
  if (mine != theirs) {
    fail(fmt::format("the reader was fitted on {} layers, {} heads and {} labels; the run has {}, {} and {}",
                     mine.n_layers, mine.n_heads, mine.n_labels, theirs.n_layers, theirs.n_heads, theirs.n_labels),
         hint);
  }
  if (label_words != file.label_words) {
    fail(fmt::format("the reader was fitted on the label words {}; the run has {}", file.label_words, label_words),
         hint);
  }
  const std::string fitted_on = file.info.text(facts::kFingerprint);
  if (!fitted_on.empty() && !fingerprint.empty() && fitted_on != fingerprint) {
    fail("the reader was fitted on another model: fingerprint " + fitted_on + ", the run has " + fingerprint, hint);
  }
}

void check_reader_fits(const ReaderFile& file, const Run& run) {
  check_reader_fits(file, reader_shape(run.parts), run.label_words(), run.info.text(facts::kFingerprint));
}

}  // namespace partwise
