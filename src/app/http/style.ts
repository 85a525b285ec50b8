/** `/page.css`: light and dark by what the system says; no font, picture or style from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8;
  --card: #ffffff;
  --ink: #1b2130;
  --faint: #5d6678;
  --line: #dfe3ea;
  --accent: #2458c5;
  --on-accent: #ffffff;
  --created: #1a7f4b;
  --created-ground: #e2f4ea;
  --commented: #2458c5;
  --commented-ground: #e5edfc;
  --filtered: #5d6678;
  --filtered-ground: #eceef2;
  --failed: #b3261e;
  --failed-ground: #fbe7e5;
  --pending: #8a5a00;
  --pending-ground: #fdf1d8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151c;
    --card: #1b202a;
    --ink: #e7eaf0;
    --faint: #9aa4b6;
    --line: #2d3442;
    --accent: #8ab0ff;
    --on-accent: #10151f;
    --created: #6fd79d;
    --created-ground: #173427;
    --commented: #8ab0ff;
    --commented-ground: #1c2b4a;
    --filtered: #a7b0c0;
    --filtered-ground: #2a303c;
    --failed: #ff9a90;
    --failed-ground: #43211f;
    --pending: #f2c668;
    --pending-ground: #3b2f14;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
.bar, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }
a { color: var(--accent); }
p { margin: 0 0 .5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; letter-spacing: -.01em; }
h2 { font-size: .8125rem; font-weight: 600; margin: 0 0 .625rem; color: var(--faint); }
ul { margin: 0; padding: 0; list-style: none; }
code { font: .9em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
.faint, small { color: var(--faint); font-weight: 400; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }

header { background: var(--card); border-bottom: 1px solid var(--line); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.75rem; min-height: 3.5rem; }
.name { display: flex; align-items: center; gap: .625rem; font-weight: 650; color: inherit; text-decoration: none; }
nav { display: flex; flex: 1; gap: .25rem; align-self: stretch; }
nav a {
  display: flex; align-items: center; gap: .375rem; padding: .75rem .75rem .625rem; color: var(--faint);
  text-decoration: none; border-bottom: 2px solid transparent; margin-bottom: -1px;
}
nav a:hover { color: var(--ink); }
nav a[aria-current] { color: var(--ink); font-weight: 600; border-color: var(--accent); }
.count { background: var(--failed); color: var(--card); border-radius: 1rem; padding: 0 .45rem; font-size: .75rem; font-weight: 650; }

main { padding-top: 1.5rem; padding-bottom: 2rem; }
main > section, .pair > section { margin-bottom: 1.5rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.25rem; }
footer { display: flex; justify-content: space-between; gap: 1rem; padding-bottom: 1.5rem; color: var(--faint); font-size: .8125rem; }
.stale { color: var(--failed); font-weight: 600; }

.health, .notice { display: flex; gap: .75rem; align-items: baseline; padding: .75rem 1rem; border-radius: 10px; margin-bottom: 1.25rem; font-weight: 500; }
.health .dot { flex: none; width: .625rem; height: .625rem; border-radius: 50%; background: currentColor; }
.good, .notice { background: var(--created-ground); color: var(--created); }
.bad { background: var(--failed-ground); color: var(--failed); }

.cards { display: grid; grid-template-columns: 2fr 1fr 1fr; gap: 1.25rem; }
.card, .scroll, .rows, .failures > li, .filters, .login, .empty, main > section > .error {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
}
.card { padding: 1rem 1.25rem; }
.card.troubled { border-color: var(--failed); }
.figure { font-size: 2.25rem; font-weight: 650; line-height: 1.15; margin: 0 0 .25rem; font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.figure small { font-size: .9375rem; margin-left: .5rem; letter-spacing: 0; }
.troubled .figure { color: var(--failed); }
.chart { display: block; width: 100%; height: 3rem; margin: .75rem 0 .5rem; }
.chart line { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
rect.created { fill: var(--created); } rect.commented { fill: var(--commented); }
rect.filtered { fill: var(--filtered); } rect.failed { fill: var(--failed); }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .8125rem; color: var(--faint); margin: 0; }
.legend span::before { content: ""; display: inline-block; width: .625rem; height: .625rem; border-radius: 3px; margin-right: .375rem; background: currentColor; }
.legend .created::before { color: var(--created); } .legend .commented::before { color: var(--commented); }
.legend .filtered::before { color: var(--filtered); } .legend .failed::before { color: var(--failed); }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .5rem .875rem; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; font-size: .8125rem; font-weight: 600; color: var(--faint); white-space: nowrap; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
td bdi { overflow-wrap: break-word; }
td .badge + .faint { margin-left: .25rem; }
.once { white-space: nowrap; }
.reason { color: var(--faint); min-width: 16rem; overflow-wrap: break-word; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 5%, transparent); }

.badge { display: inline-block; border-radius: 6px; padding: 0 .5rem; font-size: .8125rem; font-weight: 600; white-space: nowrap; background: var(--filtered-ground); color: var(--filtered); }
.badge.created { background: var(--created-ground); color: var(--created); }
.badge.commented { background: var(--commented-ground); color: var(--commented); }
.badge.failed { background: var(--failed-ground); color: var(--failed); }
.badge.pending { background: var(--pending-ground); color: var(--pending); }

.rows > li { display: flex; flex-wrap: wrap; align-items: baseline; gap: .125rem .75rem; padding: .625rem 1rem; border-top: 1px solid var(--line); }
.rows > li:first-child { border-top: 0; }
.rows meter { width: 100%; height: .5rem; margin: .25rem 0; border: 0; border-radius: 1rem; overflow: hidden; background: var(--line); appearance: none; }
meter::-webkit-meter-inner-element { display: block; }
meter::-webkit-meter-bar { border: 0; border-radius: 1rem; background: var(--line); height: .5rem; }
meter::-webkit-meter-optimum-value { background: var(--created); border-radius: 1rem; }
meter::-webkit-meter-suboptimum-value { background: var(--pending); border-radius: 1rem; }
meter::-webkit-meter-even-less-good-value { background: var(--failed); border-radius: 1rem; }
meter::-moz-meter-bar { background: var(--created); }
meter:-moz-meter-sub-optimum::-moz-meter-bar { background: var(--pending); }
meter:-moz-meter-sub-sub-optimum::-moz-meter-bar { background: var(--failed); }
.rows .error { flex-basis: 100%; }
.error { color: var(--failed); overflow-wrap: anywhere; }
main > section > .error { padding: .75rem 1rem; }
.error time { color: var(--faint); margin-right: .5rem; }
.empty { padding: 1.5rem; color: var(--faint); }
.more { margin: .75rem 0 0; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.more:not(:has(.button)) { display: block; color: var(--faint); }

button, .button, input, select { font: inherit; color: inherit; border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: .375rem .75rem; }
button, .button { cursor: pointer; font-weight: 550; text-decoration: none; display: inline-block; white-space: nowrap; }
button:hover, .button:hover { border-color: var(--faint); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.danger { background: var(--failed); border-color: var(--failed); color: var(--card); }
form { margin: 0; }
label { font-size: .8125rem; font-weight: 600; color: var(--faint); }
label input, label select { display: block; margin-top: .25rem; font-size: .9375rem; font-weight: 400; color: var(--ink); background: var(--ground); min-height: 2.375rem; }
.filters { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; padding: 1rem; margin-bottom: 1.25rem; }
.filters input[name=from] { width: 14rem; max-width: 100%; }
.filters select { max-width: 12rem; }

.actions { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: .5rem 2rem; margin-bottom: 1rem; }
.actions p { max-width: 44rem; color: var(--faint); }
.failures > li { display: flex; flex-wrap: wrap; gap: .75rem 2rem; justify-content: space-between; padding: 1rem 1.25rem; margin-bottom: .75rem; }
.failures .what { flex: 1 1 28rem; min-width: 0; }
.failures p { margin: 0 0 .25rem; }
.subject { font-weight: 650; overflow-wrap: anywhere; }
.failures .error strong { font-weight: 600; margin-right: .375rem; }
.decide { display: flex; gap: .5rem; align-items: start; }
summary { list-style: none; }
summary::-webkit-details-marker { display: none; }
details[open] form { margin-top: .5rem; padding: .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--ground); }

.login { max-width: 26rem; margin: 3rem auto; padding: 1.75rem; }
.login form { display: grid; gap: 1rem; margin-top: 1.25rem; }
.login input { width: 100%; }

@media (max-width: 46rem) {
  .cards { grid-template-columns: 1fr 1fr; }
  .cards .wide { grid-column: 1 / -1; }
  .bar { padding-top: .625rem; }
  nav { order: 1; flex-basis: 100%; }
  nav a { padding: .5rem .625rem; }
  .bar > form, .bar > .button { margin-left: auto; }
}
`;
