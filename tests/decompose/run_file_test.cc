#include "decompose/run_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "base/error.h"
#include "formats/safetensors.h"
#include "support/errors.h"
#include "support/mutations.h"
#include "support/paths.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

void write(const std::filesystem::path& path, const internal::Run& run) {
  OutputFile out(path);
  write_run(out, run);
  out.commit();
}

// The message of the error that reading throws; "" if the file can be read.
std::string refusal(const std::filesystem::path& path) {
  try {
    read_run(path);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    return error.what();
  }
}

void expect_same(const Array<float>& a, const Array<float>& b) {
  EXPECT_EQ(a.shape(), b.shape());
  EXPECT_TRUE(std::equal(a.flat().begin(), a.flat().end(), b.flat().begin(), b.flat().end()));
}

TEST(RunFile, KeepsEveryTensorAndAllMetadata) {
  test::TempDir dir;
  internal::Run run = test::make_run(4, 2, 3, 2);
  run.labels[1] = -1;
  run.split = {Split::pool, Split::pool, Split::test, Split::test};
  run.info.entries["label_words"] = R"(["good", "bad"])";
  write(dir / "run", run);
  const internal::Run read = read_run(dir / "run");
  expect_same(read.parts.heads, run.parts.heads);
  expect_same(read.parts.mlps, run.parts.mlps);
  expect_same(read.parts.embed, run.parts.embed);
  expect_same(read.parts.bias, run.parts.bias);
  expect_same(read.parts.logits, run.parts.logits);
  expect_same(read.parts.certificate, run.parts.certificate);
  EXPECT_EQ(read.labels, run.labels);
  EXPECT_EQ(read.split, run.split);
  EXPECT_EQ(read.info.entries, run.info.entries);
}

/// A run with hidden and z. If `exact`, bfloat16 can hold their values.
internal::Run make_stored_run(DType type, bool exact = true) {
  internal::Run run = test::make_run(3, 2, 3, 2);
  run.stored_type = type;
  run.parts.hidden = Array<float>({3, 5});
  run.parts.z = Array<float>({3, 2, 3, 4});
  float value = exact ? -1.5f : -1.50001f;
  for (float& v : run.parts.hidden.flat()) v = value += 0.25f;
  for (float& v : run.parts.z.flat()) v = value += 0.25f;
  return run;
}

DType type_in_file(const std::filesystem::path& path, const std::string& name) {
  return SafetensorsFile(path).tensors().at(name).dtype;
}

TEST(RunFile, KeepsHiddenAndZInEitherType) {
  test::TempDir dir;
  for (DType type : {DType::f32, DType::bf16}) {
    const internal::Run run = make_stored_run(type);
    write(dir / "run", run);
    EXPECT_EQ(type_in_file(dir / "run", "hidden"), type);
    EXPECT_EQ(type_in_file(dir / "run", "z"), type);
    EXPECT_EQ(type_in_file(dir / "run", "heads"), DType::f32);
    const internal::Run read = read_run(dir / "run");
    EXPECT_EQ(read.stored_type, type);
    expect_same(read.parts.hidden, run.parts.hidden);
    expect_same(read.parts.z, run.parts.z);
    write(dir / "again", read);
    EXPECT_EQ(read_text_file(dir / "again"), read_text_file(dir / "run"));
  }
}

internal::Run make_split_run() {
  internal::Run run = test::make_run(3, 2, 2, 2);
  run.parts.by_source = Array<float>({3, 2, 2, 5, 2});
  run.parts.by_token = Array<float>({3, 2, 2, 7, 2});
  run.parts.token_ids = Array<std::int32_t>({3, 7}, -1);
  run.parts.source_certificate = Array<float>({3}, 0x1p-20f);
  float value = 0;
  for (Array<float>* array : {&run.parts.by_source, &run.parts.by_token})
    for (float& v : array->flat()) v = value += 0.25f;
  for (std::int64_t i = 0; i < 3; ++i) run.parts.token_ids(i, 0) = static_cast<std::int32_t>(i);
  return run;
}

TEST(RunFile, KeepsHeadsSplitBySourceAndToken) {
  test::TempDir dir;
  const internal::Run run = make_split_run();
  write(dir / "run", run);
  const internal::Run read = read_run(dir / "run"), last = select_rows(read, {2});
  expect_same(read.parts.by_source, run.parts.by_source);
  expect_same(read.parts.by_token, run.parts.by_token);
  expect_same(read.parts.source_certificate, run.parts.source_certificate);
  EXPECT_EQ(read.parts.token_ids.shape(), run.parts.token_ids.shape());
  EXPECT_TRUE(std::ranges::equal(read.parts.token_ids.flat(), run.parts.token_ids.flat()));
  EXPECT_EQ(last.parts.token_ids(0, 0), 2);
  EXPECT_EQ(last.parts.by_source(0, 1, 1, 4, 1), run.parts.by_source(2, 1, 1, 4, 1));
  EXPECT_EQ(last.parts.by_token(0, 1, 0, 6, 1), run.parts.by_token(2, 1, 0, 6, 1));
}

TEST(RunFile, KeepsWhatLabelsOfSeveralTokensAdd) {
  test::TempDir dir;
  internal::Run run = test::make_tree_run(3, 2, 2);
  run.label_ids = Array<std::int32_t>({3, 4, 2}, 7);
  run.label_ids(1, 3, 1) = -1;
  run.parts.label_mass = Array<float>({3}, 0.5f);
  write(dir / "run", run);
  const internal::Run read = read_run(dir / "run"), one = select_rows(read, {1});
  EXPECT_EQ(read.label_ids.shape(), (Shape{3, 4, 2}));
  EXPECT_TRUE(std::ranges::equal(read.label_ids.flat(), run.label_ids.flat()));
  expect_same(read.parts.label_mass, run.parts.label_mass);
  expect_same(read.parts.log_probs, run.parts.log_probs);
  EXPECT_EQ(one.label_ids.shape(), (Shape{1, 4, 2}));
  EXPECT_EQ(one.label_ids(0, 3, 1), -1);
}

TEST(RunFile, RefusesSplitHeadsThatDoNotFit) {
  test::TempDir dir;
  auto expect_refused = [&](const char* what, const std::function<void(Contributions&)>& spoil) {
    internal::Run run = make_split_run();
    spoil(run.parts);
    write(dir / "run", run);
    EXPECT_THAT(refusal(dir / "run"), HasSubstr(what));
  };
  expect_refused("'by_source' has shape [3, 2, 1, 5, 2]", [](auto& g) { g.by_source = Array<float>({3, 2, 1, 5, 2}); });
  expect_refused("'by_token' has shape [3, 2, 2, 2], not 5", [](auto& g) { g.by_token = Array<float>({3, 2, 2, 2}); });
  expect_refused("'token_ids' has shape [3, 6]", [](auto& g) { g.token_ids = Array<std::int32_t>({3, 6}); });
  expect_refused("no tensor 'token_ids'", [](auto& g) { g.token_ids = {}; });
}

TEST(RunFile, MayHoldOneOfHiddenAndZ) {
  test::TempDir dir;
  internal::Run run = make_stored_run(DType::bf16);
  run.parts.hidden = {};
  write(dir / "run", run);
  const internal::Run read = read_run(dir / "run");
  EXPECT_TRUE(read.parts.hidden.empty());
  expect_same(read.parts.z, run.parts.z);
  EXPECT_EQ(read.stored_type, DType::bf16);
}

TEST(RunFile, Bfloat16IsRoundedToNearest) {
  test::TempDir dir;
  const internal::Run run = make_stored_run(DType::bf16, false);
  write(dir / "run", run);
  const Array<float> z = read_run(dir / "run").parts.z;
  for (std::int64_t k = 0; k < z.size(); ++k)
    EXPECT_NEAR(z.data()[k], run.parts.z.data()[k], std::abs(run.parts.z.data()[k]) / 256) << k;
}

TEST(RunFile, RefusesHiddenAndZThatDoNotFit) {
  test::TempDir dir;
  auto expect_refused = [&](const char* what, const std::function<void(internal::Run&)>& spoil) {
    for (DType type : {DType::f32, DType::bf16}) {
      internal::Run run = make_stored_run(type);
      spoil(run);
      write(dir / "run", run);
      EXPECT_THAT(refusal(dir / "run"), HasSubstr(what));
    }
  };
  expect_refused("'hidden' has shape [2, 5], not [3, 5]", [](auto& run) { run.parts.hidden = Array<float>({2, 5}); });
  expect_refused("'hidden' has shape [3, 5, 1], not 2 axes", [](auto& run) {
    run.parts.hidden = Array<float>({3, 5, 1});
  });
  expect_refused("'z' has shape [3, 3, 2, 4], not [3, 2, 3, 4]", [](auto& run) {
    run.parts.z = Array<float>({3, 3, 2, 4});
  });
  expect_refused("'z' has shape [3, 2, 3], not 4 axes", [](auto& run) { run.parts.z = Array<float>({3, 2, 3}); });
  expect_refused("'z' holds a value that is not a finite number",
                 [](auto& run) { run.parts.z(2, 1, 2, 3) = std::numeric_limits<float>::quiet_NaN(); });
  expect_refused("'hidden' holds a value that is not a finite number",
                 [](auto& run) { run.parts.hidden(0, 0) = -std::numeric_limits<float>::infinity(); });
}

TEST(RunFile, RefusesHiddenOfAnotherTypeOrOfNoWidth) {
  test::TempDir dir;
  const internal::Run run = test::make_run(2, 1, 1, 2);
  auto view = [](const Array<float>& a) { return TensorView{DType::f32, a.shape(), std::as_bytes(a.flat())}; };
  auto with_hidden = [&](DType dtype, const Shape& shape, std::size_t n_bytes) {
    const std::vector<std::byte> bytes(n_bytes);
    OutputFile out(dir / "run");
    write_safetensors(out,
                      {{"heads", view(run.parts.heads)},
                       {"mlps", view(run.parts.mlps)},
                       {"logits", view(run.parts.logits)},
                       {"hidden", {dtype, shape, bytes}}},
                      {});
    out.commit();
    return refusal(dir / "run");
  };
  EXPECT_EQ(with_hidden(DType::bf16, {2, 3}, 12), "");
  EXPECT_THAT(with_hidden(DType::f16, {2, 3}, 12), HasSubstr("'hidden' has type F16, not F32 or BF16"));
  EXPECT_THAT(with_hidden(DType::f32, {2, 0}, 0), HasSubstr("'hidden' has shape [2, 0]"));
}

TEST(RunFile, HeadsMlpsAndLogitsAreEnough) {
  test::TempDir dir;
  const internal::Run run = test::make_run(3, 1, 2, 2);
  auto view = [](const Array<float>& a) { return TensorView{DType::f32, a.shape(), std::as_bytes(a.flat())}; };
  OutputFile out(dir / "run");
  write_safetensors(
      out, {{"heads", view(run.parts.heads)}, {"mlps", view(run.parts.mlps)}, {"logits", view(run.parts.logits)}}, {});
  out.commit();
  const internal::Run read = read_run(dir / "run");
  EXPECT_THAT(read.labels, Each(-1));
  EXPECT_EQ(read.labels.size(), 3u);
  EXPECT_TRUE(read.parts.embed.empty() && read.parts.certificate.empty() && read.split.empty());
}

TEST(RunFile, RefusesWhatDoesNotFitTogether) {
  test::TempDir dir;
  auto expect_refused = [&](const char* what, const std::function<void(internal::Run&)>& spoil) {
    internal::Run run = test::make_run(4, 2, 3, 2);
    run.split = {Split::pool, Split::pool, Split::test, Split::test};
    spoil(run);
    write(dir / "run", run);
    EXPECT_THAT(refusal(dir / "run"), HasSubstr(what));
    EXPECT_THAT(refusal(dir / "run"), HasSubstr((dir / "run").string()));
  };
  expect_refused("no tensor 'logits'", [](internal::Run& run) { run.parts.logits = {}; });
  expect_refused("no tensor 'mlps'", [](internal::Run& run) { run.parts.mlps = {}; });
  expect_refused("'mlps' has shape [4, 3, 2], not [4, 2, 2]", [](internal::Run& run) {
    run.parts.mlps = Array<float>({4, 3, 2});
  });
  expect_refused("'logits' has shape [4, 2, 1]", [](internal::Run& run) {
    run.parts.logits = Array<float>({4, 2, 1});
  });
  expect_refused("'certificate'", [](internal::Run& run) { run.parts.certificate = Array<float>({3}); });
  expect_refused("'heads' holds a value that is not a finite number",
                 [](internal::Run& run) { run.parts.heads(1, 1, 1, 1) = std::numeric_limits<float>::quiet_NaN(); });
  expect_refused("'bias' holds a value that is not a finite number",
                 [](internal::Run& run) { run.parts.bias(1, 1) = std::numeric_limits<float>::infinity(); });
  expect_refused("'labels' row 2 is 2", [](internal::Run& run) { run.labels[2] = 2; });
  expect_refused("'labels' row 0 is -2", [](internal::Run& run) { run.labels[0] = -2; });
  expect_refused("'split' row 3 is 7", [](internal::Run& run) { run.split[3] = static_cast<Split>(7); });
  expect_refused("label_words", [](internal::Run& run) { run.info.entries["label_words"] = "[\"one\"]"; });
}

TEST(RunFile, RefusesOtherTypesAndEmptySizes) {
  test::TempDir dir;
  auto write_heads = [&](DType dtype, const Shape& shape, std::size_t n_bytes) {
    const std::vector<std::byte> bytes(n_bytes);
    OutputFile out(dir / "run");
    write_safetensors(out, {{"heads", {dtype, shape, bytes}}}, {});
    out.commit();
    return refusal(dir / "run");
  };
  EXPECT_THAT(write_heads(DType::f16, {1, 1, 1, 2}, 4), HasSubstr("'heads' has type F16, not F32"));
  EXPECT_THAT(write_heads(DType::f32, {1, 1, 2}, 8), HasSubstr("not 4 axes"));
  EXPECT_THAT(write_heads(DType::f32, {0, 1, 1, 2}, 0), HasSubstr("a run needs an example"));
  EXPECT_THAT(write_heads(DType::f32, {1, 1, 1, 1}, 4), HasSubstr("two labels"));
}

TEST(RunFile, MissingFileIsMissingInput) {
  EXPECT_EQ(test::error_of([] { read_run("no-such-run.safetensors"); }).code(), ErrorCode::missing_input);
}

TEST(RunFile, SurvivesDamage) {
  test::TempDir dir;
  internal::Run run = test::make_run(2, 1, 1, 2);
  run.stored_type = DType::bf16;
  run.parts.hidden = Array<float>({2, 1}, 0.5f);
  run.parts.z = Array<float>({2, 1, 1, 1}, 0.5f);
  write(dir / "whole", run);
  const std::string whole = read_text_file(dir / "whole");
  const int n_refused = test::parse_mutations(whole, [&](const std::string& damaged) {
    test::write_file(dir / "damaged", damaged);
    read_run(dir / "damaged");
  });
  EXPECT_GT(n_refused, std::ssize(whole));      // at least every truncation
  EXPECT_LT(n_refused, 9 * std::ssize(whole));  // but not every changed byte: some only change a value
}

TEST(RunFile, ReadsRunsMadeElsewhere) {
  if (!test::shared_dir()) GTEST_SKIP() << "shared fixtures are not here";
  const internal::Run run = read_run(*test::shared_dir() / "fixtures/runs/agnews.train.safetensors");
  EXPECT_EQ(run.parts.heads.shape(), (Shape{24, 30, 9, 4}));
  EXPECT_EQ(run.parts.n_components(), 300);
  EXPECT_EQ(run.labels.size(), 24u);
}

}  // namespace
}  // namespace partwise::internal
