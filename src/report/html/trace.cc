#include "report/html/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/json.h"
#include "base/text.h"
#include "report/describe.h"
#include "report/html/page.h"

// The content of report/html/trace_page.js, which CMake embeds.
extern "C" const char partwise_embedded_trace_page[];
extern "C" const unsigned long partwise_embedded_trace_page_size;

namespace partwise::internal {

namespace {

/// How many positions are kept of those that a head read at a step, the ones that push most.
constexpr std::size_t kMostRead = 8;

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

OrderedJson step_json(const TracedTexts& traced, std::int64_t s) {
  const TracedStep& step = traced.trace.steps[s];
  return {{"token", traced.piece(step.id)},
          {"logProb", rounded(step.log_prob)},
          {"certificate", traced.trace.parts.certificate(s)}};
}

OrderedJson parts_json(const TracedTexts& traced, std::int64_t s, std::int64_t rival) {
  OrderedJson parts = OrderedJson::array();
  for (const double value : parts_of_margin(traced.trace, s, rival)) parts.push_back(rounded(value));
  return parts;
}

/// One way to look at a step: its token against a rival. `over`: the rival's name at each step, or one for all.
OrderedJson view_json(const TracedTexts& traced, const std::string& title, std::int64_t rival) {
  OrderedJson view = {{"title", title}, {"over", OrderedJson::array()}, {"parts", OrderedJson::array()}};
  for (std::int64_t s = 0; s < traced.trace.n_steps(); ++s) {
    view["parts"].push_back(parts_json(traced, s, rival));
    if (rival == TracedTexts::kRunnerUp) view["over"].push_back(traced.piece(traced.trace.steps[s].runner_up));
  }
  return view;
}

OrderedJson views_json(const TracedTexts& traced) {
  OrderedJson views = {view_json(traced, "margin over the runner-up", TracedTexts::kRunnerUp)};
  for (std::size_t r = 0; r < traced.rival_words.size(); ++r) {
    OrderedJson view = view_json(traced, fmt::format("margin over '{}'", traced.rival_words[r]),
                                 TracedTexts::kFirstRival + static_cast<std::int64_t>(r));
    view["over"] = traced.rival_words[r];
    views.push_back(std::move(view));
  }
  if (!traced.has_log_odds) return views;
  OrderedJson odds = view_json(traced, "log-odds against all other tokens", traced.mixture());
  for (const TracedStep& step : traced.trace.steps) odds["spread"].push_back(rounded(step.spread));
  views.push_back(std::move(odds));
  return views;
}

/// [[position, push], ...] of one head at one step, the largest first.
OrderedJson read_json(const Contributions& parts, std::int64_t s, std::int64_t head) {
  const std::int64_t n = parts.by_token.dim(3), n_labels = parts.n_labels();
  const float* values = parts.by_token.data() + (s * parts.n_layers() * parts.n_heads() + head) * n * n_labels;
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  const auto push = [&](std::int64_t t) { return double{values[t * n_labels]} - double{values[t * n_labels + 1]}; };
  std::ranges::stable_sort(order, std::greater{}, [&](std::int64_t t) { return std::abs(push(t)); });
  OrderedJson read = OrderedJson::array();
  for (std::int64_t t : order)
    if (read.size() < kMostRead && std::abs(push(t)) >= 5e-4) read.push_back({t, rounded(push(t))});
  return read;
}

OrderedJson reads_json(const Contributions& parts) {
  OrderedJson reads = OrderedJson::array();
  for (std::int64_t s = 0; s < parts.n_examples() && !parts.by_token.empty(); ++s) {
    OrderedJson& step = reads.emplace_back(OrderedJson::array());
    for (std::int64_t head = 0; head < parts.n_layers() * parts.n_heads(); ++head)
      step.push_back(read_json(parts, s, head));
  }
  return reads;
}

OrderedJson text_json(const TracedTexts& traced, std::size_t text) {
  OrderedJson prompt = OrderedJson::array();
  for (const TokenId id : traced.asked[text].prompt) prompt.push_back(traced.piece(id));
  const std::int64_t first = traced.trace.first[text], end = traced.trace.first[text + 1];
  OrderedJson json = {{"prompt", prompt}, {"first", first}, {"n", end - first}};
  if (traced.stopped[text]) json["stopped"] = name(*traced.stopped[text]);
  return json;
}

std::string data_json(const TracedTexts& traced) {
  const Contributions& parts = traced.trace.parts;
  OrderedJson data = {{"layers", parts.n_layers()},
                      {"heads", parts.n_heads()},
                      {"texts", OrderedJson::array()},
                      {"steps", OrderedJson::array()}};
  for (std::size_t text = 0; text < traced.asked.size(); ++text) data["texts"].push_back(text_json(traced, text));
  for (std::int64_t s = 0; s < traced.trace.n_steps(); ++s) data["steps"].push_back(step_json(traced, s));
  data["views"] = views_json(traced);
  data["reads"] = reads_json(parts);
  std::string json = data.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  for (std::size_t at = 0; (at = json.find('<', at)) != std::string::npos;) json.replace(at, 1, "\\u003c");
  return json;
}

constexpr std::string_view kBody =
    R"html(<style>
.strip { line-height: 2.1; margin: 10px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.strip span { color: var(--muted); }
.strip button { font: inherit; color: inherit; border: 0; border-radius: 4px; padding: 1px 1px; margin: 0 1px 0 0;
  cursor: pointer; white-space: pre-wrap; background: color-mix(in srgb, var(--bad) var(--doubt), var(--ground)); }
.strip button:hover { outline: 1px solid var(--muted); }
.strip button[aria-pressed=true] { outline: 2px solid var(--ink); }
.strip .read { border-radius: 4px; padding: 2px 0; color: var(--ink); }
.scale { display: inline-block; width: 90px; height: 12px; border-radius: 3px; vertical-align: -1px;
  background: linear-gradient(to right, var(--ground), color-mix(in srgb, var(--bad) 85%, var(--ground))); }
.controls { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 12px 0; }
svg rect.pick { fill: transparent; cursor: pointer; }
svg rect.total { fill: var(--ink); fill-opacity: 0.75; }
svg rect.held { fill: var(--biased); }
svg .name { cursor: pointer; }
</style>
<div class="controls"><label id="text-label">text <select id="text"></select></label>
<label>show the <select id="view"></select></label></div>
<div class="strip" id="strip"></div>
<p class="note">Each token is coloured by its probability: <span class="scale"></span> from certain to unlikely. Click
one, or use the arrow keys.</p>
<section><h2 id="step-title"></h2><p class="note" id="step-note"></p><div class="scroll" id="waterfall"></div></section>
<section><h2>Parts by step</h2><div class="controls"><label>rows <select id="rows"></select></label></div>
<p class="note" id="map-note"></p><div class="scroll" id="map"></div></section>
<section id="read-section"><h2 id="read-title"></h2><p class="note">What the head read at each token, as far as it pushed
the margin over the runner-up: <b style="color:var(--good)">for</b> or <b style="color:var(--bad)">against</b> the
token. Click a head in the waterfall or in the map to choose it.</p><div class="strip" id="read"></div></section>
<footer>A part's share is its direct effect on this token's logits: what it does through later blocks, or through the
keys and values that later tokens read, is counted as theirs.</footer>
)html";

std::string head_of(const TracedTexts& traced) {
  double worst = 0, log_prob = 0;
  for (std::int64_t s = 0; s < traced.trace.n_steps(); ++s) {
    worst = std::max(worst, double{traced.trace.parts.certificate(s)});
    log_prob += traced.trace.steps[s].log_prob;
  }
  const auto fact = [](std::string_view name, const std::string& value) {
    return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, value);
  };
  return "<dl class=\"facts\">" + fact("model", escape_html(traced.model)) +
         fact("texts", format_count(std::ssize(traced.asked))) + fact("tokens", format_count(traced.trace.n_steps())) +
         fact("log-probability", fmt::format("{:.2f}", log_prob)) +
         fact("largest error of a sum", fmt::format("{:.1e}", worst)) + "</dl>";
}

}  // namespace

std::string traced_html(const TracedTexts& traced) {
  const std::string_view page(partwise_embedded_trace_page, partwise_embedded_trace_page_size);
  const std::string script = fmt::format("const traceData = {};\n{}", data_json(traced), page);
  return html_page("Token by token", head_of(traced), std::string(kBody), script);
}

}  // namespace partwise::internal
