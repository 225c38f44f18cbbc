#include "report/html/style.h"

namespace partwise::internal {

const std::string_view kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f5f7f9; --ink: #1a2027; --muted: #5c6773; --line: #d5dbe1; --grid: #e6eaee;
  --ground: #eceff2; --good: #0b66ac; --bad: #c14a06; --biased: #8450a8; --plain: #7b858f; --on-colour: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181c; --panel: #1c2126; --ink: #e5e9ed; --muted: #9ba6b1; --line: #3a424a; --grid: #272d34;
    --ground: #242a30; --good: #5fb2f2; --bad: #f58d4e; --biased: #c79be8; --plain: #8d97a1; --on-colour: #10151a;
  }
}
* { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
}
main { max-width: 1120px; margin: 0 auto; padding: 40px 32px 64px; }
h1 { font-size: 30px; line-height: 1.25; margin: 4px 0 12px; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 20px; margin: 52px 0 6px; font-weight: 650; }
h3 { font-size: 16px; margin: 0 0 8px; font-weight: 650; }
p { margin: 6px 0 14px; max-width: 76ch; }
a { color: var(--good); }
code { font: 0.92em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
pre { font: 13.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; margin: 10px 0; padding: 12px 16px; max-height: 30em; overflow: auto;
  background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
.kicker { color: var(--muted); font-size: 14px; letter-spacing: 0.04em; margin: 0; }
.lead { font-size: 19px; line-height: 1.5; margin: 0 0 24px; }
.note { color: var(--muted); font-size: 14.5px; }

dl.facts { display: flex; flex-wrap: wrap; margin: 0; border: 1px solid var(--line); border-radius: 8px;
  overflow: hidden; background: var(--line); gap: 1px; }
dl.facts div { flex: 1 1 140px; background: var(--panel); padding: 10px 14px 12px; }
dl.facts div:first-child { flex: 2 1 250px; }
dl.facts dt { color: var(--muted); font-size: 13px; }
dl.facts dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
dl.facts dd small { display: block; font-weight: 400; font-size: 13px; color: var(--muted); }

.warnings { margin: 24px 0 0; padding: 4px 18px 12px; border: 1px solid var(--line); border-left: 4px solid var(--bad);
  border-radius: 8px; }
.warnings h2 { margin: 10px 0 4px; font-size: 17px; }
.warnings ul { margin: 0; padding: 0; list-style: none; }
.warnings li { margin: 8px 0; max-width: 90ch; overflow-wrap: anywhere; }
.warnings code { color: var(--muted); white-space: nowrap; }
.warnings small { display: block; color: var(--muted); font-size: 14px; }

figure { margin: 14px 0 0; }
div:not(.side) > figure + figure { margin-top: 36px; }
figcaption { color: var(--muted); font-size: 14px; max-width: 76ch; margin-top: 10px; }
figcaption b { color: var(--ink); }
.scroll { overflow-x: auto; }
.side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 470px), 1fr)); gap: 28px 40px;
  align-items: start; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; align-items: center; margin-top: 8px; font-size: 13.5px; }
.legend span { display: inline-flex; align-items: center; gap: 7px; }
.legend small { color: var(--muted); font-size: inherit; }

svg { display: block; }
svg text { font-size: 13px; font-weight: 400; fill: var(--ink); font-variant-numeric: tabular-nums; }
svg .small { font-size: 12px; }
svg .muted { fill: var(--muted); }
svg .strong { font-weight: 600; }
svg .middle { text-anchor: middle; }
svg .end { text-anchor: end; }
svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
svg .grid { stroke: var(--grid); }
svg .chance { stroke: var(--muted); stroke-dasharray: 4 4; }
svg .level { stroke: var(--muted); }
svg .bar { fill-opacity: 0.35; }
svg .band { fill-opacity: 0.16; stroke: none; }
svg .leader { stroke: var(--line); }
svg .series0 { fill: var(--good); --series: var(--good); }
svg .series1 { fill: var(--bad); --series: var(--bad); }
svg .series2 { fill: var(--biased); --series: var(--biased); }
svg .series3 { fill: var(--plain); --series: var(--plain); }
svg .curve { fill: none; stroke: var(--series); stroke-width: 2; stroke-linejoin: round; }
svg .whisker { stroke: var(--good); stroke-opacity: 0.45; stroke-width: 2; }
svg .luck { fill: none; stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 2 4; }
svg .dot { stroke: var(--paper); stroke-width: 1.5; }
svg .learnt { fill: var(--good); }
svg .whole { fill: var(--muted); }
svg .bar.picked { fill: var(--good); }
svg .dot.picked { fill: var(--paper); stroke: var(--good); stroke-width: 2; }
svg .ground { fill: var(--ground); }
svg .above { fill: var(--good); }
svg .below { fill: var(--bad); }
svg .corner { fill: var(--ink); fill-opacity: 0.55; pointer-events: none; }
svg .outline { fill: none; stroke: var(--ink); stroke-width: 2; pointer-events: none; }
svg .cell { font-size: 11px; text-anchor: middle; pointer-events: none; }
svg .on-colour { fill: var(--on-colour); }
svg .mark { stroke: var(--paper); stroke-width: 0.8; fill-opacity: 0.85; }
svg .good { fill: var(--good); }
svg .bad { fill: var(--bad); }
svg .biased { fill: var(--biased); }
svg .plain { fill: var(--plain); }
svg .mark.plain { fill: none; stroke: var(--plain); stroke-width: 1.2; }

table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 10px; text-align: right; white-space: nowrap; }
th { font-weight: 600; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th.left, td.left { text-align: left; }
th.word { max-width: 14ch; overflow: hidden; text-overflow: ellipsis; }
td.words { white-space: normal; min-width: 300px; }
td small { display: block; color: var(--muted); font-size: 12.5px; line-height: 1.2; }
thead tr:last-child > * { border-bottom: 1px solid var(--ink); }
tr.truth td { color: var(--muted); }
tbody td { border-bottom: 1px solid var(--grid); }
tr.group th { padding-top: 22px; font-size: 15px; text-align: left; border-bottom: 1px solid var(--line); }
tr.group small { font-weight: 400; font-size: 13.5px; color: var(--muted); margin-left: 10px; }
td.strip, th.strip { padding: 0 6px; }
td.share { min-width: 64px; background: color-mix(in srgb, var(--good) var(--share), transparent); }
td.kind svg, .legend svg { display: inline-block; flex: none; vertical-align: -1px; }
td.kind svg { margin-right: 6px; }
.controls { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 12px 0; }
.maps { display: flex; flex-wrap: wrap; gap: 18px 22px; }
td.share.wrong { background: color-mix(in srgb, var(--bad) var(--share), transparent); }
table.dense { font-size: 13px; }
table.dense th, table.dense td { padding-left: 6px; padding-right: 6px; }
table.dense :is(th, td):first-child { padding-left: 0; white-space: normal; }
td.words div { max-height: 9.5em; overflow: auto; overflow-wrap: anywhere; min-width: 340px;
  max-width: 76ch; }
td.why { white-space: normal; min-width: 210px; font-size: 13px; }
table.rows td { vertical-align: top; white-space: normal; }
td.unsure { color: var(--muted); }
td.none { color: var(--muted); text-align: center; }
th small { display: block; font-weight: 400; color: var(--muted); font-size: 12px; }
td:not(:first-child) > small { display: inline; }
td.share > small { display: block; }
details { margin: 12px 0; }
summary { cursor: pointer; }
caption { text-align: left; font-weight: 600; padding: 8px 0 4px; }
h4 { margin: 14px 0 4px; font-size: 15px; }
section > h3 { margin-top: 28px; }
select { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; }
#part li { max-width: 90ch; margin: 4px 0; white-space: pre-line; }
svg a { cursor: pointer; }
footer { margin-top: 56px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--muted); font-size: 14px; }

@media print {
  @page { margin: 12mm; }
  :root {
    --paper: #ffffff; --panel: #f5f7f9; --ink: #000000; --muted: #444c55; --line: #c3cad1; --grid: #e0e5ea;
    --ground: #eceff2; --good: #0b66ac; --bad: #c14a06; --biased: #8450a8; --plain: #7b858f; --on-colour: #ffffff;
  }
  main { width: 1056px; max-width: none; padding: 0; zoom: 0.66; }
  .scroll { overflow: visible; }
  table.dense { font-size: 13px; }
table.dense th, table.dense td { padding-left: 6px; padding-right: 6px; }
table.dense :is(th, td):first-child { padding-left: 0; white-space: normal; }
td.words div, pre { max-height: none; }
  .controls { display: none; }
  .side { grid-template-columns: 1fr 1fr; }
  figure, tbody, dl, p { break-inside: avoid; }
  section + section { break-before: page; }
  footer { margin-top: 28px; }
}
)css";

}  // namespace partwise::internal
