#include "cli/arguments.h"

#include <algorithm>

#include <CLI/CLI.hpp>  // seconds to compile: only here

#include "cli/help.h"
#include "whomay/version.h"

namespace whomay::cli {
namespace {

constexpr std::string_view kInputs = "Inputs";
constexpr std::string_view kQuestion = "Question";
constexpr std::string_view kOutput = "Output";

// Where KEY ends in KEY=VALUE: the first '=' that stands in no brackets, since Terraform addresses
// hold any text between theirs.
size_t FindEquals(std::string_view text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
    if (text[i] == '=' && depth <= 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

using Map = std::map<std::string, std::string>;

// [PROVIDER=]VALUE
void AddOptionalKey(const std::string& text, Map& map) {
  const size_t equals = FindEquals(text);
  if (equals == std::string::npos) {
    map[""] = text;
  } else {
    map[text.substr(0, equals)] = text.substr(equals + 1);
  }
}

// KEY=VALUE; false when there is no '='.
template <typename Add>
bool AddPair(const std::string& text, const Add& add) {
  const size_t equals = FindEquals(text);
  if (equals == std::string::npos || equals == 0) {
    return false;
  }
  add(text.substr(0, equals), text.substr(equals + 1));
  return true;
}

// A flag that may be given again; each time it takes one value and leaves the next word alone.
template <typename Add>
CLI::Option* Repeatable(CLI::App& app, const std::string& names, const Add& add,
                        const std::string& help) {
  return app
      .add_option_function<std::vector<std::string>>(
          names,
          [names, add](const std::vector<std::string>& values) {
            for (const std::string& value : values) {
              if (!add(value)) {
                throw CLI::ValidationError(names, "'" + value + "' is not KEY=VALUE");
              }
            }
          },
          help)
      ->allow_extra_args(false);
}

void AddInputOptions(CLI::App& app, Arguments& to) {
  const std::string group(kInputs);
  const auto always = [](const auto& add) {
    return [add](const std::string& text) {
      add(text);
      return true;
    };
  };
  AnalyzerOptions& analyzer = to.analyzer;
  Repeatable(app, "-f,--file", always([&to](const std::string& t) { to.files.push_back(t); }),
             "File, directory or - (standard input); CLUSTER=PATH ties its manifests to a cluster")
      ->type_name("[CLUSTER=]PATH")
      ->group(group);
  app.add_option("--config", to.config, "Configuration instead of the nearest .whomay.yaml")
      ->type_name("PATH")
      ->group(group);
  app.add_option("--default-namespace", analyzer.default_namespace,
                 "Namespace of manifests that name none (default)")
      ->type_name("NS")
      ->group(group);
  app.add_option("--kubernetes-version", analyzer.kubernetes_version,
                 "Version of clusters whose input does not say")
      ->type_name("1.N")
      ->group(group);
  app.add_flag_callback(
         "--no-builtin-rbac", [&analyzer] { analyzer.builtin_rbac = false; },
         "Leave out the roles and bindings that every cluster starts with")
      ->group(group);
  Repeatable(app, "--account",
             always([&analyzer](const std::string& t) { AddOptionalKey(t, analyzer.accounts); }),
             "AWS account where the files do not say")
      ->type_name("[PROVIDER=]ID")
      ->group(group);
  Repeatable(app, "--region",
             always([&analyzer](const std::string& t) { AddOptionalKey(t, analyzer.regions); }),
             "AWS region where the files do not say")
      ->type_name("[PROVIDER=]NAME")
      ->group(group);
  app.add_option("--source-root", analyzer.source_root,
                 "Terraform's code of the plan: fills what the plan leaves open")
      ->type_name("DIR")
      ->group(group);
  const auto assume = [&analyzer](std::string key, std::string value) {
    analyzer.assume[std::move(key)] = std::move(value);
  };
  Repeatable(
      app, "--assume", [assume](const std::string& text) { return AddPair(text, assume); },
      "Value of an attribute that the plan does not know yet")
      ->type_name("ADDRESS.ATTRIBUTE=VALUE")
      ->group(group);
}

void AddQuestionOptions(CLI::App& app, Arguments& to) {
  const std::string group(kQuestion);
  QuestionOptions& question = to.question;
  app.add_option("-n,--namespace", question.name_space, "Namespace of a Kubernetes permission")
      ->type_name("NS")
      ->group(group);
  app.add_flag("-A,--all-namespaces", question.all_namespaces,
               "In all namespaces, or at cluster scope (as without -n)")
      ->group(group);
  app.add_option("--subresource", question.subresource, "As RESOURCE/SUBRESOURCE")
      ->type_name("NAME")
      ->group(group);
  CLI::Option* const role_ref =
      app.add_option("--role-ref", question.role_ref,
                     "Of the binding (or role) to create: whose rules it gives")
          ->type_name("KIND/NAME")
          ->group(group);
  const auto role = [&question](std::string_view kind) {
    return [&question, kind](const std::string& name) {
      question.role_ref = std::string(kind) + '/' + name;
    };
  };
  CLI::Option* const cluster_role =
      app.add_option_function<std::string>("--clusterrole", role("ClusterRole"),
                                           "As --role-ref ClusterRole/NAME")
          ->type_name("NAME")
          ->excludes(role_ref)
          ->group(group);
  app.add_option_function<std::string>("--role", role("Role"), "As --role-ref Role/NAME")
      ->type_name("NAME")
      ->excludes(role_ref)
      ->excludes(cluster_role)
      ->group(group);
  app.add_option("--subject", question.subject,
                 "Of list bindings and matrix: for this principal only")
      ->type_name("PRINCIPAL")
      ->group(group);
  app.add_option("--verbs", question.verbs, "Of matrix: its columns")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("A,B")
      ->group(group);
  app.add_flag("--any", question.any, "A wildcard asks for any of it, not for all of it")
      ->group(group);
  app.add_option("--cluster", question.cluster, "Which cluster, when there are several")
      ->type_name("NAME")
      ->group(group);
  app.add_option("--world", to.world, "A plan's prior state or what apply would make (after)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, World>{
          {Name(World::kBefore), World::kBefore}, {Name(World::kAfter), World::kAfter}}))
      ->type_name("before|after")
      ->option_text("before|after")
      ->group(group);
  app.add_flag("--direct", question.direct, "No hops beyond authentication and membership")
      ->group(group);
  app.add_flag("--escalate", question.escalate,
               "Follow abuses of permissions too (escalation edges)")
      ->group(group);
  app.add_option("--max-hops", question.max_hops, "Longest path that is followed (16)")
      ->check(CLI::Range(0, 1000))
      ->type_name("N")
      ->option_text("N")
      ->group(group);
  const auto context = [&question](const std::string& key, std::string value) {
    question.context[key].push_back(std::move(value));
  };
  Repeatable(
      app, "--context", [context](const std::string& text) { return AddPair(text, context); },
      "Request context of IAM conditions")
      ->type_name("KEY=VALUE")
      ->group(group);
  app.add_option("--groups", question.groups,
                 "Groups that the caller carries besides those of the files")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("A,B")
      ->group(group);
}

// --- Formats

constexpr std::pair<std::string_view, Format> kFormats[] = {
    {"table", Format::kTable},     {"json", Format::kJson},
    {"csv", Format::kCsv},         {"markdown", Format::kMarkdown},
    {"sarif", Format::kSarif},     {"junit", Format::kJunit},
    {"github", Format::kGithub},   {"terraform", Format::kTerraform},
    {"cli", Format::kCli},         {"dot", Format::kDot},
    {"mermaid", Format::kMermaid}, {"graphml", Format::kGraphMl},
    {"html", Format::kHtml},       {"cytoscape", Format::kCytoscape},
};

// What a command's answer is written as besides table and json.
struct FormatRow {
  std::string_view command;
  std::vector<Format> formats;
};
const std::vector<Format>& FormatsOf(std::string_view command) {
  static const std::vector<Format> pictures = {Format::kDot, Format::kMermaid, Format::kGraphMl,
                                               Format::kCytoscape, Format::kHtml};
  static const std::vector<Format> none;
  static const std::vector<FormatRow> rows = {
      {"who",
       {Format::kCsv, Format::kDot, Format::kMermaid, Format::kGraphMl, Format::kCytoscape,
        Format::kHtml}},
      {"can", pictures},
      {"why", pictures},
      {"reach", pictures},
      {"paths", pictures},
      {"graph", pictures},
      {"list", {Format::kCsv}},
      {"matrix", {Format::kCsv}},
      {"diff", {Format::kMarkdown}},
      {"rules", {Format::kMarkdown}},
      {"check", {Format::kMarkdown, Format::kSarif, Format::kJunit, Format::kGithub}},
      {"migrate", {Format::kTerraform, Format::kCli}},
  };
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const FormatRow& row) { return row.command == command; });
  return found == rows.end() ? none : found->formats;
}

bool FormatFits(Format format, std::string_view command) {
  const std::vector<Format>& formats = FormatsOf(command);
  return format == Format::kTable || format == Format::kJson ||
         std::find(formats.begin(), formats.end(), format) != formats.end();
}

// "table|json|csv".
std::string FormatNames(std::string_view command) {
  std::string names;
  for (const auto& [name, format] : kFormats) {
    if (FormatFits(format, command)) {
      names += (names.empty() ? "" : "|") + std::string(name);
    }
  }
  return names;
}

void AddOutputOptions(CLI::App& app, std::string_view command, Arguments& to) {
  const std::string group(kOutput);
  std::map<std::string, Format> formats;
  for (const auto& [name, format] : kFormats) {
    formats.emplace(name, format);
  }
  app.add_option("-o,--output", to.format, "How the answer is written (table)")
      ->transform(CLI::CheckedTransformer(std::move(formats)))
      ->option_text(FormatNames(command))
      ->group(group);
  app.add_option("--color", to.color, "Colour (auto: on a terminal, unless NO_COLOR is set)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Color>{
          {"auto", Color::kAuto}, {"always", Color::kAlways}, {"never", Color::kNever}}))
      ->option_text("auto|always|never")
      ->group(group);
  app.add_flag("--expand", to.expand, "Every row, none folded into a count")->group(group);
  app.add_flag("--strict", to.strict, "Exit code 3 when some input could not be read")
      ->group(group);
  app.add_flag("-v,--verbose", to.verbose, "Every diagnostic, with its place in the text")
      ->group(group);
  app.add_flag("--stats", to.stats, "Time and memory, on standard error")->group(group);
}

void AddDiffOptions(CLI::App& app, Arguments& to) {
  const std::string group("Comparison");
  const auto add = [](std::vector<std::string>& list) {
    return [&list](const std::string& text) {
      list.push_back(text);
      return true;
    };
  };
  Repeatable(app, "--before", add(to.before), "What was: a state, a plan, manifests, a directory")
      ->type_name("[CLUSTER=]PATH")
      ->group(group);
  Repeatable(app, "--after", add(to.after), "What is to be (of a plan: what apply would make)")
      ->type_name("[CLUSTER=]PATH")
      ->group(group);
  app.add_option_function<std::string>(
         "--fail-on", [&to](const std::string&) { to.fail_on_gained = true; },
         "Exit code 1 when somebody gains access")
      ->check(CLI::IsMember({"gained"}))
      ->type_name("gained")
      ->option_text("gained")
      ->group(group);
}

void AddCheckOptions(CLI::App& app, Arguments& to) {
  const std::string group = "Check";
  app.add_option("--threshold", to.threshold, "Findings of this severity and above fail (medium)")
      ->check(CLI::IsMember({"note", "low", "medium", "high"}))
      ->type_name("SEVERITY")
      ->option_text("note|low|medium|high")
      ->group(group);
  app.add_option("--baseline", to.baseline, "Findings of this file are suppressed")
      ->type_name("PATH")
      ->group(group);
  app.add_option("--write-baseline", to.write_baseline,
                 "Write the findings that are left as a baseline, and succeed")
      ->type_name("PATH")
      ->group(group);
}

Parsed Message(std::string text, int exit_code) {
  Parsed parsed;
  parsed.text = std::move(text);
  parsed.exit_code = exit_code;
  return parsed;
}

Parsed UsageError(const std::string& what, std::string_view see) {
  return Message("whomay: " + what + "\nSee: whomay " + std::string(see) + "--help\n", 2);
}

class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(const CommandHelp& command) : command_(command) { column_width(36); }
  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return "Usage: whomay " + std::string(command_.name) + ' ' + std::string(command_.usage) +
           " -f PATH... [options]\n";
  }

 private:
  const CommandHelp& command_;
};

// One command's own parser.
void Describe(CLI::App& app, const CommandHelp& command, Arguments& arguments) {
  app.description("whomay " + std::string(command.name) + ": " + std::string(command.summary) +
                  '\n');
  app.footer(CommandFooter(command));
  app.set_help_flag("-h,--help", "This help");
  app.add_option("words", arguments.words, std::string(command.usage))
      ->expected(command.min_words, command.max_words)
      ->required(command.min_words > 0)
      ->group("");  // stands in the usage line
  app.formatter(std::make_shared<HelpFormatter>(command));
  if (command.name == "diff") {
    AddDiffOptions(app, arguments);
  }
  AddInputOptions(app, arguments);
  AddQuestionOptions(app, arguments);
  AddOutputOptions(app, command.name, arguments);
  if (command.name == "check") {
    AddCheckOptions(app, arguments);
  }
}

}  // namespace

Parsed Parse(std::span<const std::string_view> args) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    return Message(MainHelp(), args.empty() ? 2 : 0);
  }
  if (args[0] == "--version" || args[0] == "version") {
    return Message("whomay " WHOMAY_VERSION "\n", 0);
  }
  const auto commands = Commands();
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const CommandHelp& help) { return help.name == args[0]; });
  if (command == commands.end()) {
    return UsageError(NoSuchCommand(args[0]), "");
  }

  Parsed parsed;
  parsed.arguments.command = command->name;
  CLI::App app;
  Describe(app, *command, parsed.arguments);
  // CLI11 takes them from the back.
  std::vector<std::string> words(args.rbegin(), args.rend() - 1);
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return Message(app.help(), 0);
  } catch (const CLI::ParseError& error) {
    return UsageError(error.what(), std::string(command->name) + ' ');
  }
  if (!FormatFits(parsed.arguments.format, command->name)) {
    return UsageError("-o: this command is written as " + FormatNames(command->name),
                      std::string(command->name) + ' ');
  }
  parsed.run = true;
  return parsed;
}

}  // namespace whomay::cli
