// A page that shows a graph: one file, no network. Its script lays the nodes out by springs; names
// are put in as text, never as markup.
#include <string>
#include <string_view>

#include "report/graph.h"

namespace whomay::report {
namespace {

constexpr std::string_view kHead = R"page(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>whomay</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<style>
body{margin:0;font:14px sans-serif;background:#fff;color:#222}
#bar{position:fixed;left:0;top:0;right:0;padding:8px;background:#fffd;border-bottom:1px solid #ddd}
#find{width:22em}#tell{position:fixed;left:0;bottom:0;right:0;padding:8px;background:#fffd;border-top:1px solid #ddd;min-height:1.2em}
svg{width:100vw;height:100vh;cursor:grab}text{font-size:11px;pointer-events:none}
line{stroke:#888;stroke-width:1.2}.conditional{stroke-dasharray:6 4}.unknown{stroke-dasharray:2 4}
.faded{opacity:.12}circle{stroke:#fff;stroke-width:1.5;cursor:pointer}
</style></head><body>
<div id="bar"><input id="find" placeholder="part of a name"> <span id="count"></span>
 solid: allowed, dashed: conditional, dotted: unknown. Drag to move, wheel to zoom, click a node for what it can become.</div>
<svg id="svg"><defs><marker id="arrow" viewBox="0 0 8 8" refX="16" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#888"/></marker></defs><g id="view"></g></svg>
<div id="tell"></div>
<script type="application/json" id="data">)page";

constexpr std::string_view kTail = R"page(</script>
<script>
"use strict";
const data = JSON.parse(document.getElementById("data").textContent).elements;
const nodes = data.nodes.map((n, i) => ({...n.data, x: 400 + 300 * Math.cos(i * 2.4) * Math.sqrt(i / 20 + 0.1), y: 300 + 300 * Math.sin(i * 2.4) * Math.sqrt(i / 20 + 0.1), dx: 0, dy: 0}));
const byId = new Map(nodes.map(n => [n.id, n]));
const edges = data.edges.map(e => ({...e.data, a: byId.get(e.data.source), b: byId.get(e.data.target)}));
const view = document.getElementById("view"), tell = document.getElementById("tell");
document.getElementById("count").textContent = nodes.length + " principals, " + edges.length + " ways.";
const make = (name, attributes) => { const e = document.createElementNS("http://www.w3.org/2000/svg", name); for (const k in attributes) e.setAttribute(k, attributes[k]); view.appendChild(e); return e; };
for (const e of edges) { e.line = make("line", {"class": e.decision, "marker-end": "url(#arrow)"}); e.line.onmouseover = () => say(e); }
for (const n of nodes) { n.circle = make("circle", {r: 7, fill: n.color}); n.text = make("text", {}); n.text.textContent = n.label;
  n.circle.onmouseover = () => { tell.textContent = n.id + "  (" + n.kind + (n.cluster ? ", cluster " + n.cluster : "") + ")"; };
  n.circle.onclick = () => follow(n); }
function say(e) { tell.textContent = e.source + "  " + e.edge + " → " + e.target + "  " + e.decision + (e.conditions.length ? ", if " + e.conditions.join(" and ") : "") + "  " + e.origin; }
function show(kept) { for (const n of nodes) { const off = kept && !kept.has(n); n.circle.classList.toggle("faded", !!off); n.text.classList.toggle("faded", !!off); }
  for (const e of edges) e.line.classList.toggle("faded", !!(kept && !(kept.has(e.a) && kept.has(e.b)))); }
function follow(start) { const kept = new Set([start]); for (let grew = true; grew;) { grew = false; for (const e of edges) if (kept.has(e.a) && !kept.has(e.b)) { kept.add(e.b); grew = true; } } show(kept); }
document.getElementById("find").oninput = event => { const t = event.target.value.toLowerCase(); show(t ? new Set(nodes.filter(n => n.id.toLowerCase().includes(t))) : null); };
let heat = 1, scale = 1, left = 0, top = 0;
function step() {
  const cells = new Map(), size = 120, key = n => Math.floor(n.x / size) + "," + Math.floor(n.y / size);
  for (const n of nodes) { const k = key(n); if (!cells.has(k)) cells.set(k, []); cells.get(k).push(n); }
  for (const n of nodes) { const cx = Math.floor(n.x / size), cy = Math.floor(n.y / size);
    for (let i = -1; i < 2; ++i) for (let j = -1; j < 2; ++j) for (const m of cells.get((cx + i) + "," + (cy + j)) || []) { if (m === n) continue;
      const x = n.x - m.x || Math.sin(nodes.indexOf(n)), y = n.y - m.y || 0.5, d = Math.max(x * x + y * y, 30), f = 900 / d; n.dx += x * f / 10; n.dy += y * f / 10; } }
  for (const e of edges) { const x = e.b.x - e.a.x, y = e.b.y - e.a.y, d = Math.sqrt(x * x + y * y) || 1, f = (d - 90) / d * 0.05; e.a.dx += x * f; e.a.dy += y * f; e.b.dx -= x * f; e.b.dy -= y * f; }
  for (const n of nodes) { n.x += Math.max(-20, Math.min(20, n.dx * heat)); n.y += Math.max(-20, Math.min(20, n.dy * heat)); n.dx *= 0.4; n.dy *= 0.4; }
  heat *= 0.985; draw(); if (heat > 0.02) requestAnimationFrame(step);
}
function draw() { view.setAttribute("transform", "translate(" + left + "," + top + ") scale(" + scale + ")");
  for (const e of edges) { e.line.setAttribute("x1", e.a.x); e.line.setAttribute("y1", e.a.y); e.line.setAttribute("x2", e.b.x); e.line.setAttribute("y2", e.b.y); }
  for (const n of nodes) { n.circle.setAttribute("cx", n.x); n.circle.setAttribute("cy", n.y); n.text.setAttribute("x", n.x + 10); n.text.setAttribute("y", n.y + 4); } }
const svg = document.getElementById("svg"); let grabbed = null;
svg.onmousedown = e => { grabbed = [e.clientX - left, e.clientY - top]; };
window.onmouseup = () => { grabbed = null; };
window.onmousemove = e => { if (grabbed) { left = e.clientX - grabbed[0]; top = e.clientY - grabbed[1]; draw(); } };
svg.onwheel = e => { e.preventDefault(); const by = Math.exp(-e.deltaY / 500); left = e.clientX - (e.clientX - left) * by; top = e.clientY - (e.clientY - top) * by; scale *= by; draw(); };
svg.ondblclick = () => show(null);
step();
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
  return std::string(kHead) + ForScript(Cytoscape(graph)) + std::string(kTail);
}

}  // namespace whomay::report
