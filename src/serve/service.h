// What all routes work with: a model at work, its readers, and what is counted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/turns.h"
#include "prompts/chat.h"
#include "serve/fitted_readers.h"
#include "serve/metrics.h"
#include "serve/pass_queue.h"
#include "session/session.h"

namespace partwise::internal {

class ReasonFinder;

struct ServiceOptions {
  std::string model_name;               // what answers call the model
  std::vector<std::string> aliases;     // further names that requests may use for it
  std::shared_ptr<const Chat> chat;     // null: prompts are plain text
  std::filesystem::path reader_folder;  // where fitted readers are written; empty: they are held in memory
  PassQueue::Options passes;
};

class Service {
 public:
  /// The session must outlive the object.
  Service(const Session& session, ServiceOptions options);

  const Session& session() const { return session_; }
  const LoadedModel& loaded() const { return session_.loaded(); }
  const ServiceOptions& options() const { return options_; }
  FittedReaders& readers() { return readers_; }
  /// A reader of the command line. Errors: those of FittedReaders::add; usage if the name means the model.
  void add_reader(const std::string& name, ReaderFile reader);
  /// One request writes text at a time, one fits, and one asks for reasons in words: each takes all cores, or much
  /// memory, for as long as it likes.
  Turns& writing() { return writing_; }
  Turns& fitting() { return fitting_; }
  Turns& reasoning() { return reasoning_; }
  /// For who has a turn of reasoning(). Making a finder takes seconds, so the last one is kept. It does not outlive the
  /// next call. Errors: those of ReasonFinder.
  const ReasonFinder& finder_of(const std::shared_ptr<const ReaderFile>& reader);
  Metrics& metrics() { return metrics_; }
  PassQueue& passes() { return passes_; }
  /// PassQueue::ask(), counted.
  std::vector<PassResult> ask(const PassKind& kind, std::vector<PromptIds> prompts, std::stop_token gone);
  std::int64_t started() const { return started_; }  // seconds since 1970

  /// Whether a request's `model` means the model itself. An empty name does.
  bool is_model(const std::string& name) const;
  /// What answers to a request for `name` call who answers: the reader, or the model.
  std::string name_of(const std::string& name) const;
  /// Null for the model itself, else the reader of this name. Errors: missing_input, with all names.
  std::shared_ptr<const ReaderFile> reader_for(const std::string& name) const;

 private:
  const Session& session_;
  ServiceOptions options_;
  std::int64_t started_;
  Metrics metrics_;
  FittedReaders readers_;
  Turns writing_, fitting_, reasoning_;
  std::shared_ptr<const ReaderFile> explained_;  // whose finder is kept
  std::shared_ptr<const ReasonFinder> finder_;
  PassQueue passes_;
};

/// For long work: throws interrupted once `gone` is asked to stop.
ProgressFn stops_if(std::stop_token gone);

}  // namespace partwise::internal
