#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/graph.h"
#include "report/json_parts.h"
#include "report/json_writer.h"
#include "report/path.h"
#include "report/text.h"

namespace whomay::report {
namespace {

using Edge = GraphAnswer::Edge;
using Node = GraphAnswer::Node;

// How kinds are drawn. Shapes are Graphviz's names.
struct Look {
  std::string_view kind, shape, color;
};
constexpr Look kLooks[] = {
    {"iam-role", "box", "#f2a33a"},        {"role-session", "box", "#f2a33a"},
    {"iam-user", "ellipse", "#f2a33a"},    {"iam-group", "folder", "#f2a33a"},
    {"aws-account", "house", "#f2a33a"},   {"aws-root", "house", "#f2a33a"},
    {"aws-service", "hexagon", "#f2a33a"}, {"federated", "ellipse", "#8f6ac1"},
    {"k8s-user", "ellipse", "#4f86e8"},    {"k8s-group", "folder", "#4f86e8"},
    {"service-account", "box", "#4f86e8"}, {"workload", "component", "#57b36a"},
    {"permission", "note", "#d9534f"},     {"everyone", "doublecircle", "#d9534f"},
};
const Look& LookOf(std::string_view kind) {
  static constexpr Look kOther = {"", "ellipse", "#999999"};
  for (const Look& look : kLooks) {
    if (look.kind == kind) {
      return look;
    }
  }
  return kOther;
}

std::string_view StyleOf(Decision decision) {
  return decision == Decision::kConditional ? "dashed"
         : decision == Decision::kUnknown   ? "dotted"
                                            : "solid";
}

std::string ConditionText(const Edge& edge) {
  std::string text;
  for (const Condition& condition : edge.conditions) {
    text += (text.empty() ? "if " : " and ") + condition.text;
  }
  return text;
}

// The account that most names are of: labels leave it out.
std::string HomeOf(const GraphAnswer& graph) {
  std::map<std::string, size_t> counts;
  std::string home;
  for (const Node& node : graph.nodes) {
    const std::string account(AccountOf(node.name));
    if (!account.empty() && ++counts[account] > counts[home]) {
      home = account;
    }
  }
  return home;
}

// Is it a group that every caller, or every ServiceAccount of a namespace, is in?
bool IsImplicitGroup(std::string_view name) {
  constexpr std::string_view kAll = "group:system:authenticated";
  constexpr std::string_view kAccounts = "group:system:serviceaccounts";
  const auto ends = [&](std::string_view group, std::string_view more) {
    return name.substr(0, group.size()) == group &&
           (name.size() == group.size() || more.find(name[group.size()]) != std::string_view::npos);
  };
  return ends(kAll, "@") || ends(kAccounts, "@:");
}

// For eyes: without the memberships that everybody has, which would cover all else, where nothing
// comes of them. The formats for programs keep them.
GraphAnswer ForEyes(const GraphAnswer& graph) {
  std::set<std::string_view> starts, ends;
  for (const Edge& edge : graph.edges) {
    starts.insert(edge.from);
  }
  GraphAnswer seen;
  seen.principal = graph.principal;
  for (const Edge& edge : graph.edges) {
    if (edge.edge != "member-of" || !IsImplicitGroup(edge.to) || starts.count(edge.to) > 0) {
      seen.edges.push_back(edge);
      ends.insert({edge.from, edge.to});
    }
  }
  for (const Node& node : graph.nodes) {
    if (graph.edges.empty() || ends.count(node.name) > 0 || node.name == graph.principal) {
      seen.nodes.push_back(node);
    }
  }
  return seen;
}

std::map<std::string_view, size_t> Numbers(const GraphAnswer& graph) {
  std::map<std::string_view, size_t> numbers;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    numbers.emplace(graph.nodes[i].name, i);
  }
  return numbers;
}

std::string DotQuoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : Printable(text)) {
    out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out + '"';
}

// Entities are Mermaid's way, with the digits of the code point between # and ;.
std::string MermaidQuoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : Printable(text)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       static_cast<unsigned char>(c) >= 0x80 ||
                       std::string_view(" -_.,:/=+*()").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : "#" + std::to_string(static_cast<int>(c)) + ";";
  }
  return out + '"';
}

std::string XmlText(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Data(std::string_view key, std::string_view text) {
  return text.empty()
             ? std::string()
             : "      <data key=\"" + std::string(key) + "\">" + XmlText(text) + "</data>\n";
}

}  // namespace

std::string Dot(const GraphAnswer& answer) {
  const GraphAnswer graph = ForEyes(answer);
  const std::string home = HomeOf(graph);
  std::string out =
      "digraph whomay {\n  rankdir=LR;\n  node [style=filled, fontname=\"sans-serif\"];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  for (const Node& node : graph.nodes) {
    const Look& look = LookOf(node.kind);
    out += "  " + DotQuoted(node.name) + " [label=" + DotQuoted(ShortPrincipal(node.name, home)) +
           ", shape=" + std::string(look.shape) + ", fillcolor=" + DotQuoted(look.color) +
           ", tooltip=" + DotQuoted(node.name) + "];\n";
  }
  for (const Edge& edge : graph.edges) {
    const std::string condition = ConditionText(edge);
    out += "  " + DotQuoted(edge.from) + " -> " + DotQuoted(edge.to) +
           " [label=" + DotQuoted(edge.edge) + ", style=" + std::string(StyleOf(edge.decision)) +
           ", tooltip=" +
           DotQuoted(PlaceText(edge.origin) + (condition.empty() ? "" : ", " + condition)) + "];\n";
  }
  return out + "}\n";
}

// Mermaid draws 500 edges and reads 50,000 characters unless its page says otherwise; beyond, the
// picture says that it is not whole. Source: Mermaid documentation, maxEdges and maxTextSize.
std::string Mermaid(const GraphAnswer& answer) {
  constexpr size_t kMaxEdges = 499, kMaxText = 45'000;
  const GraphAnswer graph = ForEyes(answer);
  const std::string home = HomeOf(graph);
  const auto numbers = Numbers(graph);
  std::vector<std::string> names;
  std::set<size_t> drawn;  // in the order of their names
  size_t size = 0;
  const auto draw = [&](size_t node) {
    size += drawn.insert(node).second ? names[node].size() : 0;
  };
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    names.push_back("  n" + std::to_string(i) + '[' +
                    MermaidQuoted(ShortPrincipal(graph.nodes[i].name, home)) + "]\n");
    if (graph.edges.empty() && i < kMaxEdges) {
      draw(i);
    }
  }
  std::string ways;
  for (size_t i = 0; i < graph.edges.size(); ++i) {
    const Edge& edge = graph.edges[i];
    if (i >= kMaxEdges || size + ways.size() > kMaxText) {
      ways += "  more[" +
              MermaidQuoted("and " + std::to_string(graph.edges.size() - i) +
                            " ways more: too many for Mermaid, use -o html or dot") +
              "]\n";
      break;
    }
    const size_t from = numbers.at(edge.from), to = numbers.at(edge.to);
    draw(from);
    draw(to);
    const bool certain = edge.decision == Decision::kAllowed;
    ways += "  n" + std::to_string(from) + (certain ? " -->|" : " -.->|") +
            MermaidQuoted(edge.decision == Decision::kUnknown ? edge.edge + "?" : edge.edge) +
            "| n" + std::to_string(to) + '\n';
  }
  std::string out = "flowchart LR\n";
  for (const size_t node : drawn) {
    out += names[node];
  }
  return out + ways;
}

std::string GraphMl(const GraphAnswer& graph) {
  const auto numbers = Numbers(graph);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
  for (const auto& [id, of] :
       {std::pair("name", "node"), std::pair("kind", "node"), std::pair("cluster", "node"),
        std::pair("edge", "edge"), std::pair("decision", "edge"), std::pair("condition", "edge"),
        std::pair("origin", "edge")}) {
    out += std::string("  <key id=\"") + id + "\" for=\"" + of + "\" attr.name=\"" + id +
           "\" attr.type=\"string\"/>\n";
  }
  out += "  <graph edgedefault=\"directed\">\n";
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    out += "    <node id=\"n" + std::to_string(i) + "\">\n" + Data("name", node.name) +
           Data("kind", node.kind) + Data("cluster", node.cluster) + "    </node>\n";
  }
  for (const Edge& edge : graph.edges) {
    out += "    <edge source=\"n" + std::to_string(numbers.at(edge.from)) + "\" target=\"n" +
           std::to_string(numbers.at(edge.to)) + "\">\n" + Data("edge", edge.edge) +
           Data("decision", Name(edge.decision)) + Data("condition", ConditionText(edge)) +
           Data("origin", PlaceText(edge.origin)) + "    </edge>\n";
  }
  return out + "  </graph>\n</graphml>\n";
}

std::string Cytoscape(const GraphAnswer& graph) {
  const std::string home = HomeOf(graph);
  JsonWriter json;
  json.Object([&] {
    json.Key("elements").Object([&] {
      json.Key("nodes").Array(graph.nodes, [&](const Node& node) {
        json.Inline().Object([&] {
          json.Key("data").Object([&] {
            json.Key("id").String(node.name);
            json.Key("label").String(ShortPrincipal(node.name, home));
            json.Key("kind").String(node.kind);
            json.Key("cluster").String(node.cluster);
            json.Key("color").String(LookOf(node.kind).color);
          });
        });
      });
      json.Key("edges").Array(graph.edges, [&](const Edge& edge) {
        json.Inline().Object([&] {
          json.Key("data").Object([&] {
            json.Key("id").String(edge.from + ' ' + edge.edge + ' ' + edge.to);
            json.Key("source").String(edge.from);
            json.Key("target").String(edge.to);
            json.Key("edge").String(edge.edge);
            json.Key("decision").String(Name(edge.decision));
            json.Key("conditions").Array(edge.conditions, [&](const Condition& condition) {
              json.String(condition.text);
            });
            json.Key("origin").String(PlaceText(edge.origin));
          });
        });
      });
    });
  });
  return std::move(json).Take();
}

std::string CytoscapeForEyes(const GraphAnswer& graph) { return Cytoscape(ForEyes(graph)); }

std::string Json(const GraphAnswer& graph) {
  JsonWriter json;
  json.Object([&] {
    json.Key("schema").String("whomay.graph/1");
    json.Key("world").String(Name(graph.world));
    json.Key("principal").String(graph.principal);
    json.Key("nodes").Array(graph.nodes, [&](const Node& node) {
      json.Inline().Object([&] {
        json.Key("principal").String(node.name);
        json.Key("kind").String(node.kind);
        if (node.cluster.empty()) {
          json.Key("cluster").Null();
        } else {
          json.Key("cluster").String(node.cluster);
        }
      });
    });
    json.Key("edges").Array(graph.edges, [&](const Edge& edge) {
      json.Inline().Object([&] {
        json.Key("from").String(edge.from);
        json.Key("to").String(edge.to);
        json.Key("edge").String(edge.edge);
        json.Key("decision").String(Name(edge.decision));
        json.Key("conditions").Array(edge.conditions, [&](const Condition& condition) {
          Write(json, condition);
        });
        json.Key("origin");
        Write(json, edge.origin);
      });
    });
    json.Key("truncated").Bool(graph.truncated);
    json.Key("notes").Strings(graph.notes);
    json.Key("incomplete").Bool(graph.incomplete);
  });
  return std::move(json).Take();
}

std::string Table(const GraphAnswer& graph, const TableOptions& options) {
  std::string out;
  std::string_view from;
  for (const Edge& edge : graph.edges) {
    if (edge.from != from) {
      from = edge.from;
      out += Styled(Printable(edge.from), Style::kBold, options.color) + '\n';
    }
    out += "  " + edge.edge + " → " + Printable(edge.to);
    const std::string condition = ConditionText(edge);
    out += !condition.empty()                    ? ", " + condition
           : edge.decision == Decision::kAllowed ? ""
                                                 : std::string(", ") + Name(edge.decision);
    out += "  " + Styled(Printable(PlaceText(edge.origin)), Style::kDim, options.color) + '\n';
  }
  out += std::to_string(graph.nodes.size()) + " principals, " + std::to_string(graph.edges.size()) +
         " ways between them";
  out += graph.truncated ? "; a limit was hit: there are more\n" : "\n";
  return out;
}

}  // namespace whomay::report
