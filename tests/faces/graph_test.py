#!/usr/bin/env python3
"""Graphs before those who draw them: Graphviz, XML readers, a browser's script engine.

usage: graph_test.py SOURCE_DIR WHOMAY_BINARY
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(sys.argv[1])
BINARY = str(pathlib.Path(sys.argv[2]).resolve())
SHOP = ROOT / "examples/shop"
INPUTS = ["-f", SHOP / "state.json", "-f", SHOP / "manifests"]

# Names as strangers would write them.
HOSTILE = "\n---\n".join(json.dumps({
    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": f"b{i}"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
    "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": name}]})
    for i, name in enumerate(['"];}', "\\", "</script><script>alert(1)</script>", "<b>&amp;\u0001", "a\nb", "]]>", "ä€😀",
                              "end", "subgraph x", "-->|x|"]))

# Just enough of a browser: what is made is counted, and `top` is what it is there, not to be declared anew.
BROWSER = r"""
const fs = require("fs"), vm = require("vm");
const page = fs.readFileSync(process.argv[1], "utf8");
const parts = [...page.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)];
const made = [];
const element = name => ({name, attributes: {}, setAttribute(k, v) { this.attributes[k] = String(v); },
  classList: {toggle(c, on) { this[c] = on; }}, appendChild(e) { made.push(e); }});
const known = {data: {textContent: parts[0][2]}};
const window = {innerWidth: 1300, innerHeight: 900, console,
  document: {getElementById: id => known[id] ??= element(id), createElementNS: (_, name) => element(name)}};
window.window = window;
vm.createContext(window);
vm.runInContext('for (const name of ["top", "window", "document"]) Object.defineProperty(globalThis, name, {value: globalThis[name], configurable: false})', window);
vm.runInContext(parts[1][2], window);
const count = name => made.filter(e => e.name === name).length;
const circles = made.filter(e => e.name === "circle"), places = circles.map(e => e.attributes.cx + "," + e.attributes.cy);
known.find.oninput({target: {value: "lea"}});
const faded = circles.filter(e => e.classList.faded).length;
circles[0].onclick();
console.log(JSON.stringify({circles: circles.length, texts: count("text"), paths: count("path"), places: new Set(places).size,
  finite: made.every(e => !Object.values(e.attributes).some(v => /NaN|undefined|Infinity/.test(v))), faded,
  told: known.count.textContent, scripts: parts.length, moved: known.view.attributes.transform}));
"""


def run(*words, **options):
    return subprocess.run(list(map(str, words)), capture_output=True, check=False, **options)


def drawn(form, *words):
    done = run(BINARY, *words, "-o", form)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


class Graphs(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        hostile = pathlib.Path(self.folder.name) / "hostile.yaml"
        hostile.write_text(HOSTILE)
        self.questions = [["graph", *INPUTS], ["graph", "lea", "--escalate", *INPUTS],
                          ["who", "get", "secrets", "-n", "shop", *INPUTS], ["who", "get", "pods", "-f", hostile],
                          ["graph", "-f", ROOT / "examples/hooks/manifests"]]

    def tearDown(self):
        self.folder.cleanup()

    def test_graphviz(self):
        if not shutil.which("dot"):
            print("SKIPPED in part: no Graphviz")
            return
        for words in self.questions:
            with self.subTest(words=words[0]):
                dot = drawn("dot", *words)
                done = run("dot", "-Tsvg", input=dot.encode())
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                picture = ElementTree.fromstring(done.stdout)
                groups = [one.get("class") for one in picture.iter("{http://www.w3.org/2000/svg}g")]
                self.assertEqual(groups.count("edge"), dot.count(" -> "))
                self.assertEqual(groups.count("node"), dot.count(", shape="))

    def test_graphml(self):
        for words in self.questions:
            graph = ElementTree.fromstring(drawn("graphml", *words))
            space = "{http://graphml.graphdrawing.org/xmlns}"
            ids = {node.get("id") for node in graph.iter(space + "node")}
            for edge in graph.iter(space + "edge"):
                self.assertLessEqual({edge.get("source"), edge.get("target")}, ids)

    def test_cytoscape(self):
        for words in self.questions:
            elements = json.loads(drawn("cytoscape", *words))["elements"]
            ids = [node["data"]["id"] for node in elements["nodes"]]
            self.assertEqual(len(ids), len(set(ids)))
            for edge in elements["edges"]:
                self.assertLessEqual({edge["data"]["source"], edge["data"]["target"]}, set(ids))

    def test_page(self):
        if not shutil.which("node"):
            print("SKIPPED in part: no node, so the page's script is not run")
            return
        for words in self.questions:
            with self.subTest(words=words[0]):
                page = pathlib.Path(self.folder.name) / "page.html"
                page.write_text(drawn("html", *words))
                done = run("node", "-e", BROWSER, page)
                self.assertEqual(done.returncode, 0, done.stderr.decode())
                seen = json.loads(done.stdout)
                self.assertEqual(seen["scripts"], 2)  # no name has made a third
                self.assertTrue(seen["finite"] and seen["moved"].startswith("translate("))
                self.assertEqual(seen["circles"], seen["texts"])
                self.assertEqual(seen["places"], seen["circles"])  # none hides another
                self.assertEqual(seen["told"], f"{seen['circles']} principals, {seen['paths']} ways.")
                if words[0] == "graph" and words[1] == "-f" and words[2] == SHOP / "state.json":
                    self.assertGreater(seen["circles"], 30)
                    self.assertEqual(seen["faded"], seen["circles"] - 1)  # all but lea


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
