// Graphs for other programs: DOT (Graphviz), Mermaid, GraphML, Cytoscape JSON, and a page that
// needs nothing but a browser. Names come from strangers' files: every writer escapes them.
//
// Colours and line styles tell the same everywhere: a dashed line is conditional, a dotted one
// unknown. Equal answers give equal bytes. Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_GRAPH_H_
#define WHOMAY_LIB_REPORT_GRAPH_H_

#include <string>

#include "report/table.h"
#include "whomay/graph.h"

namespace whomay::report {

// The paths of an answer as one graph; the permission, or the end of a path, is its last node.
GraphAnswer ToGraph(const CanAnswer& answer);
GraphAnswer ToGraph(const WhoAnswer& answer);
GraphAnswer ToGraph(const ReachAnswer& answer);
GraphAnswer ToGraph(const PathsAnswer& answer);

std::string Dot(const GraphAnswer& graph);
std::string Mermaid(const GraphAnswer& graph);
std::string GraphMl(const GraphAnswer& graph);
std::string Cytoscape(const GraphAnswer& graph);
// As Dot, Mermaid and Html show it: without the groups that every caller is in.
std::string CytoscapeForEyes(const GraphAnswer& graph);
std::string Html(const GraphAnswer& graph);
// whomay.graph/1
std::string Json(const GraphAnswer& graph);
std::string Table(const GraphAnswer& graph, const TableOptions& options);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_GRAPH_H_
