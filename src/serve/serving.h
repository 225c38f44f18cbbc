// A model behind an address.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/server.h"
#include "serve/deadlines.h"
#include "serve/service.h"

namespace partwise::internal {

struct ServingOptions {
  ServiceOptions service;
  http::ServerOptions server;
  std::chrono::milliseconds most_time{0};                   // that a request may take; 0: any
  std::vector<std::pair<std::string, ReaderFile>> readers;  // by name
  std::function<void(const std::string&)> note;             // hears what is wrong with kept readers
};

class Serving {
 public:
  /// Adds the readers, and those that the readers' folder holds; computes once with all layers, so that they are ready;
  /// and listens when that is done. The session must outlive the
  /// object. `on_answered` as in http::Server. Errors: those of http::Server, and of reading the model's weights.
  Serving(Session& session, ServingOptions options, std::function<void(const http::Answered&)> on_answered);

  Service& service() { return service_; }
  http::Server& server() { return *server_; }

 private:
  std::vector<http::Route> timed_routes();
  void count(const http::Answered& answered);

  void add_readers(ServingOptions& options);

  Service service_;
  Deadlines deadlines_;
  std::function<void(const http::Answered&)> on_answered_;
  std::vector<std::string> paths_;
  std::atomic<const http::Server*> started_ = nullptr;  // for routes, which may be asked before server_ is set
  std::unique_ptr<http::Server> server_;                // the last, since what it calls must outlive it
};

}  // namespace partwise::internal
