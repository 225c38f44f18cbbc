#include "serve/completion_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "serve/body.h"
#include "serve/request_members.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMostPrompts = 128;
constexpr std::int64_t kMostLogProbs = 20;
constexpr double kHighestTemperature = 2;
constexpr std::size_t kMostStopTexts = 32;

/// A member that is not known may be meant to change the answer.
void check_members(const OrderedJsonPart& body) {
  check_request_members(
      body, {"model", "prompt", "max_tokens", "echo", "logprobs", "temperature", "top_p", "seed", "stop", "stream",
             "stream_options", "suffix", "presence_penalty", "frequency_penalty", "logit_bias", "n", "best_of"});
}

/// Members that other servers know. They may be there as long as they change nothing.
void check_without_effect(const OrderedJsonPart& body) {
  if (body.has("suffix") && !body["suffix"].text().empty()) body["suffix"].refuse("text behind the completion");
  if (body.has("logit_bias") && !body["logit_bias"].members().empty()) body["logit_bias"].refuse("a change of logits");
  for (const char* key : {"presence_penalty", "frequency_penalty"})
    if (body.has(key) && body[key].number() != 0) body[key].refuse("a penalty other than 0");
  for (const char* key : {"n", "best_of"})
    if (body.has(key) && body[key].integer() != 1) body[key].refuse("more than one completion of a prompt");
  refuse_stream(body);
}

void check_model(const Service& service, const OrderedJsonPart& model) {
  const std::string name = model.is_null() ? "" : model.text();
  if (service.reader_for(name))
    throw Error(ErrorCode::bad_data, fmt::format("'{}' is a reader: it answers with labels and has no text", name),
                fmt::format("the model's own name is '{}'", service.options().model_name));
}

std::int64_t integer_or(const OrderedJsonPart& part, std::int64_t otherwise, std::int64_t low, std::int64_t high) {
  return part.is_null() ? otherwise : part.integer(low, high);
}

double number_or(const OrderedJsonPart& part, double otherwise, double high) {
  if (part.is_null()) return otherwise;
  const double value = part.number();
  if (!(value >= 0 && value <= high)) part.fail(fmt::format("{} is not from 0 to {}", value, high));
  return value;
}

std::vector<std::string> stop_texts_in(const OrderedJsonPart& stop) {
  if (stop.is_null()) return {};
  if (stop.value().is_string()) return {stop.text()};
  std::vector<std::string> texts = stop.texts();
  if (texts.size() > kMostStopTexts) stop.fail(fmt::format("more than {} texts", kMostStopTexts));
  return texts;
}

/// What a text without anything in it begins with.
TokenId token_of_nothing(const Tokenizer& tokenizer) {
  if (tokenizer.bos_id()) return *tokenizer.bos_id();
  if (tokenizer.eos_id()) return *tokenizer.eos_id();
  throw Error(ErrorCode::bad_data, "an empty prompt needs BOS or an end token, and the tokenizer has neither",
              "give at least a character");
}

CompletionPrompt prompt_of(std::string text, const Tokenizer& tokenizer) {
  CompletionPrompt prompt{std::move(text), {}, tokenizer.adds_bos()};
  prompt.ids = tokenizer.encode(prompt.text);
  if (!prompt.ids.empty()) return prompt;
  prompt.ids = {token_of_nothing(tokenizer)};
  prompt.begins_silent = true;
  return prompt;
}

CompletionPrompt prompt_of_ids(const OrderedJsonPart& list, const Tokenizer& tokenizer, std::int64_t d_vocab) {
  CompletionPrompt prompt;
  for (const OrderedJsonPart& id : list.elements())
    prompt.ids.push_back(static_cast<TokenId>(id.integer(0, std::min(d_vocab, tokenizer.vocab_size()) - 1)));
  if (prompt.ids.empty()) list.fail("it is empty: a prompt needs at least one token");
  prompt.text = tokenizer.decode(prompt.ids, false);
  return prompt;
}

CompletionPrompt read_prompt(const OrderedJsonPart& part, const Tokenizer& tokenizer, std::int64_t d_vocab) {
  if (part.value().is_string()) return prompt_of(part.text(), tokenizer);
  if (part.value().is_array()) return prompt_of_ids(part, tokenizer, d_vocab);
  part.fail_as_no("string, and no list of token ids either");
}

/// The prompts' places: the member itself, or its elements if it is a list of prompts.
std::vector<OrderedJsonPart> prompt_parts(const OrderedJsonPart& prompt) {
  if (!prompt.value().is_array() || (!prompt.value().empty() && prompt.value()[0].is_number())) return {prompt};
  std::vector<OrderedJsonPart> parts = prompt.elements();
  if (parts.empty()) prompt.fail("it is empty: give at least one prompt");
  if (parts.size() > kMostPrompts)
    prompt.fail(fmt::format("{} prompts are more than the {} of one request", parts.size(), kMostPrompts));
  return parts;
}

/// The last token of a text that is only scored is not read.
void check_length(const OrderedJsonPart& part, const CompletionPrompt& prompt, const CompletionRequest& request,
                  std::int64_t n_ctx) {
  const std::int64_t n_read = std::ssize(prompt.ids) - (request.max_tokens == 0 ? 1 : 0);
  if (n_read <= n_ctx) return;
  try {
    part.fail(fmt::format("it has {} tokens, the model's context {}", prompt.ids.size(), n_ctx));
  } catch (const Error& error) {
    throw Error(error.code(), error.what(), "shorten the prompt");
  }
}

}  // namespace

const Tokenizer& tokenizer_of(const LoadedModel& loaded) {
  if (const Tokenizer* tokenizer = loaded.needed_tokenizer()) return *tokenizer;
  throw Error(ErrorCode::bad_data, "the model has no tokenizer, so it reads and writes no text",
              "add the model's tokenizer.json, and start the server again");
}

CompletionRequest read_completion_request(const Service& service, const OrderedJson& json) {
  const OrderedJsonPart body = whole(json);
  check_members(body);
  check_model(service, body["model"]);
  check_without_effect(body);
  const ModelConfig& config = service.loaded().config();
  CompletionRequest request;
  request.echo = body["echo"].flag_or(false);
  request.max_tokens = integer_or(body["max_tokens"], request.max_tokens, 0, config.n_ctx);
  if (request.max_tokens == 0 && !request.echo) body["max_tokens"].fail("0 leaves nothing to answer without 'echo'");
  if (body.has("logprobs")) request.log_probs = body["logprobs"].integer(0, kMostLogProbs);
  request.sampling = {number_or(body["temperature"], 1, kHighestTemperature), number_or(body["top_p"], 1, 1), 0};
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  request.sampling.seed = static_cast<std::uint64_t>(integer_or(body["seed"], 0, -kAny - 1, kAny));
  request.stop_texts = stop_texts_in(body["stop"]);
  const Tokenizer& tokenizer = tokenizer_of(service.loaded());
  for (const OrderedJsonPart& part : prompt_parts(body["prompt"])) {
    request.prompts.push_back(read_prompt(part, tokenizer, config.d_vocab));
    check_length(part, request.prompts.back(), request, config.n_ctx);
  }
  return request;
}

}  // namespace partwise::internal
