// Questions about a text, each with options of which one is right, and what is answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "readers/explain.h"
#include "readers/reader.h"

namespace partwise::internal {

enum class QuestionType {
  choice,     // one of several words
  score,      // one of several levels, lowest first
  predicate,  // yes or no; System One calls it "noul"
};

struct Option {
  std::string word;         // of a level: its number
  std::string description;  // may be empty
};

struct Question {
  QuestionType type;
  std::string place;            // for errors: "questions.team"
  std::string instructions;     // may be empty
  std::vector<Option> options;  // of a predicate: "Yes", "No"
};

/// What a request wants to see besides the answers.
struct Wanted {
  std::size_t n_parts = 3;         // of an explanation; 0: none
  std::optional<bool> label_mass;  // nullopt: if all options are one token each, so that it costs nothing more
  bool sources = false;
  bool prompt = false;
};

struct Asked {
  std::string instructions;  // before the state; may be empty
  OrderedJson state;         // a text, or what is shown as JSON
  std::vector<Question> questions;
  Wanted wanted;
  std::shared_ptr<const ReaderFile> reader;  // who answers; null: the whole model
};

/// What the model was asked, and how its prompt is worded (wording.h).
struct ShownPrompt {
  std::string text;
  std::vector<std::string> labels;  // what follows the text, of each option
  bool is_chat = false;
};

struct Decision {
  std::vector<double> probabilities;  // of the options, in the question's order
  std::int64_t n_tokens = 0;          // of the prompt
  std::optional<Explanation> why;
  std::optional<double> certificate, label_mass;
  /// What heads add to the lead by attending to each source of the prompt, by name. The last is all that is no head's.
  std::vector<std::pair<std::string, double>> sources;
  std::optional<ShownPrompt> prompt;

  /// The most probable option, the first on ties.
  std::size_t answer() const;
};

/// How sure a choice is: max(0, (p_max - 1/n) / (1 - 1/n)), 1 for n < 2. The formula is TypeSafe's.
double confidence_of_choice(const std::vector<double>& probabilities);
/// How sure a score is: max(0, 1 - D/U), where D = sum_i p_i |i - mode| and U = mean_i |i - (n-1)/2|; 1 for n < 2. The
/// formula is TypeSafe's.
double confidence_of_score(const std::vector<double>& probabilities);
/// sum_i i p_i
double expected_level(const std::vector<double>& probabilities);

/// A text as it is, anything else as JSON.
std::string text_of(const OrderedJson& value);

}  // namespace partwise::internal
