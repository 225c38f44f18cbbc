#include "prompts/chat_frame.h"

#include <fmt/format.h>

#include <ctime>
#include <map>

#include "base/error.h"
#include "base/json.h"

namespace partwise::internal {

namespace {

using jinja::Side;

constexpr std::string_view kAround = " \n ";  // around a stand-in, to see which of it is taken off

/// Stands in for the text of message `i`. It is one word that no template writes, begins or ends in a special way.
std::string stand_in(std::size_t i) { return fmt::format("Q7vJ{}Zk3W", i); }

std::tm fixed_time() {
  std::tm time{};
  time.tm_year = 2024 - 1900;
  time.tm_mon = 6;  // July
  time.tm_mday = 26;
  time.tm_wday = 5;    // Friday
  time.tm_yday = 207;  // from 0
  return time;
}

std::string render(const ChatTemplate& chat, const std::vector<std::string>& roles, ChatEnd end,
                   std::string_view space = "") {
  std::vector<ChatMessage> messages;
  for (std::size_t i = 0; i < roles.size(); ++i)
    messages.push_back({roles[i], fmt::format("{}{}{}", space, stand_in(i), space)});
  return render_chat(chat, messages, end);
}

[[noreturn]] void refuse_template(const std::string& what) {
  throw Error(ErrorCode::bad_data, what, {"give another template", {Setting::chat_template}});
}

/// A text, cut at the stand-ins.
struct Pieces {
  std::vector<std::size_t> order;  // [n_messages] of the messages in the text
  std::vector<std::string> texts;  // [n_messages + 1] what is between them
};

Pieces cut_at_stand_ins(const std::string& text, const std::vector<std::string>& roles) {
  std::map<std::size_t, std::size_t> found;  // place in the text -> message
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const std::size_t at = text.find(stand_in(i));
    if (at == std::string::npos || text.find(stand_in(i), at + 1) != std::string::npos)
      refuse_template(
          fmt::format("the chat template does not write the text of message {} ({}) once", i + 1, roles[i]));
    found[at] = i;
  }
  Pieces pieces;
  std::size_t done = 0;
  for (const auto& [at, message] : found) {
    pieces.order.push_back(message);
    pieces.texts.push_back(text.substr(done, at - done));
    done = at + stand_in(message).size();
  }
  if (pieces.order.back() + 1 != roles.size())
    refuse_template("the chat template does not write the text of the last message last");
  pieces.texts.push_back(text.substr(done));
  return pieces;
}

/// What is left of the space on both sides of `piece`: {behind the text before it, before the text behind it}.
/// Errors: bad_data if it is neither all nor nothing.
std::pair<bool, bool> space_around(const std::string& piece, const std::string& spaced) {
  for (const bool behind : {false, true})
    for (const bool before : {false, true})
      if (spaced == fmt::format("{}{}{}", behind ? kAround : "", piece, before ? kAround : "")) return {behind, before};
  refuse_template("the chat template changes the white space at the ends of texts in a way of its own");
}

std::optional<Side> trim_of(bool has_left, bool has_right) {
  if (has_left && has_right) return std::nullopt;
  return has_left ? Side::right : has_right ? Side::left : Side::both;
}

std::vector<std::optional<Side>> find_trims(const std::vector<std::string>& plain,
                                            const std::vector<std::string>& spaced) {
  std::vector<std::optional<Side>> trims;
  bool has_left = false;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const bool is_first = i == 0, is_last = i + 1 == plain.size();
    const std::string& piece = plain[i];
    const auto [behind, before] = space_around(piece, spaced[i]);
    if (!is_first) trims.push_back(trim_of(has_left, behind));
    if (!is_last) has_left = before;
  }
  return trims;
}

/// Finds what is written in front of an answer and behind it.
void find_answer(const ChatTemplate& chat, std::vector<std::string> roles, ChatFrame& frame) {
  roles.emplace_back("assistant");
  const std::string text = render(chat, roles, ChatEnd::answered);
  const std::string question = stand_in(roles.size() - 2), answer = stand_in(roles.size() - 1);
  const std::size_t asked = text.rfind(question), answered = text.rfind(answer);
  if (asked == std::string::npos || answered == std::string::npos || answered < asked)
    refuse_template("the chat template writes no answer behind a question");
  frame.answer_end = text.substr(answered + answer.size());
  const std::string start = text.substr(asked + question.size(), answered - asked - question.size());
  if (!start.starts_with(frame.after)) return;  // an answer that is there is introduced in another way
  const std::string more = start.substr(frame.after.size());
  const std::size_t n_spaces = more.ends_with(' ') ? 1 : 0;
  frame.answer_start = more.substr(0, more.size() - n_spaces);
  frame.answer_space = more.substr(more.size() - n_spaces);
}

}  // namespace

std::string render_chat(const ChatTemplate& chat, const std::vector<ChatMessage>& messages, ChatEnd end) {
  OrderedJson list = OrderedJson::array();
  for (const auto& [role, content] : messages) list.push_back({{"role", role}, {"content", content}});
  return chat.render({{"messages", list}, {"add_generation_prompt", end == ChatEnd::asked}, {"enable_thinking", false}},
                     fixed_time);
}

ChatFrame find_frame(const ChatTemplate& chat, const std::vector<std::string>& roles) {
  const Pieces plain = cut_at_stand_ins(render(chat, roles, ChatEnd::asked), roles);
  const Pieces spaced = cut_at_stand_ins(render(chat, roles, ChatEnd::asked, kAround), roles);
  if (plain.order != spaced.order) refuse_template("the chat template orders texts by what is in them");
  ChatFrame frame;
  frame.order = plain.order;
  frame.before.assign(plain.texts.begin(), plain.texts.end() - 1);
  frame.trims = find_trims(plain.texts, spaced.texts);
  frame.after = plain.texts.back();
  find_answer(chat, roles, frame);
  return frame;
}

}  // namespace partwise::internal
