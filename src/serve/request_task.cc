#include "serve/request_task.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/normalize.h"
#include "prompts/conversation.h"
#include "prompts/prefix.h"
#include "serve/request_members.h"

namespace partwise::internal {

namespace {

constexpr const char* kTaskName = "request";
constexpr const char* kLabelColumn = "label";
constexpr const char* kUsualTemplate = "Text: {{text}}\nLabel:";
constexpr const char* kUsualInstruction = "Choose the label that fits the text.";

struct DescribedLabel {
  std::string word, description;  // the description may be empty
};

std::string text_or_nothing(const OrderedJsonPart& json) { return json.is_null() ? "" : json.text(); }

/// An item of a list of labels.
DescribedLabel listed_label(const OrderedJsonPart& item) {
  if (item.value().is_string()) return {item.text(), ""};
  check_request_members(item, {"value", "description"});
  return {item["value"].text(), text_or_nothing(item["description"])};
}

std::vector<DescribedLabel> described_labels(const OrderedJsonPart& json) {
  std::vector<DescribedLabel> labels;
  if (json.value().is_object()) {
    for (const auto& [word, description] : json.members()) labels.push_back({word, text_or_nothing(description)});
  } else {
    for (const OrderedJsonPart& item : json.elements()) labels.push_back(listed_label(item));
  }
  return labels;
}

void check_label_words(const OrderedJsonPart& json, const std::vector<DescribedLabel>& labels) {
  if (labels.size() < 2 || labels.size() > kMostLabels)
    json.fail(fmt::format("there are {} labels; a task has from 2 to {}", labels.size(), kMostLabels));
  std::set<std::string> known;
  for (const DescribedLabel& label : labels) {
    if (label.word.empty()) json.fail("a label must not be empty");
    if (!known.insert(to_nfc(label.word)).second) json.fail(fmt::format("'{}' is given twice", label.word));
  }
}

/// What stands before all texts: the instruction, then descriptions, if any label has one.
std::string describe_labels(const OrderedJsonPart& instruction, const std::vector<DescribedLabel>& labels) {
  const bool is_usual = instruction.is_null();
  std::string text = is_usual ? kUsualInstruction : instruction.text();
  if (std::ranges::any_of(labels, [](const auto& label) { return !label.description.empty(); })) {
    for (const auto& [word, description] : labels)
      text += fmt::format("{}- {}{}{}", text.empty() ? "" : "\n", word, description.empty() ? "" : ": ", description);
  } else if (is_usual) {
    std::vector<std::string> words;
    for (const DescribedLabel& label : labels) words.push_back(label.word);
    text += fmt::format(" The labels are: {}.", fmt::join(words, ", "));
  }
  return text;
}

std::string template_of(const OrderedJsonPart& json) {
  if (json.is_null()) return kUsualTemplate;
  const std::string text = json.text();
  bool has_column = false;
  try {
    has_column = !template_columns(text).empty();
  } catch (const Error& error) {
    json.fail(error.what());
  }
  if (!has_column) json.fail("it has no column in it: write {{text}} where a row's text goes");
  return text;
}

std::vector<Demonstration> demonstrations_with(const PromptRecipe& bare, const RequestTask& asked) {
  std::vector<Demonstration> all;
  for (const DataRow& row : asked.demonstrations) {
    const std::int32_t label = label_of(asked.task, row);
    if (label < 0)
      throw Error(ErrorCode::bad_data, fmt::format("'{}': this has no label", row.place),
                  "a demonstration is {\"text\": \"...\", \"label\": \"...\"}");
    all.push_back({apply_recipe(bare, row), label});
  }
  return all;
}

std::vector<std::int64_t> shown_labels(const std::vector<Demonstration>& demonstrations) {
  std::vector<std::int64_t> labels;
  for (const Demonstration& demonstration : demonstrations) labels.push_back(demonstration.label);
  return labels;
}

}  // namespace

DataRow request_row(const OrderedJsonPart& json, std::string place) {
  json.check_object();
  return parse_json_row(json.value().dump(), std::move(place));
}

RequestTask request_task(const OrderedJsonPart& json) {
  check_request_members(json, {"instruction", "labels", "demonstrations", "template", "chat"});
  const std::vector<DescribedLabel> labels = described_labels(json["labels"]);
  check_label_words(json["labels"], labels);
  RequestTask asked;
  asked.task.name = kTaskName;
  asked.task.doc_to_target = kLabelColumn;
  asked.task.labels_are_words = true;
  for (const DescribedLabel& label : labels) asked.task.labels.push_back(label.word);
  PromptTemplate wording;
  wording.description = describe_labels(json["instruction"], labels);
  wording.doc_to_text = template_of(json["template"]);
  wording.doc_to_choice = asked.task.labels;
  asked.task.templates.push_back(std::move(wording));
  if (json.has("demonstrations"))
    for (const OrderedJsonPart& row : json["demonstrations"].elements())
      asked.demonstrations.push_back(
          request_row(row, fmt::format("task.demonstrations[{}]", asked.demonstrations.size())));
  if (json.has("chat")) asked.is_chat = json["chat"].flag();
  return asked;
}

std::shared_ptr<const Chat> request_chat(const Service& service, std::optional<bool> is_chat) {
  const std::shared_ptr<const Chat>& chat = service.options().chat;
  if (!is_chat.value_or(chat != nullptr)) return nullptr;
  if (!chat)
    throw Error(ErrorCode::bad_data, "'chat': this server puts no prompts through a chat template",
                "leave it out, or start the server with a template");
  return chat;
}

ReaderFile whole_model_reader(const Service& service, const RequestTask& asked) {
  const PromptTemplate& wording = asked.task.templates[0];
  PromptRecipe recipe = bare_recipe(asked.task, wording, false);
  const std::vector<Demonstration> demonstrations = demonstrations_with(recipe, asked);
  PromptSet none;  // what is known of all prompts
  std::vector<SourceStart> sources;
  if (const auto chat = request_chat(service, asked.is_chat)) {
    const Conversation conversation(*chat, wording, demonstrations, recipe);
    sources = conversation.add_to(recipe);
    conversation.finish(none);
  } else {
    sources = add_prefix(recipe, wording, demonstrations);
  }
  recipe.demonstrations = shown_rows(sources, shown_labels(demonstrations));
  const ModelConfig& config = service.loaded().config();
  ReaderFile file{make_reader(kFullModel), config.n_layers, config.n_heads, asked.task.labels, {}, none.info};
  file.info.set(facts::kRecipe, recipe);
  return file;
}

}  // namespace partwise::internal
