#include "hub/checkpoint_series.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/suggest.h"
#include "base/text.h"
#include "hub/hub_cache.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kForms =
    "forms are ORG/NAME@step*, ORG/NAME@step0..step1000, ORG/NAME@step0,step512, and DIR/step*";

/// Where the checkpoints of a form are, and which of them it selects.
struct Form {
  std::string parent;  // "org/name@" or "DIR/": what goes before a label
  std::string where;   // for messages
  std::string selection;
  std::vector<std::string> there;  // ordered by their numbers
  bool is_hub;
};

std::vector<std::string> subfolders(const fs::path& folder) {
  std::vector<std::string> names = folders_in(folder);
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

Form folder_form(const std::string& text) {
  const std::size_t slash = text.rfind('/');
  const bool here = slash == std::string::npos;
  const std::string parent = here ? "" : text.substr(0, slash + 1);
  const std::string folder = here ? "." : parent;
  if (!is_folder(folder)) {
    throw Error(ErrorCode::missing_input, fmt::format("there is no folder {} for the checkpoint series", folder),
                kForms);
  }
  return {parent, folder, here ? text : text.substr(slash + 1), subfolders(folder), false};
}

Form hub_form(const HubName& name, std::string selection) {
  const std::string parent = name.file.empty() ? name.repo : name.repo + "/" + name.file;
  return {parent + "@", fmt::format("{} in the hub cache {}", name.repo, hub_cache_folder().string()),
          std::move(selection), hub_revisions(name.repo), true};
}

/// A folder whose name holds @ goes before a name of the hub, like every path that exists.
Form read_form(const std::string& text) {
  const std::size_t at = text.find('@'), slash = text.rfind('/');
  if (at == std::string::npos) return folder_form(text);
  const bool at_in_folder = slash != std::string::npos && at < slash && is_folder(text.substr(0, slash));
  const std::optional<HubName> name = parse_hub_name(text.substr(0, at));
  return name && !at_in_folder ? hub_form(*name, text.substr(at + 1)) : folder_form(text);
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    parts.push_back(text.substr(from, comma - from));
    from = comma + 1;
  }
  return parts;
}

[[noreturn]] void fail_without_match(const Form& form, const std::string& wanted) {
  const std::string similar = closest_match(wanted, form.there);
  std::string hint = similar.empty() ? "" : fmt::format("did you mean '{}'? ", similar);
  hint += form.there.empty() ? std::string(kForms) : fmt::format("there are {}", list_shortly(form.there));
  throw Error(ErrorCode::missing_input, fmt::format("there is no checkpoint '{}' of {}", wanted, form.where), hint);
}

/// Errors: missing_input if there is no such checkpoint. A list may also name commits, which are not references.
void check_there(const Form& form, const std::string& label) {
  if (std::find(form.there.begin(), form.there.end(), label) != form.there.end()) return;
  const std::optional<HubName> name = form.is_hub ? parse_hub_name(form.parent + label) : std::nullopt;
  if (!name) fail_without_match(form, label);
  find_hub_snapshot(*name);
}

std::vector<std::string> listed(const Form& form) {
  std::vector<std::string> labels = split_at_commas(form.selection);
  std::set<std::string> seen;
  for (const std::string& label : labels) {
    check_there(form, label);
    if (seen.insert(label).second) continue;
    throw Error(ErrorCode::usage, fmt::format("the checkpoint series names '{}' twice", label));
  }
  return labels;
}

/// A label cut at its last number: "step", "1000", "".
struct Numbered {
  std::string_view before, number, after;

  explicit Numbered(std::string_view label) {
    constexpr const char* digits = "0123456789";
    const std::size_t last = label.find_last_of(digits);
    const std::size_t end = last == std::string_view::npos ? label.size() : last + 1;
    const std::size_t begin = label.substr(0, end).find_last_not_of(digits) + 1;
    before = label.substr(0, begin);
    number = label.substr(begin, end - begin);
    after = label.substr(end);
  }
  bool same_but_for_number(const Numbered& other) const {
    return before == other.before && after == other.after && !number.empty() && !other.number.empty();
  }
};

std::vector<std::string> in_range(const Form& form, const std::string& first, const std::string& last) {
  const Numbered low(first), high(last);
  if (!low.same_but_for_number(high) || natural_less(high.number, low.number)) {
    throw Error(ErrorCode::usage, fmt::format("'{}' is no range of checkpoints", form.selection),
                "a range is like step0..step1000: the same word with two numbers, the lower one first");
  }
  std::vector<std::string> labels;
  for (const std::string& label : form.there) {
    const Numbered own(label);
    const bool inside = !natural_less(own.number, low.number) && !natural_less(high.number, own.number);
    if (own.same_but_for_number(low) && inside) labels.push_back(label);
  }
  return labels;
}

std::vector<std::string> matching(const Form& form) {
  std::vector<std::string> labels;
  std::copy_if(form.there.begin(), form.there.end(), std::back_inserter(labels),
               [&](const std::string& label) { return fnmatch(form.selection.c_str(), label.c_str(), 0) == 0; });
  return labels;
}

std::vector<std::string> selected(const Form& form) {
  const std::size_t dots = form.selection.find("..");
  const bool range = dots != std::string::npos && dots > 0;
  if (!range && form.selection.find_first_of("*?[") == std::string::npos) return listed(form);
  std::vector<std::string> labels =
      range ? in_range(form, form.selection.substr(0, dots), form.selection.substr(dots + 2)) : matching(form);
  if (labels.empty()) fail_without_match(form, form.selection);
  return labels;
}

}  // namespace

std::vector<SeriesEntry> find_checkpoint_series(const std::string& form_text) {
  const Form form = read_form(form_text);
  std::vector<SeriesEntry> series;
  for (const std::string& label : selected(form)) series.push_back({label, form.parent + label});
  return series;
}

std::optional<std::int64_t> checkpoint_number(std::string_view label) {
  constexpr std::size_t kMaxDigits = 18;  // this many always fit
  const std::string number(Numbered(label).number);
  if (number.empty() || number.size() > kMaxDigits) return std::nullopt;
  return std::stoll(number);
}

}  // namespace partwise::internal
