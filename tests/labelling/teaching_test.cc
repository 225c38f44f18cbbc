#include "labelling/teaching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "labelling/made_task.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Table tickets(const std::vector<std::string>& labels) {
  Table table{{}, "tickets.csv", {"body", "same_kind"}, {}, {}};
  for (const std::string& label : labels)
    table.rows.push_back({{{"body", "text"}, {"same_kind", label}}, "line " + std::to_string(table.rows.size() + 2)});
  return table;
}

TEST(Teaching, RowsWithALabelTeachAndBlankOnesAreAsked) {
  const Teaching teaching = teaching_of(tickets({"a", "", "b", " ", "b", "a"}), {"", "body", "same_kind"});
  EXPECT_THAT(teaching.taught, ElementsAre(0u, 2u, 4u, 5u));
  EXPECT_THAT(teaching.asked, ElementsAre(1u, 3u));
  EXPECT_THAT(teaching.task.labels, ElementsAre("a", "b"));
  EXPECT_THAT(teaching.notes, IsEmpty());
}

TEST(Teaching, WhiteSpaceAroundALabelIsNoneOfIt) {
  const Teaching teaching = teaching_of(tickets({"a", " a", "b ", "b"}), {"", "body", "same_kind"});
  EXPECT_THAT(teaching.task.labels, ElementsAre("a", "b"));
  EXPECT_EQ(teaching.taught.size(), 4u);
}

TEST(Teaching, WhatLabellingWritesIsNotReadAsALabelOrAText) {
  Table table = tickets({"a", "b", "a", "b"});
  for (const char* name : {"partwise_label", "partwise_reasons"}) {
    table.columns.emplace_back(name);
    for (DataRow& row : table.rows) row.fields[name] = row.fields["same_kind"];
  }
  EXPECT_EQ(test::error_of([&] { teaching_of(table, {"", "body", "partwise_label"}); }).code(), ErrorCode::usage);
  EXPECT_EQ(test::error_of([&] {
              teaching_of(table, {"", "partwise_reasons", "same_kind"});
            }).code(),
            ErrorCode::usage);
}

TEST(Teaching, ARowThatLacksTheTextDoesNotTeach) {
  Table table = tickets({"a", "b", "a", "b", "a"});
  table.rows[2].fields.erase("body");
  EXPECT_THAT(teaching_of(table, {"", "body", "same_kind"}).asked, ElementsAre(2u));
}

TEST(Teaching, RowsToAnswerWithoutATextAreSaid) {
  Table table = tickets({"a", "b", "a", "b", "", "", "", "", ""});
  EXPECT_THAT(teaching_of(table, {"", "body", "same_kind"}).notes, IsEmpty());
  for (std::size_t i : {1, 4, 5, 7, 8}) table.rows[i].fields["body"] = i == 5 ? " NaN" : " ";
  const Teaching teaching = teaching_of(table, {"", "body", "same_kind"});
  ASSERT_EQ(teaching.notes.size(), 1u);
  EXPECT_THAT(teaching.notes[0], HasSubstr("4 of 5 rows to answer have no text"));
  EXPECT_THAT(teaching.notes[0], HasSubstr("line 6, line 7, line 9, ..."));
  EXPECT_THAT(teaching_of(table, {"", "{{body}} {{same_kind}}!", "same_kind"}).notes, ::testing::SizeIs(1));
}

TEST(Teaching, ATemplateThatFailsIsNamedAsTheUserWroteIt) {
  const auto refusal = [](const std::string& text) {
    return test::error_of([&] { teaching_of(tickets({"a", "b", "a", "b"}), {"", text, "same_kind"}); });
  };
  for (const char* text : {"{{body", "{body}", "{{ }}", "{% if body %}x{% endif %}", "{{body | upper}}"}) {
    EXPECT_THAT(refusal(text).what(), AllOf(HasSubstr("the template of the texts"), Not(HasSubstr("task made"))))
        << text;
    EXPECT_EQ(refusal(text).advice().remedies.at(0), Remedy(Setting::text_template)) << text;
  }
}

TEST(Teaching, ATableWithAnotherSeparatorIsSaidToBeOne) {
  Table table{{TableForm::tsv}, "t.tsv", {"body,same_kind"}, {{{{"body,same_kind", "x,a"}}, "line 2"}}, {}};
  EXPECT_THAT(test::error_of([&] {
                teaching_of(table, {"", "body", "same_kind"});
              }).hint(),
              HasSubstr("separated by commas: name the file .csv"));
}

TEST(Teaching, ManyLabelsTakeNoLongerThanManyRows) {
  std::vector<std::string> labels;
  for (int i = 0; i < 40000; ++i) labels.push_back(std::to_string(i / 2 % 500));
  for (int i = 0; i < 20000; ++i) labels.push_back("once " + std::to_string(i));
  EXPECT_EQ(teaching_of(tickets(labels), {"", "body", "same_kind"}).taught.size(), 40000u);
}

TEST(Teaching, ManyRareLabelsAreOneWarning) {
  const Teaching teaching = teaching_of(tickets({"a", "a", "b", "b", "c", "d", "e"}), {"", "body", "same_kind"});
  ASSERT_EQ(teaching.notes.size(), 1u);
  EXPECT_THAT(teaching.notes[0], HasSubstr("c, d, e"));
}

TEST(Teaching, TheMadeTaskIsATaskFile) {
  const Teaching teaching =
      teaching_of(tickets({"not_new", "new: \"x\"", "not_new", "new: \"x\""}), {"", "Say: {{body}}!", "same_kind"});
  const Task again = parse_task(teaching.yaml, "again");
  const PromptTemplate& made = again.templates[0];
  EXPECT_EQ(made.doc_to_text, "Say: {{body}}!\nSame kind:");
  EXPECT_THAT(made.doc_to_choice, ElementsAre("new: \"x\"", "not new"));
  EXPECT_THAT(again.labels, ElementsAre("new: \"x\"", "not_new"));
  EXPECT_EQ(made.description, "The same kind of each text is one of: new: \"x\", not new.");
  EXPECT_EQ(again.name, "tickets");
}

TEST(Teaching, LabelsThatWouldLookAlikeStayAsTheyAre) {
  const Teaching teaching = teaching_of(tickets({"a_b", "a b", "a_b", "a b"}), {"", "body", "same_kind"});
  EXPECT_THAT(teaching.task.templates[0].doc_to_choice, ElementsAre("a b", "a_b"));
}

TEST(Teaching, WholeNumbersAreLabelsByValue) {
  const Teaching teaching = teaching_of(tickets({"0", "1", "1.0", "0.0"}), {"", "body", "same_kind"});
  EXPECT_THAT(teaching.task.labels, ElementsAre("0", "1"));
  EXPECT_EQ(teaching.taught.size(), 4u);
}

TEST(Teaching, ALabelOfOneRowDoesNotTeach) {
  const Teaching teaching = teaching_of(tickets({"a", "b", "a", "b", "rare", ""}), {"", "body", "same_kind"});
  EXPECT_THAT(teaching.task.labels, ElementsAre("a", "b"));
  EXPECT_THAT(teaching.asked, ElementsAre(4u, 5u));
  ASSERT_EQ(teaching.notes.size(), 1u);
  EXPECT_THAT(teaching.notes[0], HasSubstr("'rare'"));
}

TEST(Teaching, WhatIsNotThereIsNamed) {
  const auto refusal = [](const TaskChoice& choice, const std::vector<std::string>& labels) {
    return test::error_of([&] { teaching_of(tickets(labels), choice); });
  };
  const std::vector<std::string> labels = {"a", "b", "a", "b"};
  EXPECT_THAT(refusal({"", "body", "same_kin"}, labels).what(), HasSubstr("no column 'same_kin'"));
  EXPECT_THAT(refusal({"", "body", "same_kin"}, labels).hint(), HasSubstr("same_kind"));
  EXPECT_THAT(refusal({"", "bodi", "same_kind"}, labels).hint(), HasSubstr("body"));
  EXPECT_THAT(refusal({"", "{{bodi}}", "same_kind"}, labels).what(), HasSubstr("no column 'bodi'"));
  EXPECT_THAT(refusal({"", "", "same_kind"}, labels).hint(), HasSubstr("body, same_kind"));
  EXPECT_THAT(refusal({"", "body", ""}, labels).what(), HasSubstr("which column"));
  EXPECT_EQ(refusal({"", "body", "same_kind"}, {"a", "a", "", "b"}).code(), ErrorCode::bad_data);
  EXPECT_EQ(refusal({"", "body", "same_kind"}, {"", ""}).code(), ErrorCode::bad_data);
}

}  // namespace
}  // namespace partwise::internal
