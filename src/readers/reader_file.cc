#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_part.h"
#include "readers/reader.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kFormat = "partwise-reader";
constexpr int kVersion = 1;
constexpr std::int64_t kMaxSize = 1 << 20;  // most layers or heads; keeps their product from overflowing

const Advice kFitOne("fitting a reader on a run makes one", {Step::fit});
constexpr const char* kNoReader = "not a reader file";

[[noreturn]] void fail(const std::string& what, Advice advice = {}) {
  throw Error(ErrorCode::bad_data, what, std::move(advice));
}

std::vector<std::string> label_words_of(const JsonPart& file) {
  const std::vector<std::string> words = file["label_words"].texts();
  if (words.size() < 2) file["label_words"].fail("there are at least two labels");
  return words;
}

FitReport fit_report_of(const JsonPart& fit) {
  constexpr auto kAny = std::numeric_limits<std::int64_t>::max();
  FitReport report{
      fit["n_examples"].integer(0, kAny), fit["updates"].integer(0, kAny), fit["train_accuracy"].number(), {}};
  if (fit.has("objective")) report.objective = fit["objective"].number();
  return report;
}

RunInfo info_of(const JsonPart& metadata) {
  metadata.check_object();
  RunInfo info;
  for (const auto& [key, value] : metadata.value().items()) info.entries[key] = metadata[key].text();
  return info;
}

ReaderFile reader_file_from(const Json& json) {
  if (!json.is_object() || json.value("format", Json()) != kFormat) fail(kNoReader, kFitOne);
  if (json.value("version", Json()) != kVersion) {
    fail(fmt::format("a reader file of version {}; this program reads version {}", json.value("version", Json()).dump(),
                     kVersion));
  }
  const JsonPart part(json, "", "");
  ReaderFile file;
  file.n_layers = part["n_layers"].integer(1, kMaxSize);
  file.n_heads = part["n_heads"].integer(1, kMaxSize);
  file.label_words = label_words_of(part);
  file.report = fit_report_of(part["fit"]);
  file.info = info_of(part["metadata"]);
  file.reader = make_reader(part["kind"].text());
  file.reader->load(json, file.shape());
  if (part.has("calibration")) file.reader->set_temperatures(Temperatures::load(part["calibration"].value()));
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

std::string score_of(const RunInfo& info) { return info.has(facts::kScore.key) ? info.text(facts::kScore) : "tree"; }

/// Compares with the fingerprint of a run or a model (`whose`).
void check_fingerprint(const ReaderFile& file, const std::string& fingerprint, std::string_view whose,
                       const Advice& advice) {
  const std::string fitted_on = file.info.text(facts::kFingerprint);
  if (fitted_on.empty() || fingerprint.empty() || fitted_on == fingerprint) return;
  fail(fmt::format("the reader was fitted on another model: fingerprint {}, the {} has {}", fitted_on, whose,
                   fingerprint),
       advice);
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
  if (const auto& temperatures = file.reader->temperatures()) json["calibration"] = temperatures->save();
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
  if (text.find(fmt::format("\"{}\"", kFormat)) == std::string::npos)
    fail(fmt::format("{}: {}", path.string(), kNoReader), kFitOne);
  const Json json = parse_json(text, path.string());
  try {
    return reader_file_from(json);
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_data, path.string() + ": " + error.what(), error.advice());
  }
}

void check_reader_fits(const ReaderFile& file, const Run& run) {
  const Advice advice("fit a reader on a run of the same model and task", {Step::fit});
  const ReaderShape mine = file.shape(), theirs = reader_shape(run.parts);
  if (mine != theirs) {
    fail(fmt::format("the reader was fitted on {} layers, {} heads and {} labels; the run has {}, {} and {}",
                     mine.n_layers, mine.n_heads, mine.n_labels, theirs.n_layers, theirs.n_heads, theirs.n_labels),
         advice);
  }
  if (run.label_words() != file.label_words) {
    fail(
        fmt::format("the reader was fitted on the label words {}; the run has {}", file.label_words, run.label_words()),
        advice);
  }
  if (run.info.text(facts::kScore) != file.info.text(facts::kScore))
    fail(fmt::format("the reader was fitted on labels scored by '{}'; the run has '{}'", score_of(file.info),
                     score_of(run.info)),
         advice);
  check_fingerprint(file, run.info.text(facts::kFingerprint), "run", advice);
}

void check_reader_fits(const ReaderFile& file, std::int64_t n_layers, std::int64_t n_heads,
                       const std::string& fingerprint) {
  const Advice advice("give the model that the reader was fitted on, or fit a reader on a run of this one",
                      {Setting::model, Step::fit});
  if (n_layers != file.n_layers || n_heads != file.n_heads) {
    fail(
        fmt::format("the reader was fitted on another model, of {} layers, {} heads; the model has {} layers, {} heads",
                    file.n_layers, file.n_heads, n_layers, n_heads),
        advice);
  }
  check_fingerprint(file, fingerprint, "model", advice);
}

}  // namespace partwise::internal
