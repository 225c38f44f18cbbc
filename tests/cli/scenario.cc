#include "scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "process.h"
#include "support/paths.h"

namespace partwise::internal::test {

namespace {

namespace fs = std::filesystem;

/// If `text` begins with `prefix`, sets `rest` to what follows and returns true.
bool take_prefix(const std::string& text, const std::string& prefix, std::string& rest) {
  if (!text.starts_with(prefix)) return false;
  rest = text.substr(prefix.size());
  return true;
}

class Runner {
 public:
  explicit Runner(const fs::path& folder) : folder_(folder) {}

  void line(const std::string& text) {
    std::string rest;
    if (take_prefix(text, "file ", rest)) {
      file_ = folder_ / rest;
      write_file(file_, "");
    } else if (take_prefix(text, "| ", rest) || text == "|") {
      std::ofstream(file_, std::ios::app) << rest << '\n';
    } else if (take_prefix(text, "$ ", rest)) {
      end_step();
      command_ = rest;
      result_ = run(rest, folder_);
    } else {
      check(text);
    }
  }

  /// If the case says nothing about the exit code of a command, it must be 0.
  void end_step() {
    if (!command_.empty() && !exit_checked_) {
      EXPECT_EQ(result_.exit_code, 0) << command_ << "\n" << result_.err;
    }
    exit_checked_ = false;
  }

 private:
  void check(const std::string& text) {
    std::string rest;
    if (take_prefix(text, "exit ", rest)) {
      exit_checked_ = true;
      EXPECT_EQ(result_.exit_code, std::stoi(rest)) << result_.err;
    } else if (take_prefix(text, "json ", rest)) {
      check_json(rest);
    } else if (take_prefix(text, "out lines ", rest)) {
      EXPECT_EQ(std::count(result_.out.begin(), result_.out.end(), '\n'), std::stoi(rest)) << result_.out;
    } else if (take_prefix(text, "exists ", rest)) {
      EXPECT_TRUE(fs::exists(folder_ / rest));
    } else if (take_prefix(text, "absent ", rest)) {
      EXPECT_FALSE(fs::exists(folder_ / rest));
    } else {
      check_stream(text);
    }
  }

  void check_stream(const std::string& text) {
    std::string rest;
    if (text == "no out") {
      EXPECT_EQ(result_.out, "");
    } else if (text == "no err") {
      EXPECT_EQ(result_.err, "");
    } else if (take_prefix(text, "no out ", rest)) {
      EXPECT_EQ(result_.out.find(rest), std::string::npos) << result_.out;
    } else if (take_prefix(text, "no err ", rest)) {
      EXPECT_EQ(result_.err.find(rest), std::string::npos) << result_.err;
    } else if (take_prefix(text, "out ", rest)) {
      EXPECT_NE(result_.out.find(rest), std::string::npos) << result_.out;
    } else if (take_prefix(text, "err ", rest)) {
      EXPECT_NE(result_.err.find(rest), std::string::npos) << result_.err;
    } else {
      FAIL() << "this line is not understood: " << text;
    }
  }

  /// "/pointer", "/pointer size N", "/pointer VALUE"
  void check_json(const std::string& text) {
    const auto json = nlohmann::json::parse(result_.out.substr(0, result_.out.find('\n')), nullptr, false);
    const nlohmann::json::json_pointer pointer(text.substr(0, text.find(' ')));
    ASSERT_FALSE(json.is_discarded()) << result_.out;
    ASSERT_TRUE(json.contains(pointer)) << json;
    if (text.find(' ') == std::string::npos) return;
    const std::string wanted = text.substr(text.find(' ') + 1);
    std::string size;
    if (take_prefix(wanted, "size ", size)) {
      EXPECT_EQ(json[pointer].size(), std::stoul(size)) << json[pointer];
    } else {
      EXPECT_EQ(json[pointer], nlohmann::json::parse(wanted));
    }
  }

  fs::path folder_, file_;
  std::string command_;
  Process::Result result_{};
  bool exit_checked_ = false;
};

void load_file(const fs::path& path, std::vector<Scenario>& scenarios) {
  std::ifstream in(path);
  std::string text, name;
  for (int number = 1; std::getline(in, text); ++number) {
    if (text.empty() || text.starts_with("#")) continue;
    if (take_prefix(text, "== ", name)) {
      scenarios.push_back({path.stem().string(), name, {}});
    } else {
      scenarios.back().lines.push_back({text, number});
    }
  }
}

}  // namespace

std::vector<Scenario> load_scenarios(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Scenario> scenarios;
  for (const fs::path& file : files) load_file(file, scenarios);
  return scenarios;
}

void run_scenario(const Scenario& scenario, const fs::path& folder) {
  Runner runner(folder);
  for (const ScenarioLine& line : scenario.lines) {
    SCOPED_TRACE(scenario.file + ".txt line " + std::to_string(line.number) + ": " + line.text);
    runner.line(line.text);
  }
  runner.end_step();
}

}  // namespace partwise::internal::test
