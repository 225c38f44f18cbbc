#include "http/connections.h"

#include "http/connection.h"

namespace partwise::internal::http {

Connections::Place Connections::add(Connection& connection) {
  std::list<Connection*>& list = list_of(WaitsFor::header);
  return {WaitsFor::header, list.insert(list.end(), &connection)};
}

void Connections::move(Place& place, WaitsFor what) {
  std::list<Connection*>& list = list_of(what);
  list.splice(list.end(), list_of(place.what), place.at);
  place.what = what;
}

void Connections::remove(const Place& place) { list_of(place.what).erase(place.at); }

std::size_t Connections::size() const {
  std::size_t n = 0;
  for (const auto& list : lists_) n += list.size();
  return n;
}

bool Connections::make_room() {
  for (const WaitsFor what : {WaitsFor::header, WaitsFor::transfer}) {
    const std::list<Connection*>& list = list_of(what);
    if (list.empty()) continue;
    list.front()->shared_from_this()->close();
    return true;
  }
  return false;
}

std::vector<std::shared_ptr<Connection>> Connections::all() const {
  std::vector<std::shared_ptr<Connection>> connections;
  for (const auto& list : lists_)
    for (Connection* connection : list) connections.push_back(connection->shared_from_this());
  return connections;
}

}  // namespace partwise::internal::http
