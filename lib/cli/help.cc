#include "cli/help.h"

#include <array>

#include "report/text.h"

namespace whomay::cli {
namespace {

constexpr int kManyWords = 64;

constexpr std::string_view kPermissionHelp =
    R"(A permission is written as kubectl users and AWS write it:
  get secrets -n shop            VERB RESOURCE[.GROUP][/SUBRESOURCE] [NAME]
  create pods/exec               without -n: in all namespaces
  get /metrics                   VERB /URL
  s3:GetObject arn:aws:s3:::b/k  service:Action [RESOURCE-ARN|'*']
)";

constexpr std::string_view kPrincipalHelp =
    R"(A principal is an ARN, a Terraform address, user:NAME, group:NAME, sa:NAMESPACE/NAME, pod:NS/NAME,
account:ID, service:NAME, or a last name part that only one principal has.
)";

constexpr std::array<CommandHelp, 14> kCommands = {{
    {"who", "PERMISSION...", "who may do it, with the path for each",
     "  whomay who get secrets -n shop -f plan.json -f manifests/\n"
     "  whomay who s3:GetObject arn:aws:s3:::orders/1.json -f plan.json\n",
     1, kManyWords},
    {"can", "PRINCIPAL PERMISSION...", "may this principal do it",
     "  whomay can UserTwo list pods -n default -f plan.json\n"
     "Exit code 0: allowed, 1: denied, 3: conditional or unknown.\n",
     2, kManyWords},
    {"why", "PRINCIPAL PERMISSION...",
     "the same with every grant, every near miss and its obstacle",
     "  whomay why UserTwo list pods -f plan.json\n", 2, kManyWords},
    {"what", "PRINCIPAL", "everything it may do, by plane, cluster, namespace",
     "  whomay what sa:shop/checkout -f plan.json -f manifests/\n", 1, 1},
    {"whoami", "PRINCIPAL", "the Kubernetes users, groups and AWS roles it acts as",
     "  whomay whoami UserTwo -f plan.json\n", 1, 1},
    {"reach", "PRINCIPAL", "every principal it can become",
     "  whomay reach sa:shop/checkout -f plan.json -f manifests/\n", 1, 1},
    {"paths", "FROM TO", "the ways from one principal to another",
     "  whomay paths lea role/shop-checkout -f plan.json\n", 2, 2},
    {"matrix", "[RESOURCE...]", "who may do what: principals by verbs, for each resource",
     "  whomay matrix secrets pods/exec -n shop -f manifests/\n"
     "  whomay matrix 'configmaps leader' --verbs get,update -n shop -f manifests/\n"
     "  whomay matrix -n shop --subject sa:shop/checkout -f manifests/\n",
     0, kManyWords},
    {"diff", "[PLAN]",
     "access gained and lost: from a plan's before to its after, or between inputs",
     "  whomay diff plan.json -f manifests/\n"
     "  whomay diff plan.json --fail-on gained -o markdown\n"
     "  whomay diff --before old.json --after new.json -f manifests/\n"
     "Inputs of -f belong to both sides. Exit code 1 with --fail-on gained: somebody gains "
     "access.\n",
     0, 1},
    {"graph", "[PRINCIPAL]",
     "who can become whom, for Graphviz, Mermaid, GraphML, Cytoscape or a browser",
     "  whomay graph -f plan.json -f manifests/ -o html > graph.html\n"
     "  whomay graph lea --escalate -f plan.json -f manifests/ -o dot | dot -Tsvg > lea.svg\n"
     "who, can, reach and paths are drawn alike: whomay who get secrets -n shop -o mermaid\n",
     0, 1},
    {"list", "WHAT", "principals, roles, bindings, clusters, resources, workloads, …",
     "  whomay list principals -f plan.json\n", 1, 1},
    {"check", "", "findings and the configuration's assertions",
     "  whomay check -f plan.json -f manifests/ -o sarif\n"
     "Exit code 0: clean, 1: findings at or above --threshold, or an assertion broken.\n",
     0, 0},
    {"migrate", "aws-auth",
     "the access entries that replace aws-auth, and the proof that nobody gains or loses",
     "  whomay migrate aws-auth -f state.json -f manifests/\n"
     "  whomay migrate aws-auth -f state.json -o terraform > access-entries.tf\n"
     "  whomay migrate aws-auth -f state.json -o cli\n",
     1, 1},
    {"rules", "[ID]", "the rules of check, explained", "  whomay rules irsa-wildcard-namespace\n",
     0, 1},
}};

}  // namespace

std::span<const CommandHelp> Commands() { return kCommands; }

std::string MainHelp() {
  std::string out =
      "whomay: who may do what, and by which path, across AWS and Kubernetes, from files alone\n\n"
      "Usage: whomay COMMAND ... -f PATH... [options]\n\n";
  for (const CommandHelp& command : kCommands) {
    std::string call = "  whomay ";
    call += command.name;
    call += ' ';
    call += command.usage;
    call.resize(std::max(call.size() + 1, size_t{40}), ' ');
    out += call;
    out += command.summary;
    out += '\n';
  }
  out +=
      "\nInputs (-f): Terraform plans and states as JSON, Kubernetes manifests and dumps, "
      "aws-auth,\n"
      "IAM policies. The kind is told from the content.\n\n";
  out += kPermissionHelp;
  out += kPrincipalHelp;
  out +=
      "\nFor instance:\n"
      "  terraform show -json plan.out > plan.json\n"
      "  whomay who get secrets -n shop -f plan.json -f manifests/\n\n"
      "whomay COMMAND --help tells the options, whomay --version the version.\n"
      "Exit codes: 0 done (can: allowed), 1 can: denied, check: findings, 2 usage or unreadable "
      "input,\n"
      "3 can: conditional or unknown; with --strict, incomplete.\n";
  return out;
}

std::string CommandFooter(const CommandHelp& command) {
  std::string out = "\nFor instance:\n";
  out += command.details;
  out += '\n';
  if (command.usage.find("PERMISSION") != std::string_view::npos) {
    out += kPermissionHelp;
  }
  if (command.usage.find("PRINCIPAL") != std::string_view::npos || command.name == "paths") {
    out += kPrincipalHelp;
  }
  return out;
}

std::string NoSuchCommand(std::string_view name) {
  std::string out = "no command '" + report::Printable(name) + "'; the commands are";
  for (const CommandHelp& command : kCommands) {
    out += ' ';
    out += command.name;
  }
  return out;
}

}  // namespace whomay::cli
