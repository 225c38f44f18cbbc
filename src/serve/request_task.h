// A task that a request describes, and the whole model as a reader of its texts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_part.h"
#include "prompts/task.h"
#include "readers/reader.h"
#include "serve/service.h"

namespace partwise::internal {

struct RequestTask {
  Task task;  // with one wording
  std::vector<DataRow> demonstrations;
  std::optional<bool> is_chat;  // nullopt: as the server is set
};

/// The most labels that a task may have.
inline constexpr std::size_t kMostLabels = 255;

/// {"instruction"?, "labels", "demonstrations"?, "template"?, "chat"?}
///   labels       ["word", ...], {"word": "description" or null, ...}, or [{"value", "description"?}, ...]
///   instruction  if it is missing: a sentence that names the labels. Descriptions stand behind it, a line each
///   template     how a row becomes text: "Text: {{text}}\nLabel:" if it is missing
/// Errors: bad_data.
RequestTask request_task(const OrderedJsonPart& json);

/// A JSON object as a row of named columns. Errors: bad_data.
DataRow request_row(const OrderedJsonPart& json, std::string place);

/// How prompts go through the server's chat template; null if they do not. Errors: bad_data if they are to, and the
/// server has no template.
std::shared_ptr<const Chat> request_chat(const Service& service, std::optional<bool> is_chat);

/// Lets the whole model answer: a reader of the kind `full`, with a recipe of the task's prompts. Errors: bad_data.
ReaderFile whole_model_reader(const Service& service, const RequestTask& asked);

}  // namespace partwise::internal
