#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "readers/fits.h"
#include "readers/reader.h"
#include "support/mutations.h"
#include "support/paths.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

ReaderFile fitted(const internal::Run& run, std::string_view kind, Calibration calibration = Calibration::on) {
  ReaderFile file{make_reader(kind), run.parts.n_layers(), run.parts.n_heads(), run.label_words(), {}, run.info};
  file.report = file.reader->fit(run.parts, run.labels, fit_rows(run), {}, calibration);
  return file;
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << error.what();
    return error.what();
  }
}

class ReaderFiles : public ::testing::Test {
 protected:
  test::TempDir dir;
  internal::Run run = test::make_run(24, 2, 2, 3);

  ReaderFiles() {
    test::add_hidden_states(run);
    test::add_split(run, 12);
  }

  std::filesystem::path path = dir / "reader.json";

  std::string refusal_of(const Json& json) {
    test::write_file(path, json.dump());
    return refusal([&] { read_reader(path); });
  }
};

TEST_F(ReaderFiles, ComeBackBitForBitForEveryKind) {
  run.info.entries["label_words"] = R"(["good", "\"bad\"", "größer"])";
  for (const ReaderKind& kind : reader_kinds()) {
    const ReaderFile file = fitted(run, kind.name);
    write_reader(path, file);
    const ReaderFile read = read_reader(path);
    EXPECT_EQ(read.reader->kind(), kind.name);
    ASSERT_EQ(read.reader->temperatures().has_value(), kind.is_calibrated) << kind.name;
    if (kind.is_calibrated) {
      EXPECT_THAT(read.reader->temperatures()->weights(), ElementsAreArray(file.reader->temperatures()->weights()));
    }
    EXPECT_EQ(read.shape(), file.shape());
    EXPECT_EQ(read.label_words, file.label_words);
    EXPECT_EQ(read.info.entries, file.info.entries);
    EXPECT_EQ(read.report.n_examples, file.report.n_examples);
    EXPECT_EQ(read.report.updates, file.report.updates);
    EXPECT_EQ(read.report.train_accuracy, file.report.train_accuracy);
    for (std::int64_t i = 0; i < run.parts.n_examples(); ++i) {
      std::vector<double> before(3), after(3);
      file.reader->scores(run.parts, i, before);
      read.reader->scores(run.parts, i, after);
      EXPECT_EQ(before, after);
    }
    const std::string text = read_text_file(path);
    write_reader(path, read);
    EXPECT_EQ(read_text_file(path), text);
  }
}

TEST_F(ReaderFiles, HoldWeightsByComponentName) {
  write_reader(path, fitted(run, "comprw"));
  const Json json = read_json_file(path);
  EXPECT_EQ(json.at("format"), "partwise-reader");
  EXPECT_EQ(json.at("version"), 1);
  EXPECT_EQ(json.at("kind"), "comprw");
  EXPECT_EQ(json.at("weights").size(), 6u);
  EXPECT_TRUE(json.at("weights").contains("L1H0") && json.at("weights").contains("L0MLP"));
}

// A reader with more leanings than a file lists.
class Leaner : public Reader {
 public:
  std::string_view kind() const override { return "full"; }
  void scores(const Contributions&, std::int64_t, std::span<double>) const override {}
  std::vector<Leaning> leanings() const override {
    std::vector<Leaning> all(30, {0, 0, 0.25});
    all[0] = {5, 2, 0.5};
    all[1] = {3, 1, -0.375};
    all[2] = {0, -1, 0.3125};
    return all;
  }
  Json save() const override { return Json::object(); }
  void load(const Json&, const ReaderShape&) override {}

 protected:
  FitReport learn(const FitInput&) override { return {}; }
};

TEST_F(ReaderFiles, SayWhatTheReaderLeansOn) {
  ReaderFile file = fitted(run, "full");
  write_reader(path, file);
  EXPECT_FALSE(read_json_file(path).contains("leans_on"));
  file.reader = std::make_unique<Leaner>();
  write_reader(path, file);
  const Json leanings = read_json_file(path).at("leans_on");
  ASSERT_EQ(leanings.size(), 20u);
  EXPECT_EQ(leanings[0], Json({{"part", "L1MLP"}, {"label", "2"}, {"weight", 0.5}}));
  EXPECT_EQ(leanings[1], Json({{"part", "L1H1"}, {"label", "1"}, {"weight", -0.375}}));
  EXPECT_EQ(leanings[2], Json({{"part", "L0H0"}, {"label", nullptr}, {"weight", 0.3125}}));
  Json damaged = read_json_file(path);
  damaged["leans_on"] = 3;
  EXPECT_EQ(refusal_of(damaged), "");
}

TEST_F(ReaderFiles, AreRefusedWhereAFieldIsMissingOrOdd) {
  write_reader(path, fitted(run, "comprw"));
  const Json whole = read_json_file(path);
  for (const auto& [name, value] : whole.items()) {
    if (name == "leans_on") continue;  // for people; loading ignores it
    Json without = whole, odd = whole;
    without.erase(name);
    odd[name] = nullptr;
    EXPECT_THAT(refusal_of(without), HasSubstr(path.string())) << name;
    EXPECT_THAT(refusal_of(odd), HasSubstr(path.string())) << name;
  }
  auto with = [&](const std::string& pointer, const Json& value) {
    Json changed = whole;
    changed[Json::json_pointer(pointer)] = value;
    return changed;
  };
  EXPECT_THAT(refusal_of(Json::array()), HasSubstr("not a reader file"));
  EXPECT_THAT(refusal_of(with("/version", 2)), HasSubstr("version 2"));
  EXPECT_THAT(refusal_of(with("/kind", "comprv")), HasSubstr("comprv"));
  EXPECT_THAT(refusal_of(with("/n_layers", 3)), HasSubstr("'weights'"));
  EXPECT_THAT(refusal_of(with("/n_layers", -1)), HasSubstr("'n_layers'"));
  EXPECT_THAT(refusal_of(with("/n_heads", 1ll << 40)), HasSubstr("'n_heads'"));
  EXPECT_THAT(refusal_of(with("/n_heads", 2.5)), HasSubstr("'n_heads'"));
  EXPECT_THAT(refusal_of(with("/n_heads", 18446744073709551615ull)), HasSubstr("'n_heads'"));
  EXPECT_THAT(refusal_of(with("/label_words", {"one"})), HasSubstr("'label_words'"));
  EXPECT_THAT(refusal_of(with("/weights/L0H0", 1.5)), HasSubstr("L0H0"));
  EXPECT_THAT(refusal_of(with("/weights/L0H0", -0.5)), HasSubstr("L0H0"));
  EXPECT_THAT(refusal_of(with("/weights/L0H0", "1")), HasSubstr("L0H0"));
  EXPECT_THAT(refusal_of(with("/weights/L0H0", 1e101)), HasSubstr("L0H0"));
  EXPECT_THAT(refusal_of(with("/weights/L0H0", Json::parse("[[[[0.5]]]]"))), HasSubstr("L0H0"));
  EXPECT_THAT(refusal_of(with("/fit/updates", "many")), HasSubstr("'fit.updates'"));
  EXPECT_THAT(refusal_of(with("/metadata/model", 3)), HasSubstr("'metadata.model'"));
  Json renamed = whole;
  renamed["weights"].erase("L0H0");
  renamed["weights"]["L9H9"] = 1.0;
  EXPECT_THAT(refusal_of(renamed), HasSubstr("no entry for L0H0"));
}

TEST_F(ReaderFiles, SurviveDamage) {
  run = test::make_run(14, 1, 1, 2);  // small, since the test damages every byte
  test::add_hidden_states(run);
  test::add_split(run, 6);
  for (const ReaderKind& kind : reader_kinds()) {
    const bool is_default = kind.name == kDefaultReader;  // all have a calibration of the same form: one is enough
    write_reader(path, fitted(run, kind.name, is_default ? Calibration::on : Calibration::off));
    const std::string whole = read_text_file(path);
    const int n_refused = test::parse_mutations(whole, [&](const std::string& damaged) {
      test::write_file(path, damaged);
      read_reader(path);
    });
    EXPECT_GT(n_refused, std::ssize(whole)) << kind.name;
  }
}

TEST_F(ReaderFiles, FitOnlyRunsOfTheSameSizesLabelsAndModel) {
  const ReaderFile file = fitted(run, "comprw");
  auto refusal_on = [&](const internal::Run& other) { return refusal([&] { check_reader_fits(file, other); }); };
  EXPECT_EQ(refusal_on(run), "");
  EXPECT_THAT(refusal_on(test::make_run(4, 3, 2, 3)),
              HasSubstr("2 layers, 2 heads and 3 labels; the run has 3, 2 and 3"));
  EXPECT_THAT(refusal_on(test::make_run(4, 2, 2, 2)), HasSubstr("3 labels; the run has 2, 2 and 2"));
  internal::Run other = run;
  other.info.entries["label_words"] = R"(["a", "b", "c"])";
  EXPECT_THAT(refusal_on(other), HasSubstr("label words"));
  other = run;
  other.info.entries["fingerprint"] = "beef";
  EXPECT_THAT(refusal_on(other), HasSubstr("another model"));
  other.info.entries.erase("fingerprint");
  EXPECT_EQ(refusal_on(other), "");
}

TEST_F(ReaderFiles, FitOnlyModelsOfTheSameSizesAndFingerprint) {
  const ReaderFile file = fitted(run, "comprw");
  auto refusal_on = [&](std::int64_t n_layers, std::int64_t n_heads, const std::string& fingerprint) {
    return refusal([&] { check_reader_fits(file, n_layers, n_heads, fingerprint); });
  };
  const std::string own = run.info.text(facts::kFingerprint);
  EXPECT_EQ(refusal_on(2, 2, own), "");
  EXPECT_EQ(refusal_on(2, 2, ""), "");
  EXPECT_THAT(refusal_on(3, 2, own), HasSubstr("2 layers, 2 heads; the model has 3 layers, 2 heads"));
  EXPECT_THAT(refusal_on(2, 5, own), HasSubstr("the model has 2 layers, 5 heads"));
  EXPECT_THAT(refusal_on(2, 2, "beef"), HasSubstr("the model has beef"));
}

TEST_F(ReaderFiles, AreToldFromOtherFilesWhateverThoseHold) {
  for (const std::string& content : {std::string(), std::string("models: [a]"), std::string("GGUF\3\0\0\0", 8),
                                     std::string(300, '['), std::string("{\"text\": \"fine\"}")}) {
    test::write_file(path, content);
    EXPECT_EQ(refusal([&] { read_reader(path); }), path.string() + ": not a reader file");
  }
}

TEST_F(ReaderFiles, CannotHoldTextThatIsNotUtf8) {
  ReaderFile file = fitted(run, "full");
  file.label_words[0] = "\xff";
  EXPECT_THAT(refusal([&] { write_reader(path, file); }), HasSubstr("UTF-8"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace partwise::internal
