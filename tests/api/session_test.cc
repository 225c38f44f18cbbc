#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <partwise/session.h>

#include <thread>

#include "api/impl.h"
#include "api/support.h"
#include "session/decompose_job.h"
#include "support/errors.h"

namespace partwise {
namespace {

using internal::test::error_of;
using internal::test::relative_miss;
using test::same_elements;
using test::tiny_llama;
using ::testing::HasSubstr;

std::span<const float> flat(const Array<float>& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

class DecomposedGolden : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(DecomposedGolden, HasThePartsOfAnIndependentImplementation) {
  const internal::test::Golden golden = internal::test::read_golden(GetParam());
  const internal::test::TempDir folder;
  const partwise::Run run = Session(Model::load(GetParam().string()))
                                .decompose(test::prompts_of(golden, folder), {.experts = !golden.experts.empty()});
  EXPECT_EQ(run.heads().shape(), golden.heads.shape());
  EXPECT_EQ(run.mlps().shape(), golden.mlps.shape());
  constexpr double kFloat = 1e-4;  // a guard against mistaken arrays; tests/decompose derives the real bound
  EXPECT_LT(relative_miss(flat(run.heads()), golden.heads.flat()), kFloat);
  EXPECT_LT(relative_miss(flat(run.mlps()), golden.mlps.flat()), kFloat);
  EXPECT_LT(relative_miss(flat(run.embed()), golden.embed.flat()), kFloat);
  ASSERT_EQ(run.pos_embed().empty(), golden.pos_embed.empty());
  if (!golden.pos_embed.empty()) {
    EXPECT_LT(relative_miss(flat(run.pos_embed()), golden.pos_embed.flat()), kFloat);
    EXPECT_EQ(run.parts(0).pos_embed()(0), run.pos_embed()(0, 0));
  }
  ASSERT_EQ(run.experts().empty(), golden.experts.empty());
  if (!golden.experts.empty()) {
    EXPECT_LT(relative_miss(flat(run.experts()), golden.experts.flat()), kFloat);
  }
  EXPECT_LT(relative_miss(flat(run.bias()), golden.bias.flat()), kFloat);
  EXPECT_LT(relative_miss(flat(run.logits()), golden.logits.flat()), kFloat);
}

std::string name_of(const ::testing::TestParamInfo<std::filesystem::path>& info) {
  std::string name = info.param.filename().string();
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Session, DecomposedGolden,
                         ::testing::Values(internal::test::source_dir() / "tests/golden/tiny-llama",
                                           internal::test::source_dir() / "tests/golden/tiny-gemma3",
                                           internal::test::source_dir() / "tests/golden/tiny-gpt2",
                                           internal::test::source_dir() / "tests/golden/tiny-olmoe",
                                           internal::test::source_dir() / "tests/golden/tiny-pythia"),
                         name_of);

/// What the library's own code makes of `set`.
internal::Run run_within(const PromptSet& set, const internal::ComputeOptions& compute = {}) {
  internal::PromptSet prompts = set.impl()->set;
  test::tiny_llama_within().tokenize(prompts);
  const internal::Session session(test::tiny_llama_within(), compute, internal::passes_of(compute));
  return internal::decompose_prompts(session, prompts, {}, nullptr);
}

void expect_same(const Run& run, const internal::Run& within) {
  EXPECT_TRUE(same_elements(run.heads(), within.parts.heads));
  EXPECT_TRUE(same_elements(run.mlps(), within.parts.mlps));
  EXPECT_TRUE(same_elements(run.embed(), within.parts.embed));
  EXPECT_TRUE(same_elements(run.bias(), within.parts.bias));
  EXPECT_TRUE(same_elements(run.logits(), within.parts.logits));
  EXPECT_TRUE(same_elements(run.certificate(), within.parts.certificate));
  EXPECT_TRUE(same_elements(run.log_probs(), within.parts.log_probs));
  EXPECT_TRUE(same_elements(run.label_mass(), within.parts.label_mass));
  EXPECT_TRUE(same_elements(run.hidden(), within.parts.hidden));
  EXPECT_TRUE(same_elements(run.z(), within.parts.z));
  EXPECT_TRUE(same_elements(run.by_source(), within.parts.by_source));
  EXPECT_TRUE(same_elements(run.by_token(), within.parts.by_token));
  EXPECT_TRUE(same_elements(run.token_ids(), within.parts.token_ids));
  EXPECT_EQ(run.labels(), within.labels);
  EXPECT_EQ(run.info(), within.info.entries);
}

TEST(Session, GivesTheBitsOfTheLibrarysOwnCode) {
  const partwise::Run run = Session(tiny_llama()).decompose(test::reviews());
  EXPECT_EQ(run.n_examples(), 14);
  EXPECT_TRUE(run.hidden().empty());
  expect_same(run, run_within(test::reviews()));
}

TEST(Session, StoresSplitsAndAblatesCallByCall) {
  const Session session(tiny_llama());
  const partwise::Run before = session.decompose(test::reviews());
  const partwise::Run all =
      session.decompose(test::reviews(), {.store_hidden = true, .store_z = true, .by_source = true, .by_token = true});
  EXPECT_EQ(all.hidden().dim(1), tiny_llama().d_model());
  EXPECT_FALSE(all.by_token().empty());
  EXPECT_EQ(std::ssize(all.source_names()), all.by_source().dim(3));
  expect_same(all, run_within(test::reviews(), {.stored = {true, true}, .by_source = true, .by_token = true}));
  const partwise::Run without = session.decompose(test::reviews(), {.ablate = {"L1H2"}, .ablate_with_mean = true});
  EXPECT_FALSE(same_elements(without.logits(), before.logits()));
  expect_same(without, run_within(test::reviews(), {.ablate = {"L1H2"}, .ablate_with_mean = true}));
  expect_same(session.decompose(test::reviews()), run_within(test::reviews()));
}

TEST(Session, ScoresLabelsAsItIsAsked) {
  const Session session(tiny_llama());
  const partwise::Run sum = session.decompose(test::reviews(), {.score = "sum"});
  EXPECT_EQ(sum.label_mass().dim(0), 14);
  expect_same(sum, run_within(test::reviews(), {.score = internal::LabelScore::sum}));
  expect_same(session.decompose(test::reviews(), {.label_mass = true}),
              run_within(test::reviews(), {.label_mass = true}));
  EXPECT_THROW(session.decompose(test::reviews(), {.score = "sums"}), Error);
}

TEST(Session, DecomposesOnePromptAsAmongOthers) {
  const Session session(tiny_llama());
  const PromptSet set = test::reviews();
  const partwise::Run run = session.decompose(set);
  const Parts one = session.decompose(set.text(3), {" negative", " positive"});
  EXPECT_EQ(one.label_words(), (std::vector<std::string>{"negative", "positive"}));
  EXPECT_TRUE(same_elements(one.heads(), run.parts(3).heads()));
  EXPECT_TRUE(same_elements(one.logits(), run.parts(3).logits()));
  EXPECT_LT(one.certificate(), 1e-4);
}

TEST(Session, SplitsOnePromptOverItsTokens) {
  const std::string text = "Review: fine.\nSentiment:";
  const Parts one = Session(tiny_llama()).decompose(text, {" negative", " positive"}, {.by_token = true});
  const Array<std::int32_t> ids = one.run().token_ids();
  EXPECT_THAT(std::vector(ids.begin(), ids.end()), ::testing::ElementsAreArray(tiny_llama().tokenize(text)));
  EXPECT_EQ(one.run().by_token().shape(), (std::vector<std::int64_t>{1, 3, 4, ids.size(), 2}));
}

TEST(Session, SaysWhatIsWrongWithAPrompt) {
  const Session session(tiny_llama());
  EXPECT_THAT(error_of([&] { session.decompose("", {" a", " b"}); }).what(), HasSubstr("the prompt"));
  EXPECT_THAT(error_of([&] { session.decompose("text", {" a"}); }).what(), HasSubstr("at least two"));
  EXPECT_EQ(error_of([&] { session.decompose("caf\xe9", {" negative", " positive"}); }).code(), ErrorCode::bad_data);
}

TEST(Session, StopsIfProgressSaysSo) {
  const Session session(tiny_llama());
  int calls = 0;
  const std::thread::id me = std::this_thread::get_id();
  DecomposeOptions options;
  options.progress = [&](const Progress& p) {
    EXPECT_EQ(std::this_thread::get_id(), me);
    EXPECT_LE(p.done, p.total);
    return ++calls < 2;
  };
  EXPECT_EQ(error_of([&] { session.decompose(test::reviews(), options); }).code(), ErrorCode::interrupted);
  EXPECT_EQ(calls, 2);
  options.progress = [](const Progress&) -> bool { throw std::out_of_range("the caller's own"); };
  EXPECT_THROW(session.decompose(test::reviews(), options), std::out_of_range);
  expect_same(session.decompose(test::reviews()), run_within(test::reviews()));
}

TEST(Session, ServesSeveralThreads) {
  const Session session(tiny_llama(), {.threads = 2});
  const partwise::Run alone = session.decompose(test::reviews());
  std::vector<std::optional<partwise::Run>> runs(4);
  std::vector<std::thread> threads;
  for (std::optional<partwise::Run>& run : runs)
    threads.emplace_back([&] { run = session.decompose(test::reviews()); });
  for (std::thread& thread : threads) thread.join();
  for (const std::optional<partwise::Run>& run : runs) EXPECT_TRUE(same_elements(run->heads(), alone.heads()));
}

TEST(Session, OutlivesTheModelItWasMadeOf) {
  auto model = std::make_unique<Model>(Model::load(test::tiny_llama_path()));
  const Session session(*model);
  model.reset();
  EXPECT_EQ(session.model().name(), "tiny-llama");
  expect_same(session.decompose(test::reviews()), run_within(test::reviews()));
}

}  // namespace
}  // namespace partwise
