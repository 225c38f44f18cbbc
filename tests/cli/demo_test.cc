// The demo, which is the first command of a new user. Uses the real model if it is there.
#include <gtest/gtest.h>

#include "base/file.h"
#include "process.h"
#include "support/paths.h"

namespace partwise::internal::test {

namespace {

TEST(Demo, PrintsTheResultsAndWritesThePage) {
  const auto model = demo_model();
  if (!model) GTEST_SKIP() << "the demo's model is not here";
  TempDir dir;
  auto environment = program_environment(dir.path());
  environment["PARTWISE_DEMO_MODEL"] = model->string();
  const Process::Result demo = Process("partwise demo --limit 40", dir.path(), environment).finish();
  ASSERT_EQ(demo.exit_code, 0) << demo.err;
  for (const char* text : {"  full ", "  comprw ", "  calib+ ", "95 % interval", "Best parts", "Worst parts",
                           "Label-biased parts", "Certificate", "tokens/s", "report.html"}) {
    EXPECT_NE(demo.out.find(text), std::string::npos) << text << " is not in\n" << demo.out;
  }
  const std::string page = read_text_file(dir / "report.html");
  EXPECT_NE(page.find("<!DOCTYPE html>"), std::string::npos);
  EXPECT_NE(page.find("Accuracy over the number of labelled rows"), std::string::npos);
  EXPECT_EQ(page.find(" src="), std::string::npos);  // nothing is fetched
}

}  // namespace

}  // namespace partwise::internal::test
