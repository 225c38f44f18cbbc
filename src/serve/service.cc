#include "serve/service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "base/error.h"
#include "session/reasons.h"

namespace partwise::internal {

Service::Service(const Session& session, ServiceOptions options)
    : session_(session),
      options_(std::move(options)),
      started_(std::time(nullptr)),
      readers_(session.loaded(), options_.reader_folder),
      passes_(session, options_.passes, [this](const PassFigures& pass) { metrics_.count_pass(pass); }) {}

std::vector<PassResult> Service::ask(const PassKind& kind, std::vector<PromptIds> prompts, std::stop_token gone) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<PassResult> results = passes_.ask(kind, std::move(prompts), std::move(gone));
  metrics_.count_wait(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return results;
}

const ReasonFinder& Service::finder_of(const std::shared_ptr<const ReaderFile>& reader) {
  if (explained_ != reader || !finder_) {
    finder_ = nullptr;  // it refers to the reader that is let go now
    explained_ = reader;
    finder_ = std::make_shared<const ReasonFinder>(session_, *reader);
  }
  return *finder_;
}

bool Service::is_model(const std::string& name) const {
  return name.empty() || name == options_.model_name ||
         std::ranges::find(options_.aliases, name) != options_.aliases.end();
}

void Service::add_reader(const std::string& name, ReaderFile reader) {
  if (is_model(name))
    throw Error(ErrorCode::usage, fmt::format("a reader cannot be called '{}': this is a name of the model", name),
                "choose another name");
  readers_.add(name, std::move(reader));
}

std::string Service::name_of(const std::string& name) const { return readers_.find(name) ? name : options_.model_name; }

std::shared_ptr<const ReaderFile> Service::reader_for(const std::string& name) const {
  if (auto reader = readers_.find(name)) return reader;
  if (is_model(name)) return nullptr;
  std::vector<std::string> names = readers_.names();
  names.insert(names.begin(), options_.model_name);
  throw Error(ErrorCode::missing_input, fmt::format("there is no model or reader '{}' here", name),
              fmt::format("this server answers as {}", fmt::join(names, ", ")));
}

ProgressFn stops_if(std::stop_token gone) {
  return [gone = std::move(gone)](const Progress&) {
    if (gone.stop_requested()) throw Error(ErrorCode::interrupted, "nobody waits for the answer any more");
  };
}

}  // namespace partwise::internal
