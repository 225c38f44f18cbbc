#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "prompts/chat_prompt.h"
#include "prompts/label_words.h"
#include "serve/body.h"
#include "serve/completion_request.h"
#include "serve/request_members.h"
#include "serve/routes.h"
#include "serve/token_pieces.h"

namespace partwise::internal {

namespace {

/// The text of the token, or its bytes if they are no whole characters.
OrderedJson piece_or_bytes(const Tokenizer& tokenizer, TokenId id) {
  const std::string bytes = tokenizer.bytes_of(id);
  if (find_invalid_utf8(bytes) == std::string_view::npos) return bytes;
  OrderedJson list = OrderedJson::array();
  for (const char byte : bytes) list.push_back(static_cast<unsigned char>(byte));
  return list;
}

/// llama-server's form.
OrderedJson tokens_of_content(const OrderedJsonPart& body, const Tokenizer& tokenizer) {
  check_request_members(body, {"content", "add_special", "parse_special", "with_pieces"});
  using Bos = EncodeOptions::Bos;
  const std::vector<TokenId> ids =
      tokenizer.encode(body["content"].text(), {.bos = body["add_special"].flag_or(false) ? Bos::automatic : Bos::no,
                                                .parse_special = body["parse_special"].flag_or(true)});
  OrderedJson tokens = OrderedJson::array();
  const bool with_pieces = body["with_pieces"].flag_or(false);
  for (const TokenId id : ids)
    tokens.push_back(with_pieces ? OrderedJson{{"id", id}, {"piece", piece_or_bytes(tokenizer, id)}} : OrderedJson(id));
  return {{"tokens", std::move(tokens)}};
}

std::vector<TokenId> ids_of_prompt(const OrderedJsonPart& body, const Tokenizer& tokenizer) {
  check_request_members(body, {"model", "prompt", "add_special_tokens", "return_token_strs"});
  using Bos = EncodeOptions::Bos;
  return tokenizer.encode(body["prompt"].text(),
                          {.bos = body["add_special_tokens"].flag_or(true) ? Bos::automatic : Bos::no});
}

std::vector<ChatMessage> messages_in(const OrderedJsonPart& list) {
  std::vector<ChatMessage> messages;
  for (const OrderedJsonPart& message : list.elements()) {
    message.check_members({"role", "content"});
    messages.push_back({message["role"].text(), message["content"].text()});
  }
  return messages;
}

std::vector<TokenId> ids_of_messages(const OrderedJsonPart& body, const Tokenizer& tokenizer, const Chat* chat) {
  check_request_members(body, {"model", "messages", "add_generation_prompt", "return_token_strs"});
  if (!body["add_generation_prompt"].flag_or(true))
    body["add_generation_prompt"].refuse("a conversation that is not to be answered");
  if (!chat)
    throw Error(ErrorCode::bad_data, "'messages': this server has no chat template",
                {"send 'prompt', or start the server with a chat template", {Setting::chat_template}});
  const ChatPrompt made = chat_prompt(*chat, messages_in(body["messages"]));
  return tokenizer.encode(made.prompt.text, encode_options(made.prompt, made.bos));
}

/// vLLM's form.
OrderedJson counted(const std::vector<TokenId>& ids, const OrderedJsonPart& body, const Service& service) {
  OrderedJson answer = {{"tokens", ids}, {"count", ids.size()}, {"max_model_len", service.loaded().config().n_ctx}};
  if (!body["return_token_strs"].flag_or(false)) return answer;
  for (const TokenId id : ids) answer["token_strs"].push_back(piece_of(tokenizer_of(service.loaded()), id));
  return answer;
}

}  // namespace

http::Response answer_tokenize(Service& service, const http::Request& request, std::stop_token) {
  const OrderedJson json = json_body(request);
  const OrderedJsonPart body = whole(json);
  const Tokenizer& tokenizer = tokenizer_of(service.loaded());
  if (body.has("prompt")) return json_response(counted(ids_of_prompt(body, tokenizer), body, service));
  if (body.has("messages"))
    return json_response(counted(ids_of_messages(body, tokenizer, service.options().chat.get()), body, service));
  return json_response(tokens_of_content(body, tokenizer));
}

http::Response answer_detokenize(Service& service, const http::Request& request, std::stop_token) {
  const OrderedJson json = json_body(request);
  const OrderedJsonPart body = whole(json);
  check_request_members(body, {"model", "tokens"});
  const Tokenizer& tokenizer = tokenizer_of(service.loaded());
  std::vector<TokenId> ids;
  for (const OrderedJsonPart& id : body["tokens"].elements())
    ids.push_back(static_cast<TokenId>(id.integer(0, tokenizer.vocab_size() - 1)));
  const std::string text = tokenizer.decode(ids, false);
  return json_response({{"content", text}, {"prompt", text}});  // as llama-server calls it, and as vLLM does
}

}  // namespace partwise::internal
