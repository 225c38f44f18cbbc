// Ctrl-C, and the output on a terminal.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <sstream>
#include <string>
#include <thread>

#include "process.h"
#include "support/paths.h"

namespace partwise::internal::test {

namespace {

namespace fs = std::filesystem;

/// Prompts that share no tokens. By default there are enough for some seconds of work.
void write_long_work(const fs::path& path, int n_prompts = 20000) {
  std::string rows;
  for (int i = 0; i < n_prompts; ++i) {
    rows += "{\"option_ids\": [10, 11], \"ids\": [" + std::to_string(i % 300) + "," + std::to_string(i / 300);
    for (int t = 0; t < 100; ++t) rows += "," + std::to_string((i * 31 + t * t) % 300);
    rows += "]}\n";
  }
  write_file(path, rows);
}

bool has_partial_file(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().find(".partial-") != std::string::npos) return true;
  }
  return false;
}

void wait_for_partial_file(const fs::path& folder) {
  while (!has_partial_file(folder)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

class InterruptTest : public ::testing::TestWithParam<int> {};

TEST_P(InterruptTest, StopsThePassAndLeavesNoFile) {
  TempDir dir;
  write_long_work(dir / "prompts.jsonl");
  Process program("exec partwise decompose --model \"$MODEL\" --prompts prompts.jsonl -o run.safetensors", dir.path(),
                  program_environment(dir.path()), Process::Errors::terminal);
  ASSERT_TRUE(program.wait_for_error("decomposing"));
  program.signal(GetParam());
  const Process::Result result = program.finish();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_NE(result.err.find("interrupted: nothing was written to run.safetensors"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("tokens/s"), std::string::npos) << result.err;
  EXPECT_FALSE(fs::exists(dir / "run.safetensors"));
  EXPECT_FALSE(has_partial_file(dir.path()));
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptTest, ::testing::Values(SIGINT, SIGTERM));

TEST(Interrupt, OfASeriesKeepsTheRunsThatAreDone) {
  TempDir dir;
  write_long_work(dir / "prompts.jsonl", 2000);
  const std::string prepare = "mkdir run && cp -r \"$MODEL\" run/step0 && cp -r \"$MODEL\" run/step1 && ";
  Process program(
      prepare + "exec partwise decompose --checkpoint-series 'run/step*' --prompts prompts.jsonl --threads 1 -o runs",
      dir.path(), program_environment(dir.path()), Process::Errors::terminal);
  ASSERT_TRUE(program.wait_for_error("checkpoint 2 of 2: step1"));
  program.signal(SIGINT);
  const Process::Result result = program.finish();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_TRUE(fs::exists(dir / "runs" / "step0.safetensors"));
  EXPECT_FALSE(fs::exists(dir / "runs" / "step1.safetensors"));
  EXPECT_FALSE(has_partial_file(dir / "runs"));
}

TEST(Interrupt, WhileWaitingForInputLeavesNoFile) {
  TempDir dir;
  Process program("exec partwise decompose --model \"$MODEL\" --prompts - -o run.safetensors", dir.path(),
                  program_environment(dir.path()));
  wait_for_partial_file(dir.path());
  program.signal(SIGINT);
  const Process::Result result = program.finish();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_NE(result.err.find("interrupted: nothing was written"), std::string::npos) << result.err;
  EXPECT_FALSE(has_partial_file(dir.path()));
}

TEST(Interrupt, StaysIgnoredWhereItWas) {
  TempDir dir;
  Process program("trap '' INT; exec partwise decompose --model \"$MODEL\" --prompts - -o run.safetensors", dir.path(),
                  program_environment(dir.path()));
  wait_for_partial_file(dir.path());
  program.signal(SIGINT);
  program.write("{\"ids\": [5], \"option_ids\": [10, 11]}\n");
  EXPECT_EQ(program.finish().exit_code, 0);
  EXPECT_TRUE(fs::exists(dir / "run.safetensors"));
}

TEST(Terminal, ErrorsAreRedUnlessNoColorIsSet) {
  TempDir dir;
  auto environment = program_environment(dir.path());
  const auto error = [&] {
    return Process("partwise nothing", dir.path(), environment, Process::Errors::terminal).finish().err;
  };
  EXPECT_NE(error().find("\033["), std::string::npos);
  environment["NO_COLOR"] = "1";
  EXPECT_EQ(error().find("\033["), std::string::npos);
}

TEST(Terminal, NotesAreFolded) {
  TempDir dir;
  std::string table = "text,mood\nopen,\n";
  for (int i = 0; i < 12; ++i) table += fmt::format("film {},{}\n", i, i % 2 == 0 ? "good" : "bad");
  write_file(dir / "films.csv", table);
  Process program(
      "stty cols 60 <&2; exec partwise label films.csv --model \"$MODEL\" --text text --label mood --precision 0.99 -o "
      "o.csv",
      dir.path(), program_environment(dir.path()), Process::Errors::terminal);
  const std::string errors = program.finish().err;
  std::istringstream lines(errors);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 61u) << line;  // with the carriage return
  EXPECT_THAT(errors, ::testing::ContainsRegex("--write-task FILE[ \r\n]+writes[ \r\n]+it, to be changed"));
  EXPECT_THAT(errors, ::testing::ContainsRegex("cannot hold[ \r\n]+--precision[ \r\n]+0.99"));
  EXPECT_THAT(errors, ::testing::HasSubstr("\n  The mood of each text is one of: bad, good."));  // quoted as it is
}

TEST(Terminal, QuietDrawsNoBar) {
  TempDir dir;
  write_file(dir / "prompts.jsonl", "{\"ids\": [5], \"option_ids\": [10, 11]}\n");
  Process program("partwise decompose --model \"$MODEL\" --prompts prompts.jsonl -o run.safetensors --quiet",
                  dir.path(), program_environment(dir.path()), Process::Errors::terminal);
  EXPECT_EQ(program.finish().err, "");
}

}  // namespace

}  // namespace partwise::internal::test
