// fit_and_classify MODEL RUN|TASK [TEXT...]: fits a reader on a run file, or on a task's own rows, and answers texts,
// or the lines of standard input.
//   fit_and_classify SmolLM2.gguf reviews 'A joy from start to end.'
#include <partwise/partwise.h>

#include <iostream>
#include <string>
#include <vector>

namespace {

partwise::Run run_of(const partwise::Session& session, const std::string& run_or_task) {
  if (run_or_task.ends_with(".safetensors")) return partwise::Run::open(run_or_task);
  // what the default reader reads
  const partwise::DecomposeOptions options{.store_hidden = true, .store_z = true};
  return session.decompose(partwise::PromptSet::from_task({.task = run_or_task, .limit = 0}), options);
}

void print(const partwise::Answer& answer, const std::string& text) {
  if (!answer.error.empty()) std::cerr << answer.error << '\n';
  const double p = answer.error.empty() ? answer.probabilities[static_cast<std::size_t>(answer.label)] : 0;
  std::cout << answer.label_word << '\t' << p << '\t' << text;
  for (const partwise::Push& part : answer.drivers) std::cout << '\t' << part.part;
  std::cout << '\n';
}

void classify(const std::string& model, const std::string& run_or_task, std::vector<std::string> texts) {
  const partwise::Session session(partwise::Model::load(model));
  const partwise::Run run = run_of(session, run_or_task);
  const auto reader = partwise::Reader::fit(partwise::Reader::default_kind(run), run);
  if (texts.empty())
    for (std::string line; std::getline(std::cin, line);) texts.push_back(line);
  const std::vector<partwise::Answer> answers = session.classify(reader, texts);
  for (std::size_t i = 0; i < texts.size(); ++i) print(answers[i], texts[i]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::cerr << "usage: fit_and_classify MODEL RUN|TASK [TEXT...]\n", 2;
  try {
    classify(argv[1], argv[2], {argv + 3, argv + argc});
  } catch (const partwise::Error& error) {
    std::cerr << error.what() << '\n' << error.hint() << '\n';
    return static_cast<int>(error.code());
  }
}
