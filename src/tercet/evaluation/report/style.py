"""The looks of the pages, light and dark, and the script that sorts tables."""

from __future__ import annotations

STYLE = """\
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6676; --paper: #fbfbfa;
  --card: #ffffff; --line: #dfe3e8; --good: #1b7f4b; --bad: #b3372f;
  --s0: #2f6db5; --s1: #d9730d; --s2: #2a9169; --s3: #9a4fb3; --s4: #8a7a12; --s5: #c2416f }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --paper: #14181e;
  --card: #1b2129; --line: #323b47; --good: #5cc98f; --bad: #f08a80;
  --s0: #6ea8ea; --s1: #f2a154; --s2: #5cc9a0; --s3: #cf8fe4; --s4: #d6c552; --s5: #f084ab } }
* { box-sizing: border-box }
body { font: 15px/1.55 system-ui, sans-serif; margin: 0 auto; padding: 2.2em 1.1em 4em;
  max-width: 66em; color: var(--ink); background: var(--paper) }
h1 { font-size: 1.7em; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1.2em; margin: 2.2em 0 .4em }
h3 { font-size: .95em; margin: 0 0 .3em } p { margin: .5em 0; max-width: 48em }
.soft, figcaption, small { color: var(--soft) }
small { display: block; font-size: .8em; white-space: nowrap }
td.text small { white-space: normal }
.warn { border-left: 4px solid var(--bad); padding: .2em .8em }
.grid { display: grid; gap: 1em;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 19em), 1fr)) }
.grid.large { grid-template-columns: repeat(auto-fit, minmax(min(100%, 27em), 1fr)) }
figure { margin: 0; padding: 1em; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px }
figcaption { font-size: .87em; margin-top: .4em }
.wide { overflow-x: auto } svg { display: block; width: 100%; height: auto; overflow: visible }
.wide > svg { min-width: 27em }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink) } svg .soft { fill: var(--soft) }
.axis { stroke: var(--line); stroke-width: 1 } .bar { stroke-width: 3; stroke-linecap: round }
.curve { fill: none; stroke-width: 2 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; background: var(--card);
  min-width: 100% }
th, td { padding: .4em .7em; text-align: right; vertical-align: top;
  border-bottom: 1px solid var(--line) }
th:first-child, td:first-child, .text { text-align: left }
thead th { color: var(--soft); font-weight: 600 }
td.text { min-width: 14em; max-width: 30em; overflow-wrap: anywhere }
th button { all: unset; cursor: pointer } th button:focus-visible { outline: 2px solid var(--s0) }
th[aria-sort=ascending] button::after { content: " \\2191" }
th[aria-sort=descending] button::after { content: " \\2193" }
.key { display: flex; flex-wrap: wrap; gap: .3em 1.2em; margin: .6em 0; padding: 0;
  list-style: none }
.key i { display: inline-block; width: .8em; height: .8em; border-radius: 50%; margin-right: .4em }
.up { color: var(--good) } .down { color: var(--bad) } .best { font-weight: 700 }
details { margin: .8em 0 } summary { cursor: pointer; color: var(--soft) }
""" + "".join(
    f".f{n} {{ fill: var(--s{n}); background: var(--s{n}) }} .l{n} {{ stroke: var(--s{n}) }}\n"
    for n in range(6)
)

SCRIPT = """\
for (const head of document.querySelectorAll("table.sorts thead th")) {
  const button = document.createElement("button");
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = head.closest("table").tBodies[0], place = head.cellIndex;
    const key = row => row.cells[place].dataset.value ?? row.cells[place].textContent;
    const rows = [...body.rows].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      return (up ? 1 : -1) * (x - y || (isNaN(x - y) ? x.localeCompare(y) : 0));
    });
    body.append(...rows);
  });
}
"""
