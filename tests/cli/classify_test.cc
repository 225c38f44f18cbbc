// Streaming: answers are printed in order, before the input ends.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "process.h"
#include "readers/reader.h"
#include "support/paths.h"

namespace partwise::internal::test {

namespace {

using Json = nlohmann::json;

/// A folder with reader.json, fitted on the tiny model and the built-in reviews.
class ClassifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Process::Result result = run(
        "partwise decompose --model \"$MODEL\" --task reviews --shots 0 --labelled 12 --limit 1 -o run.safetensors -q "
        "&& partwise fit --run run.safetensors --reader comprw -o reader.json -q",
        dir_.path());
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  std::string command() const { return "exec partwise classify --model \"$MODEL\" --reader reader.json --jsonl"; }

  TempDir dir_;
};

std::string row(int id) {
  return Json{{"id", id}, {"text", "Kettle number " + std::to_string(id) + " works."}}.dump() + "\n";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(ClassifyTest, AnswersARowBeforeTheNextOneComes) {
  Process program(command(), dir_.path(), program_environment(dir_.path()));
  for (int id = 0; id < 3; ++id) {
    program.write(row(id));
    const std::string answer = program.read_line();
    ASSERT_FALSE(answer.empty());
    EXPECT_EQ(Json::parse(answer)["id"], id);
  }
  EXPECT_EQ(program.finish().exit_code, 0);
}

TEST_F(ClassifyTest, OneRowAtATimeGivesTheBytesOfAllAtOnce) {
  std::string rows, one_by_one;
  for (int id = 0; id < 20; ++id) rows += row(id);
  write_file(dir_ / "rows.jsonl", rows);
  const Process::Result all = run(command() + " rows.jsonl", dir_.path());
  ASSERT_EQ(all.exit_code, 0) << all.err;
  Process program(command(), dir_.path(), program_environment(dir_.path()));
  for (int id = 0; id < 20; ++id) {
    program.write(row(id));
    one_by_one += program.read_line() + "\n";
  }
  EXPECT_EQ(one_by_one, all.out);
}

TEST_F(ClassifyTest, ProbabilitiesSumToOneAndTheLabelHasTheLargest) {
  Process program(command(), dir_.path(), program_environment(dir_.path()));
  program.write(row(1));
  const Json answer = Json::parse(program.read_line());
  const double negative = answer["probabilities"]["negative"], positive = answer["probabilities"]["positive"];
  EXPECT_NEAR(negative + positive, 1.0, 1e-12);
  EXPECT_EQ(answer["label"], positive > negative ? "positive" : "negative");
}

TEST_F(ClassifyTest, TheLeadIsTheSumOfItsParts) {
  Process program(command(), dir_.path(), program_environment(dir_.path()));
  program.write(row(1));
  const Json answer = Json::parse(program.read_line());
  double sum = answer["other_parts"].get<double>() + answer["outside"].get<double>();
  for (const Json& part : answer["parts"]) sum += part["contribution"].get<double>();
  EXPECT_NEAR(sum, answer["lead"], 1e-9);
  EXPECT_GT(answer["lead"], 0) << "of two labels the answer has the higher score";
  EXPECT_LT(answer["sum_error"], 1e-9);
}

TEST_F(ClassifyTest, ARunIsTheDefaultReaderFittedOnIt) {
  std::string rows;
  for (int id = 0; id < 20; ++id) rows += row(id);
  write_file(dir_ / "rows.jsonl", rows);
  const std::string fit = "partwise fit --run run.safetensors -o default.json -q --reader ";
  ASSERT_EQ(run(fit + std::string(kDefaultReader), dir_.path()).exit_code, 0);
  const std::string classify = "exec partwise classify --model \"$MODEL\" --jsonl rows.jsonl ";
  const Process::Result fitted = run(classify + "--reader default.json", dir_.path());
  const Process::Result from_run = run(classify + "--run run.safetensors", dir_.path());
  EXPECT_EQ(from_run.exit_code, 0) << from_run.err;
  EXPECT_EQ(std::count(from_run.out.begin(), from_run.out.end(), '\n'), 20);
  EXPECT_EQ(from_run.out, fitted.out);
}

TEST_F(ClassifyTest, InterruptedWhileItWaits) {
  Process program(command(), dir_.path(), program_environment(dir_.path()));
  program.write(row(0));
  ASSERT_FALSE(program.read_line().empty());
  program.signal(SIGINT);
  const Process::Result result = program.finish();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_NE(result.err.find("interrupted after 1 row; the last that was answered is standard input line 1"),
            std::string::npos)
      << result.err;
}

TEST_F(ClassifyTest, ABadRowHasAnErrorInItsPlaceAndTheOthersAreAnswered) {
  write_file(dir_ / "good.jsonl", row(0) + row(1) + row(3));
  write_file(dir_ / "rows.jsonl", row(0) + row(1) + "{\"id\": 2}\nno JSON\n" + row(3));
  const Process::Result good = run(command() + " good.jsonl", dir_.path());
  const Process::Result result = run(command() + " rows.jsonl", dir_.path());
  EXPECT_EQ(result.exit_code, 65);
  std::vector<std::string> lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 5u);
  const Json error = Json::parse(lines[2]);
  EXPECT_EQ(error["id"], 2);
  EXPECT_NE(error["error"].get<std::string>().find("rows.jsonl line 3"), std::string::npos) << lines[2];
  EXPECT_FALSE(error.contains("label"));
  EXPECT_TRUE(Json::parse(lines[3]).contains("error"));
  lines.erase(lines.begin() + 2, lines.begin() + 4);
  EXPECT_EQ(lines, lines_of(good.out)) << "answers are those without the bad rows";
  EXPECT_NE(result.err.find("2 of 5 rows could not be answered"), std::string::npos) << result.err;
}

TEST_F(ClassifyTest, AnErrorIsAnsweredBeforeTheNextRowComes) {
  Process program(command(), dir_.path(), program_environment(dir_.path()));
  program.write("{\"id\": 1, \"text\": 7\n");
  EXPECT_TRUE(Json::parse(program.read_line()).contains("error"));
  program.write(row(2));
  EXPECT_EQ(Json::parse(program.read_line())["id"], 2);
  EXPECT_EQ(program.finish().exit_code, 65);
}

TEST_F(ClassifyTest, ATerminalSeesHowFarTheWorkIs) {
  std::string rows;
  for (int id = 0; id < 60'000; ++id) rows += row(id);
  write_file(dir_ / "rows.jsonl", rows);
  Process program(command() + " rows.jsonl --threads 1 > out", dir_.path(), program_environment(dir_.path()),
                  Process::Errors::terminal);
  EXPECT_TRUE(program.wait_for_error("classifying "));
  EXPECT_TRUE(program.wait_for_error(" rows/s"));
  program.signal(SIGINT);
  const Process::Result result = program.finish();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_NE(result.err.find("interrupted"), std::string::npos) << result.err;
}

}  // namespace

}  // namespace partwise::internal::test
