// All connections, in the order in which they may be closed to make room.
#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <memory>
#include <vector>

namespace partwise::internal::http {

class Connection;

/// What a connection waits for.
enum class WaitsFor { header, transfer, answer };

class Connections {
 public:
  /// Where a connection stands.
  struct Place {
    WaitsFor what;
    std::list<Connection*>::iterator at;
  };

  /// A connection that waits for a header from now on.
  Place add(Connection& connection);
  /// It waits for `what` from now on.
  void move(Place& place, WaitsFor what);
  void remove(const Place& place);

  std::size_t size() const;
  /// Closes the connection that has waited longest for a header; if there is none, for bytes of a body or of an answer.
  /// Connections whose requests are being answered stay. Returns whether there was one.
  bool make_room();
  /// They stay alive while somebody goes through them.
  std::vector<std::shared_ptr<Connection>> all() const;

 private:
  std::list<Connection*>& list_of(WaitsFor what) { return lists_[static_cast<std::size_t>(what)]; }

  std::array<std::list<Connection*>, 3> lists_;  // by WaitsFor, longest first
};

}  // namespace partwise::internal::http
