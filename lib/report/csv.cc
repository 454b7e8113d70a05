#include "report/csv.h"

#include <string_view>
#include <vector>

#include "report/path.h"

namespace whomay::report {
namespace {

using Cells = std::vector<std::string>;

std::string Cell(std::string_view text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  std::string cell = formula ? "'" : "";
  cell += text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) {
    return cell;
  }
  std::string quoted = "\"";
  for (const char c : cell) {
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  }
  return quoted + '"';
}

void Add(std::string& out, const Cells& cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    out += (i == 0 ? "" : ",") + Cell(cells[i]);
  }
  out += "\r\n";
}

std::string Texts(const std::vector<Condition>& conditions) {
  std::string text;
  for (const Condition& condition : conditions) {
    text += (text.empty() ? "" : " and ") + condition.text;
  }
  return text;
}

}  // namespace

std::string Csv(const WhoAnswer& answer) {
  std::string out;
  Add(out, {"principal", "kind", "decision", "reason", "direct", "conditions", "path", "cluster"});
  for (const Grantee& row : answer.grantees) {
    Add(out, {row.principal, row.kind, Name(row.decision), row.reason,
              row.direct ? "true" : "false", Texts(row.conditions),
              row.paths.empty() ? std::string() : PathLine(row.paths.front(), false),
              row.cluster.empty() ? answer.permission.cluster : row.cluster});
  }
  return out;
}

std::string Csv(const ListAnswer& answer) {
  std::string out;
  Cells head = {"name", "kind", "cluster", "file", "line", "address"};
  head.insert(head.end(), answer.columns.begin(), answer.columns.end());
  Add(out, head);
  for (const ListAnswer::Item& item : answer.items) {
    Cells row = {item.name,
                 item.kind,
                 item.cluster.value_or(""),
                 item.origin.file,
                 item.origin.line > 0 ? std::to_string(item.origin.line) : "",
                 item.origin.address};
    row.insert(row.end(), item.fields.begin(), item.fields.end());
    row.resize(head.size());
    Add(out, row);
  }
  return out;
}

std::string Csv(const MatrixAnswer& answer) {
  std::string out;
  Cells head = {"cluster", "resource", "name", "principal", "kind"};
  head.insert(head.end(), answer.verbs.begin(), answer.verbs.end());
  Add(out, head);
  for (const MatrixAnswer::Resource& resource : answer.resources) {
    const std::string name = resource.resource +
                             (resource.group.empty() ? "" : "." + resource.group) +
                             (resource.subresource.empty() ? "" : "/" + resource.subresource);
    for (const MatrixAnswer::Row& of : resource.rows) {
      Cells row = {resource.cluster.empty() ? answer.cluster : resource.cluster, name,
                   resource.name, of.principal, of.kind};
      for (const std::optional<Decision>& decision : of.decisions) {
        row.emplace_back(decision ? Name(*decision) : "");
      }
      Add(out, row);
    }
  }
  return out;
}

}  // namespace whomay::report
