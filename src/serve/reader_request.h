// A request to fit a reader.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/json_part.h"
#include "serve/request_task.h"

namespace partwise::internal {

/// The most labelled rows of a request.
inline constexpr std::size_t kMostLabelledRows = 10'000;

struct ReaderRequest {
  std::string name;  // of the reader
  std::string kind;
  Task task;
  std::vector<DataRow> rows;
  PromptOptions options;
};

/// {"name", "reader"?, "task", "rows", "shots"?, "seed"?, "labelled"?, "chat"?, "sets"?}. "task" is that of
/// request_task without demonstrations, or the name of a built-in task. Errors: usage for a name that cannot be one, or
/// that means the model, and for a kind that does not exist; bad_data, also for a kind that learns from test rows.
ReaderRequest reader_request(const Service& service, const OrderedJsonPart& body);

/// A reader with what is to be said about its fit.
struct FittedReader {
  ReaderFile file;
  std::vector<std::string> warnings;  // sentences
};

/// Decomposes the prompts of the task in shared passes, and fits the reader: the one that a run of these rows gives.
/// Errors: those of build_prompts, LoadedModel::tokenize, PassQueue::ask and fit_kind; the first prompt's that fails.
FittedReader fit_requested(Service& service, const ReaderRequest& asked, const std::stop_token& gone);

}  // namespace partwise::internal
