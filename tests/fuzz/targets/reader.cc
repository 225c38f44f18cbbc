// A reader file: computes its scores on a run of its sizes, and applies its recipes to a row.
#include "readers/reader.h"

#include "analysis/evaluation.h"
#include "fuzz/support.h"
#include "prompts/prompt_sets.h"
#include "prompts/prompts.h"
#include "readers/fits.h"
#include "support/paths.h"
#include "support/runs.h"

namespace partwise::internal::fuzz {
namespace {

constexpr std::int64_t kMostValues = 10'000;  // in a run that we make

void use_recipe(const std::string& json) {
  fine_or_refused([&] { apply_recipe(recipe_from_json(json), {{{"text", "good"}}, "row"}); });
}

void use_set_recipes(const RunInfo& info) {
  fine_or_refused([&] {
    for (const PromptRecipe& recipe : recipes_of_sets(info)) apply_recipe(recipe, {{{"text", "good"}}, "row"});
  });
}

void use_reader(const ReaderFile& file) {
  const ReaderShape shape = file.shape();
  if (auto recipe = file.info.entries.find("recipe"); recipe != file.info.entries.end()) use_recipe(recipe->second);
  use_set_recipes(file.info);
  if (shape.n_components() * shape.n_labels > kMostValues) return;
  Run run = test::make_run(shape.n_labels, shape.n_layers, shape.n_heads, shape.n_labels);
  test::add_hidden_states(run);
  run.parts.other_sets = {run.parts, run.parts};
  evaluate(*file.reader, run, test_rows(run));
  std::vector<double> scores(static_cast<std::size_t>((shape.n_components() + 1) * shape.n_labels));
  if (reader_kind(file.reader->kind()).splits) file.reader->split_scores(run.parts, 0, scores);
  file.reader->leanings();
  check_reader_fits(file, run);
}

}  // namespace
}  // namespace partwise::internal::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const std::string content(reinterpret_cast<const char*>(data), size);
  const test::TempDir folder;
  test::write_file(folder / "reader.json", content);
  fuzz::fine_or_refused([&] { fuzz::use_reader(read_reader(folder / "reader.json")); });
  fuzz::use_recipe(content);
  return 0;
}
