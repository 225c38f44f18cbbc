#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/prompt_options.h"
#include "cli/request_log.h"
#include "data/lines.h"
#include "prompts/chat_prompt.h"
#include "serve/serving.h"

namespace partwise::internal {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr auto kLookForSignals = milliseconds(20);
constexpr double kLeastBody = 1024;

/// "NAME=FILE" in two. Errors: usage.
std::pair<std::string, fs::path> parse_reader(const std::string& word) {
  const std::size_t at = word.find('=');
  if (at == std::string::npos || at == 0 || at + 1 == word.size())
    throw Error(ErrorCode::usage, fmt::format("--reader cannot be '{}'", word),
                "a name for requests and a reader file, like tickets=tickets.json");
  return {word.substr(0, at), word.substr(at + 1)};
}

/// The keys of a file: one on each line; empty lines and lines that begin with "#" are passed over. Errors:
/// missing_input, bad_data.
std::vector<std::string> read_keys(const fs::path& file) {
  std::vector<std::string> keys;
  constexpr std::string_view kBom = "\xef\xbb\xbf";  // editors of Windows put it in front
  const std::string text = read_text_file(file);
  for (std::size_t begin = text.starts_with(kBom) ? kBom.size() : 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string key{trim(std::string_view(text).substr(begin, end - begin))};
    if (!key.empty() && !key.starts_with('#')) keys.push_back(key);
    begin = end + 1;
  }
  if (keys.empty())
    throw Error(ErrorCode::bad_data, fmt::format("{} holds no key", file.string()), "write one key on each line");
  return keys;
}

class Serve : public Command {
 public:
  void add_options(OptionList& options) override {
    add_model_options(options, model_);
    options
        .parsed_list(
            "--reader",
            [this](const std::vector<std::string>& words) {
              for (const std::string& word : words) readers_.push_back(parse_reader(word));
            },
            "a reader file of `partwise fit`, under the name by which requests ask for it; may be repeated")
        .type_name("NAME=READER.json")
        .one_value();
    add_address_options(options);
    add_limit_options(options);
    add_prompt_options(options);
    add_compute_options(options, compute_);
    options.flag("--log-json", log_json_, "write a line of JSON for each request to standard error, not text");
  }

  void run(Console& console) override {
    const Interruptible interruptible;
    prepare_server();
    const LoadedModel loaded(model_);
    Session session(loaded, compute_, Passes::served);
    options_.service.chat = find_chat(loaded, console);
    options_.service.model_name = loaded.place().name;
    options_.note = [&](const std::string& fault) { console.note("note: a reader is left out: " + fault); };
    RequestLog log(STDERR_FILENO);
    const auto note = [&](const std::string& line) {
      if (!console.quiet) log.add(line);
    };
    Serving serving(session, std::move(options_), [&](const http::Answered& answered) { note(line_of(answered)); });
    console.print(serving.server().url() + "\n");
    console.flush();
    wait_for_signal();
    note("stopping: answering what was asked before");
    if (!serving.server().drain(milliseconds(1000 * drain_seconds_)))
      note(fmt::format("some requests were not answered within {} s", drain_seconds_));
  }

 private:
  void add_address_options(OptionList& options) {
    http::ServerOptions& server = options_.server;
    options.option("--host", server.host, "the address to listen at (default 127.0.0.1: this machine alone)")
        .type_name("HOST");
    options.option("--port", port_, "the port (default 9931); 0 takes a free one").type_name("N").range(0, 65535);
    options
        .option("--api-key-file", key_file_,
                "a file with keys, one on each line: a request needs one of them, as `Authorization: Bearer KEY`")
        .type_name("FILE");
    options
        .option("--cors-origins", server.allowed_origins,
                "origins of web pages that may ask, besides those of this machine; * allows all")
        .type_name("ORIGINS")
        .comma_list();
    options
        .option("--allowed-hosts", server.allowed_hosts,
                "names by which requests may call this server, besides HOST, localhost and addresses; needed behind a "
                "name if there are no keys")
        .type_name("NAMES")
        .comma_list();
    options.option("--tls-cert", server.certificate_file, "a certificate, with its chain, for HTTPS").type_name("PEM");
    options.option("--tls-key", server.key_file, "the certificate's private key").type_name("PEM");
  }

  void add_limit_options(OptionList& options) {
    options
        .option("--queue", queue_,
                "how many requests may be answered or wait at a time (default 64); a further one is told to come again")
        .type_name("N")
        .range(1, 4096);
    options
        .option("--drain", drain_seconds_,
                "how long requests may still be answered after SIGTERM or Ctrl-C (default 30)")
        .type_name("SECONDS")
        .range(0, 86400);
    options.option("--timeout", timeout_seconds_, "how long a request may take (default 600; 0: any time)")
        .type_name("SECONDS")
        .range(0, 86400);
    options
        .parsed(
            "--max-body",
            [this](const std::string& text) {
              options_.server.most_body_bytes = static_cast<std::uint64_t>(parse_size("--max-body", text, kLeastBody));
            },
            "the largest body of a request, like 4M (default 16M, at least 1K)")
        .type_name("SIZE");
  }

  void add_prompt_options(OptionList& options) {
    options
        .option("--alias", options_.service.aliases,
                "further names by which requests may ask for the model; jev-latest is always one")
        .type_name("NAMES")
        .comma_list();
    options.flag("--no-chat", no_chat_, "ask in plain text, although the model has a chat template");
    options.option("--chat-template", chat_template_, "a chat template of your own instead of the model's")
        .type_name("FILE");
    options
        .option("--reader-dir", reader_folder_,
                "a folder: readers that requests fit are written there, and are there again after a start (default: "
                "they are "
                "held in memory)")
        .type_name("FOLDER");
  }

  /// Errors: usage for names and addresses that cannot be meant, such as those of a variable that is not set.
  void check_words() {
    std::string& host = options_.server.host;
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);  // as in an URL
    if (host.empty()) throw Error(ErrorCode::usage, "--host is empty", "127.0.0.1 is this machine alone");
    for (const std::string& alias : options_.service.aliases)
      if (alias.empty()) throw Error(ErrorCode::usage, "--alias has an empty name", "names have commas between them");
    for (const std::string& origin : options_.server.allowed_origins)
      if (origin != "*" && origin.find("://") == std::string::npos)
        throw Error(ErrorCode::usage, fmt::format("--cors-origins: '{}' is no origin", origin),
                    "an origin is like https://app.example.org, or * for all");
    for (const std::string& name : options_.server.allowed_hosts)
      if (name.empty() || name.find_first_of("/:") != std::string::npos)
        throw Error(ErrorCode::usage, fmt::format("--allowed-hosts: '{}' is no name of a host", name),
                    "a name alone, without http:// and port");
    if (options_.server.certificate_file.empty() != options_.server.key_file.empty())
      throw Error(ErrorCode::usage, "--tls-cert and --tls-key belong together", "give both, or neither");
    if (no_chat_ && !chat_template_.empty())
      throw Error(ErrorCode::usage, "--no-chat and --chat-template exclude each other", "give one of them");
  }

  /// What is wrong with files is said before the model is loaded.
  void prepare_server() {
    check_words();
    options_.server.port = static_cast<std::uint16_t>(port_);
    options_.server.most_waiting = static_cast<std::size_t>(queue_);
    options_.most_time = milliseconds(1000 * timeout_seconds_);
    options_.service.aliases.emplace_back("jev-latest");
    options_.service.reader_folder = reader_folder_;
    if (!key_file_.empty()) options_.server.keys = read_keys(key_file_);
    if (!reader_folder_.empty()) make_folder(reader_folder_);
    for (const auto& [name, file] : readers_) {
      if (std::ranges::count(readers_, name, [](const auto& reader) { return reader.first; }) > 1)
        throw Error(ErrorCode::usage, fmt::format("--reader gives the name '{}' twice", name), "give each its own");
      options_.readers.emplace_back(name, read_reader(file));
    }
  }

  /// The chat that prompts go through: the model's own, if it has one that can be used.
  std::shared_ptr<const Chat> find_chat(const LoadedModel& loaded, const Console& console) const {
    if (no_chat_) return nullptr;
    const ChatChoice choice{.is_wanted = true, .template_file = chat_template_};
    try {
      auto chat = choice.with_model(loaded.place().path, loaded.tokenizer());
      chat_prompt(*chat, {{"user", "a"}});
      return chat;
    } catch (const Error& error) {
      if (!chat_template_.empty()) throw;
      if (error.code() == ErrorCode::bad_data)
        console.note(fmt::format("note: prompts are plain text, since the model's chat template cannot be used: {}",
                                 error.what()));
      else if (error.code() != ErrorCode::missing_input)
        throw;
      return nullptr;
    }
  }

  static void wait_for_signal() {
    try {
      while (true) {
        throw_if_interrupted();
        std::this_thread::sleep_for(kLookForSignals);
      }
    } catch (const Error& error) {
      if (error.code() != ErrorCode::interrupted) throw;
    }
  }

  std::string line_of(const http::Answered& answered) const {
    return log_json_ ? request_json(answered, std::time(nullptr)) : request_line(answered, std::time(nullptr));
  }

  ModelChoice model_;
  ComputeOptions compute_;
  ServingOptions options_;
  std::vector<std::pair<std::string, fs::path>> readers_;
  std::string key_file_, chat_template_, reader_folder_;
  std::int64_t port_ = 9931, queue_ = 64, drain_seconds_ = 30, timeout_seconds_ = 600;
  bool no_chat_ = false, log_json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 82,
    .name = "serve",
    .summary = "answers questions about texts over HTTP, each answer with its reasons",
    .usage = "--model MODEL [--reader NAME=READER.json ...] [--host HOST] [--port N]",
    .description =
        "Loads the model once and answers requests until it is stopped: decisions in the forms of TypeSafe's System "
        "One "
        "(/v1/systemone) and of OpenAI (/v1/decisions), rows for fitted readers (/v1/classify, /classify), completions "
        "with log-probabilities (/v1/completions) and more (docs/http-api.md). The same request has the same answer, "
        "bit "
        "for bit, whatever else is asked meanwhile. When it is ready, its address is printed. Each request is a line "
        "on "
        "standard error. SIGTERM or Ctrl-C lets it finish what was asked, then it ends; a second one ends it at once.",
    .example =
        "partwise serve --model SmolLM2.gguf\n"
        "curl http://127.0.0.1:9931/v1/systemone -d '{\"state\": \"I was charged twice.\", \"questions\":\n"
        "  {\"refund\": {\"type\": \"noul\", \"instructions\": \"Does the customer want money back?\"}}}'\n"
        "partwise serve --model SmolLM2.gguf --reader reviews=comprw.json --port 0 --api-key-file keys.txt",
    .make = make_command<Serve>,
};

}  // namespace

void register_serve(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
