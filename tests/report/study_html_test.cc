#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/data/study.h"
#include "report/html/study.h"
#include "report/html/study_sections.h"

namespace partwise {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

MethodResult answers(std::string method, std::int64_t shots, std::int64_t labelled, RightRows right) {
  const auto n = std::ssize(right);
  const double accuracy = static_cast<double>(std::count(right.begin(), right.end(), '1')) / static_cast<double>(n);
  return {std::move(method), shots, labelled, n, accuracy, accuracy, 0.5, 0.1, 0.2, std::move(right)};
}

/// One model, one task, two seeds; one layer with one head: eight rows.
StudyResults small_study() {
  StudyResults results;
  results.study = {.models = {"m<1>"},
                   .tasks = {"films"},
                   .templates = {0},
                   .seeds = {0, 1},
                   .labelled = {8},
                   .limit = 8,
                   .readers = {"reweight", "oracle"}};
  results.tasks = {"films"};
  ModelResults& model = results.models.emplace_back();
  model.name = "m<1>";
  for (std::uint64_t seed : {0, 1}) {
    RunResult run{"films", "plain", seed, 4, true};
    run.methods = {answers("icl", 4, 4, "11110000"), answers("reweight", 4, 8, "11111110"),
                   answers("oracle", 4, 4, "11111111")};
    run.label_words = {"good", "<b>bad"};
    run.n = 8;
    run.n_layers = run.n_heads = 1;
    run.chance = 0.5;
    run.full_accuracy = 0.5;
    run.parts = {{6, 0.1, ComponentKind::good, {4, 0, 2, 2}, {0, 1, 2}, {5, 6, 7}},
                 {3, 1.0, ComponentKind::biased, {3, 1, 4, 0}, {1, 2, 3}, {5, 6, 7}}};
    model.runs.push_back(run);
    RunResult many{"films", "plain", seed, 8, false};
    many.methods = {answers("icl", 8, 8, "11111000")};
    many.left_out = {{"comprw", 4, 8, "no <reason>"}};
    model.runs.push_back(many);
  }
  results.texts["films"] = {"text: </script> fine", "two", "three", "four", "five", "six", "seven", "eight"};
  return results;
}

TEST(StudyHtml, IsOnePageThatNeedsNothingElse) {
  const std::string html = study_html(small_study());
  for (const char* outside : {"http:", "https:", "src=", "url(", "@import", "<link"})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  EXPECT_THAT(html, AllOf(HasSubstr("prefers-color-scheme: dark"), HasSubstr("@media print")));
  EXPECT_EQ(html, study_html(small_study()));
}

TEST(StudyHtml, KeepsTextsFromBreakingThePage) {
  const std::string html = study_html(small_study());
  EXPECT_THAT(html, AllOf(Not(HasSubstr("m<1>")), Not(HasSubstr("<b>bad")), Not(HasSubstr("</script> fine"))));
  EXPECT_THAT(html, AllOf(HasSubstr("m&lt;1&gt;"), HasSubstr("\\u003c/script> fine"), HasSubstr("no &lt;reason&gt;")));
  EXPECT_THAT(html, HasSubstr("href=\"#m%3C1%3E/L0H0\""));
}

TEST(StudyHtml, SaysWhatItComesTo) {
  const std::string html = study_html(small_study());
  EXPECT_THAT(html, HasSubstr("1 model on 1 task, part by part"));
  EXPECT_THAT(html, HasSubstr("answers 62.5\u00a0% of the rows correctly with 8 demonstrations"));
  EXPECT_THAT(html, HasSubstr("The best method that saw no test row is Reweight, K = 8: 87.5\u00a0%, +25.0 points"));
  EXPECT_THAT(html, HasSubstr("Oracle (best part, test labels) [oracle]"));
}

TEST(StudyHtml, FiguresAreFilesOfTheirOwn) {
  const auto figures = study_figures(small_study());
  ASSERT_EQ(figures.size(), 3u);  // methods, the task's map, accuracy against bias
  EXPECT_EQ(figures[1].first, "m-1--map-films.svg");
  for (const auto& [name, svg] : figures) {
    EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    EXPECT_THAT(svg, AllOf(HasSubstr("<style>"), HasSubstr("aria-label")));
  }
}

TEST(StudyHtml, WarnsOfWhatRunsWarnOf) {
  StudyResults results = small_study();
  EXPECT_THAT(study_html(results), Not(HasSubstr("class=\"warnings\"")));
  EXPECT_EQ(study_json(results)["warnings"].size(), 0u);
  results.models[0].runs[1].warnings = {{"double-bos", "two <s>", "take it out"}};
  EXPECT_THAT(study_html(results), AllOf(HasSubstr("films, 1 of 4 runs: two &lt;s&gt; <code>double-bos</code>"),
                                         HasSubstr("What to do: take it out.")));
  EXPECT_EQ(study_json(results)["warnings"][0]["code"], "double-bos");
}

TEST(StudyTables, HaveALineForEachResult) {
  const std::string csv = methods_csv(small_study());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * 4);
  EXPECT_THAT(csv, HasSubstr("m<1>,films,plain,0,icl,4,4,8,0.5,0.5,0.5,0.1,0.2\n"));
  EXPECT_THAT(components_csv(small_study()), HasSubstr("m<1>,films,plain,1,L0MLP,0,,8,0.375,"));
  EXPECT_THAT(transfer_csv(small_study()), HasSubstr("m<1>,films,plain,0,films,plain,1,L0H0,0.75,L0H0,0.75,0.5,0.5,8"));
}

TEST(StudyTables, SayWhatTheyAreMeansOf) {
  const OrderedJson json = study_json(small_study());
  EXPECT_EQ(json["methods"][0]["title"], "ICL, 4 shots");
  EXPECT_EQ(json["methods"][0]["n_runs"], 2);
  EXPECT_EQ(json["methods"][0]["difference"]["value"], -0.125);
  EXPECT_EQ(json["parts"][0]["best_component"], "L0H0");
  EXPECT_EQ(json["left_out"].size(), 2u);
}

TEST(PartPages, SumConfusionsAndNameExamples) {
  const OrderedJson json = part_pages_json(small_study());
  const OrderedJson& part = json["models"]["m<1>"]["tasks"]["films"]["parts"][0];
  EXPECT_EQ(part["confusion"], (OrderedJson{8, 0, 4, 4}));
  EXPECT_EQ(part["accuracies"], (OrderedJson{0.75, 0.75}));
  EXPECT_EQ(json["texts"]["films"]["5"], "six");
  EXPECT_FALSE(json["texts"]["films"].contains("4"));  // no part's example
}

}  // namespace
}  // namespace partwise
