#include "jinja/clock.h"

#include <fmt/format.h>

#include <array>

#include "jinja/builder.h"

namespace partwise::internal::jinja {

namespace {

constexpr std::string_view kKnown = "aAbBcdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYC%";
constexpr std::string_view kOfZones = "zZ";  // "": the time has no zone

std::string field(char directive, const std::tm& time) {
  std::array<char, 128> buffer;
  const std::string format = {'%', directive};
  return {buffer.data(), std::strftime(buffer.data(), buffer.size(), format.c_str(), &time)};
}

std::string unpadded(std::string text) {
  while (text.size() > 1 && (text[0] == '0' || text[0] == ' ')) text.erase(0, 1);
  return text;
}

}  // namespace

std::string format_time(const std::string& format, const std::tm& time) {
  Builder out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    const bool is_unpadded = format[i + 1] == '-' && i + 2 < format.size();
    i += is_unpadded ? 2 : 1;
    if (format[i] == 'f') refuse("'%f' (microseconds) in a time");
    if (kOfZones.find(format[i]) != std::string_view::npos) continue;
    if (kKnown.find(format[i]) == std::string_view::npos) refuse(fmt::format("'%{}' in a time", format[i]));
    out += is_unpadded ? unpadded(field(format[i], time)) : field(format[i], time);
  }
  return out.take();
}

}  // namespace partwise::internal::jinja
