#include "session/traced_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "base/error.h"
#include "model/context.h"
#include "prompts/chat_prompt.h"
#include "prompts/label_words.h"
#include "session/decompose_job.h"
#include "tokenizer/literal_spans.h"

namespace partwise::internal {

namespace {

std::vector<TokenId> ids_in(const JsonPart& list) {
  std::vector<TokenId> ids;
  for (const JsonPart& id : list.elements())
    ids.push_back(static_cast<TokenId>(id.integer(0, std::numeric_limits<TokenId>::max())));
  return ids;
}

void check_ids(const std::vector<TokenId>& ids, std::int64_t d_vocab) {
  for (const TokenId id : ids)
    if (id >= d_vocab)
      throw Error(ErrorCode::bad_data, fmt::format("token id {} is outside the model's vocabulary of {}", id, d_vocab),
                  "these ids were made for another model");
}

const Tokenizer& tokenizer_of(const LoadedModel& loaded) {
  if (const Tokenizer* tokenizer = loaded.needed_tokenizer()) return *tokenizer;
  throw Error(ErrorCode::missing_input, "the model has no tokenizer for a text",
              "add the model's tokenizer.json, or give ids");
}

std::vector<TextSpan> spans_in(const JsonPart& list) {
  std::vector<TextSpan> spans;
  for (const JsonPart& span : list.elements())
    spans.push_back({static_cast<std::size_t>(span["begin"].integer(0, std::numeric_limits<std::int64_t>::max())),
                     static_cast<std::size_t>(span["end"].integer(0, std::numeric_limits<std::int64_t>::max()))});
  return spans;
}

std::vector<ChatMessage> messages_in(const JsonPart& list) {
  std::vector<ChatMessage> messages;
  for (const JsonPart& message : list.elements())
    messages.push_back({message["role"].text(), message["content"].text()});
  return messages;
}

/// A row's prompt, and how it gets BOS.
struct RowPrompt {
  Prompt prompt;
  EncodeOptions::Bos bos = EncodeOptions::Bos::automatic;
};

RowPrompt conversation_in(const JsonPart& row, const Chat& chat) {
  if (row.has("literal_spans"))
    throw Error(ErrorCode::bad_data, "'literal_spans' have no place in a chat, whose messages are text");
  const bool is_whole = row.has("messages");
  ChatPrompt made = chat_prompt(
      chat, is_whole ? messages_in(row["messages"]) : std::vector<ChatMessage>{{"user", row["prompt"].text()}});
  return {std::move(made.prompt), made.bos};
}

RowPrompt text_in(const JsonPart& row) {
  RowPrompt read;
  read.prompt.text = row["prompt"].text();
  if (row.has("literal_spans")) read.prompt.literal = spans_in(row["literal_spans"]);
  if (!are_spans_of(read.prompt.text.size(), read.prompt.literal))
    throw Error(ErrorCode::bad_data, "'literal_spans' are not of the prompt, in order and apart", "they count bytes");
  return read;
}

/// Errors: bad_data unless the row has one of these.
void check_one_prompt(const JsonPart& row, const Chat* chat) {
  if (row.has("messages") && !chat)
    throw Error(ErrorCode::bad_data, "a row of messages needs a chat template",
                {"ask for a chat", {Setting::chat, Setting::chat_template}});
  if (row.has("ids") && chat) throw Error(ErrorCode::bad_data, "ids are no text that a chat template could take");
  if (int{row.has("prompt")} + int{row.has("ids")} + int{row.has("messages")} != 1)
    throw Error(ErrorCode::bad_data,
                chat ? "a row has either 'prompt' or 'messages'" : "a row has either 'prompt' or 'ids'");
}

RowPrompt read_prompt(const JsonPart& row, const LoadedModel& loaded, const Chat* chat) {
  check_one_prompt(row, chat);
  if (row.has("ids")) {
    RowPrompt read;
    read.prompt.ids = ids_in(row["ids"]);
    return read;
  }
  RowPrompt read = chat ? conversation_in(row, *chat) : text_in(row);
  read.prompt.ids = tokenizer_of(loaded).encode(read.prompt.text, encode_options(read.prompt, read.bos));
  return read;
}

std::vector<TokenId> read_continuation(const JsonPart& row, const RowPrompt& read, const LoadedModel& loaded) {
  const JsonPart part = row["continuation"];
  if (part.is_null())
    throw Error(ErrorCode::bad_data, "it has no 'continuation'", "a row says which text follows the prompt");
  if (part.value().is_array()) return ids_in(part);
  return continuation_of(read.prompt, read.bos, part.text(), tokenizer_of(loaded));
}

/// What the model read before each step, and its labels.
PromptSet prompts_of_steps(const TracedTexts& traced) {
  PromptSet set;
  for (std::size_t text = 0; text < traced.asked.size(); ++text) {
    std::vector<TokenId> ids = traced.asked[text].prompt;
    for (std::int64_t s = traced.trace.first[text]; s < traced.trace.first[text + 1]; ++s) {
      const TracedStep& step = traced.trace.steps[s];
      Prompt& prompt = set.prompts.emplace_back();
      prompt.ids = ids;
      prompt.label_ids = {step.id, step.runner_up};
      ids.push_back(step.id);
    }
  }
  return set;
}

}  // namespace

AskedText read_asked_text(const JsonPart& row, const LoadedModel& loaded, const Chat* chat, bool with_continuation) {
  RowPrompt read = read_prompt(row, loaded, chat);
  AskedText asked;
  asked.id = row["id"].value();
  if (read.prompt.ids.empty())
    throw Error(ErrorCode::bad_data, "the prompt is empty", "a prompt needs at least one token");
  if (with_continuation) asked.continuation = read_continuation(row, read, loaded);
  asked.prompt = std::move(read.prompt.ids);
  check_ids(asked.prompt, loaded.config().d_vocab);
  check_ids(asked.continuation, loaded.config().d_vocab);
  const std::int64_t n = std::ssize(asked.prompt) + std::max<std::int64_t>(std::ssize(asked.continuation), 1) - 1;
  if (n > loaded.config().n_ctx)
    throw Error(ErrorCode::bad_data,
                fmt::format("the text has {} tokens, the model's context {}", n, loaded.config().n_ctx),
                "shorten the text" + why_context_ends(loaded.config()));
  return asked;
}

std::vector<TokenId> continuation_of(const Prompt& prompt, EncodeOptions::Bos bos, const std::string& text,
                                     const Tokenizer& tokenizer) {
  const std::vector<TokenId> both = tokenizer.encode(prompt.text + text, encode_options(prompt, bos));
  if (!prompt.text.empty() && both.size() > prompt.ids.size() &&
      std::ranges::equal(prompt.ids, std::span(both).first(prompt.ids.size())))
    return {both.begin() + std::ssize(prompt.ids), both.end()};
  return tokenizer.encode(text, {.bos = EncodeOptions::Bos::no});
}

TokenId rival_of(const std::string& word, const LoadedModel& loaded) {
  const std::vector<TokenId> ids = tokenizer_of(loaded).encode(word, {.bos = EncodeOptions::Bos::no});
  if (ids.size() == 1) return ids[0];
  throw Error(ErrorCode::usage, fmt::format("the rival '{}' is {} tokens, not one", word, ids.size()),
              "most words are one token with the space in front: ' Paris'");
}

std::string TracedTexts::piece(TokenId id) const { return tokenizer ? tokenizer->token_text(id) : std::to_string(id); }

Run as_run(const TracedTexts& traced, RunInfo info) {
  std::vector<std::string> words = {"token", "runner-up"};
  words.insert(words.end(), traced.rival_words.begin(), traced.rival_words.end());
  if (traced.has_log_odds) words.emplace_back("all other tokens");
  info.set(facts::kLabelWords, words);
  info.set(facts::kRows, "tokens");
  info.set(facts::kPromptIds, hash_of_ids(prompts_of_steps(traced)));
  return {traced.trace.parts, std::vector<std::int32_t>(traced.trace.steps.size(), -1), {}, std::move(info)};
}

}  // namespace partwise::internal
