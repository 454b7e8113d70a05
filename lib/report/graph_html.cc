// A page that shows a graph: one file, no network. Its script lays the nodes out from left
// to right; names are put in as text, never as markup.
#include <string>
#include <string_view>

#include "report/graph.h"

namespace whomay::report {
namespace {

constexpr std::string_view kHead = R"page(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>whomay</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<style>
body{margin:0;overflow:hidden;font:14px sans-serif;background:#fff;color:#222}
#bar{position:fixed;left:0;top:0;right:0;padding:8px;background:#fffd;border-bottom:1px solid #ddd}
#find{width:22em}#tell{position:fixed;left:0;bottom:0;right:0;padding:8px;background:#fffd;border-top:1px solid #ddd;min-height:1.2em}
svg{display:block;width:100vw;height:100vh;cursor:grab}text{font-size:12px;pointer-events:none;paint-order:stroke;stroke:#fff;stroke-width:3px}
path{fill:none;stroke:#999;stroke-width:1.2}marker path{fill:#888;stroke:none}path:hover{stroke:#d33;stroke-width:2}.conditional{stroke-dasharray:6 4}.unknown{stroke-dasharray:2 4}
.faded{opacity:.12}circle{stroke:#fff;stroke-width:1.5;cursor:pointer}
</style></head><body>
<div id="bar"><input id="find" placeholder="part of a name"> <span id="count"></span>
 solid: allowed, dashed: conditional, dotted: unknown. Drag to move, wheel to zoom, click a node for what it can become.</div>
<svg id="svg"><defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#888"/></marker></defs><g id="view"></g></svg>
<div id="tell"></div>
<script type="application/json" id="data">)page";

constexpr std::string_view kTail = R"page(</script>
<script>
(() => {
"use strict";
const data = JSON.parse(document.getElementById("data").textContent).elements;
const short = text => text.length > 60 ? text.slice(0, 29) + "…" + text.slice(-29) : text;
const nodes = data.nodes.map(n => ({...n.data, label: short(n.data.label), out: [], into: [], layer: -1}));
for (const n of nodes) n.width = 24 + 6.6 * n.label.length;
const byId = new Map(nodes.map(n => [n.id, n]));
const edges = data.edges.map(e => ({...e.data, a: byId.get(e.data.source), b: byId.get(e.data.target)}));
for (const e of edges) { e.a.out.push(e); e.b.into.push(e); }

// From left to right: every principal right of those that become it, ways that close a circle apart.
const order = [], state = new Map();
for (const root of [...nodes.filter(n => !n.into.length), ...nodes]) {
  const stack = [[root, 0]];
  while (stack.length) {
    const top = stack[stack.length - 1], [n, at] = top;
    if (at === 0) { if (state.has(n)) { stack.pop(); continue; } state.set(n, "open"); }
    if (at === n.out.length) { state.set(n, "done"); order.push(n); stack.pop(); continue; }
    const e = n.out[at]; top[1] = at + 1;
    e.back = state.get(e.b) === "open";
    if (!state.has(e.b)) stack.push([e.b, 0]);
    if (top[1] === n.out.length + 1) stack.pop();
  }
}
for (const n of order.reverse()) { n.layer = Math.max(n.layer, 0); for (const e of n.out) if (!e.back) e.b.layer = Math.max(e.b.layer, n.layer + 1); }
// What nobody becomes stands just left of what it becomes.
for (const n of nodes) if (!n.into.length && n.out.length) n.layer = Math.max(0, Math.min(...n.out.map(e => e.b.layer)) - 1);
const layers = [];
for (const n of nodes) (layers[n.layer] ??= []).push(n);
const row = 26, middle = n => n.y;
const place = layer => layer.forEach((n, i) => { n.y = (i - (layer.length - 1) / 2) * row; });
for (let i = 0; i < layers.length; ++i) place(layers[i] ??= []);
for (let round = 0; round < 16; ++round) {
  const down = round % 2 === 0;
  for (let i = 0; i < layers.length; ++i) {
    const layer = layers[down ? i : layers.length - 1 - i];
    for (const n of layer) { const near = down ? n.into.map(e => e.a) : n.out.map(e => e.b);
      n.want = near.length ? near.map(middle).reduce((p, q) => p + q) / near.length : n.y; }
    layer.sort((p, q) => p.want - q.want || (p.id < q.id ? -1 : 1));
    place(layer);
  }
}
let right = 0;
for (const layer of layers) { for (const n of layer) n.x = right; right += Math.max(0, ...layer.map(n => n.width)) + 90; }
const high = row * Math.max(1, ...layers.map(layer => layer.length));

const svg = document.getElementById("svg"), view = document.getElementById("view"), tell = document.getElementById("tell");
document.getElementById("count").textContent = nodes.length + " principals, " + edges.length + " ways.";
const make = (name, attributes) => { const e = document.createElementNS("http://www.w3.org/2000/svg", name); for (const k in attributes) e.setAttribute(k, attributes[k]); view.appendChild(e); return e; };
for (const e of edges) {
  const x = e.a.x + e.a.width, to = e.b.x - 8, bend = to > x ? (to - x) / 2 : 60;
  e.line = make("path", {"class": e.decision, "marker-end": "url(#arrow)", d: `M${x} ${e.a.y}C${x + bend} ${e.a.y} ${to - bend} ${e.b.y} ${to} ${e.b.y}`});
  e.line.onmouseover = () => say(e);
}
for (const n of nodes) {
  n.circle = make("circle", {r: 7, fill: n.color, cx: n.x, cy: n.y});
  n.text = make("text", {x: n.x + 11, y: n.y + 4}); n.text.textContent = n.label;
  n.circle.onmouseover = () => { tell.textContent = n.id + "  (" + n.kind + (n.cluster ? ", cluster " + n.cluster : "") + ")"; };
  n.circle.onclick = () => follow(n);
}
function say(e) { tell.textContent = e.source + "  " + e.edge + " → " + e.target + "  " + e.decision + (e.conditions.length ? ", if " + e.conditions.join(" and ") : "") + "  " + e.origin; }
function show(kept) { for (const n of nodes) { const off = kept && !kept.has(n); n.circle.classList.toggle("faded", !!off); n.text.classList.toggle("faded", !!off); }
  for (const e of edges) e.line.classList.toggle("faded", !!(kept && !(kept.has(e.a) && kept.has(e.b)))); }
function follow(start) { const kept = new Set([start]), more = [start]; while (more.length) for (const e of more.pop().out) if (!kept.has(e.b)) { kept.add(e.b); more.push(e.b); } show(kept); }
document.getElementById("find").oninput = event => { const t = event.target.value.toLowerCase(); show(t ? new Set(nodes.filter(n => n.id.toLowerCase().includes(t))) : null); };

// The whole of it to begin with, unless that is too small to read.
const room = [window.innerWidth - 40, window.innerHeight - 110];
let scale = Math.max(0.35, Math.min(1.4, room[0] / right, room[1] / high));
let shiftX = 20, shiftY = 60 + Math.max(room[1], high * scale) / 2, grabbed = null;
const move = () => view.setAttribute("transform", "translate(" + shiftX + "," + shiftY + ") scale(" + scale + ")");
svg.onmousedown = e => { grabbed = [e.clientX - shiftX, e.clientY - shiftY]; };
window.onmouseup = () => { grabbed = null; };
window.onmousemove = e => { if (grabbed) { shiftX = e.clientX - grabbed[0]; shiftY = e.clientY - grabbed[1]; move(); } };
svg.onwheel = e => { e.preventDefault(); const by = Math.exp(-e.deltaY / 500); shiftX = e.clientX - (e.clientX - shiftX) * by; shiftY = e.clientY - (e.clientY - shiftY) * by; scale *= by; move(); };
svg.ondblclick = () => show(null);
move();
})();
</script></body></html>
)page";

// JSON inside a script element: no "<" may end it.
std::string ForScript(const std::string& json) {
  std::string out;
  for (const char c : json) {
    out += c == '<' ? std::string("\\u003c") : std::string(1, c);
  }
  return out;
}

}  // namespace

std::string Html(const GraphAnswer& graph) {
  return std::string(kHead) + ForScript(CytoscapeForEyes(graph)) + std::string(kTail);
}

}  // namespace whomay::report
