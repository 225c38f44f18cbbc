// Answers to questions: what a model, or a fitted reader, finds of their options.
#pragma once

#include <stop_token>
#include <vector>

#include "serve/question.h"
#include "serve/service.h"

namespace partwise::internal {

/// Answers every question by itself: other questions, their order and their names change no bit. A reader answers with
/// the prompt that it was fitted on, in which the state stands as a row: a text, or an object of the task's columns.
/// Its label words must be the question's options, in any order. [n_questions] Errors: bad_data that names the question
/// (a prompt longer than the context, words that cannot follow it, options that are not the reader's label words);
/// failure if a certificate exceeds its bound; those of PassQueue::ask().
std::vector<Decision> decide(Service& service, const Asked& asked, std::stop_token gone);

}  // namespace partwise::internal
