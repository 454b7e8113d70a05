// Arguments: what the words of a command line mean. Thread safety: plain values, pure functions.
#ifndef WHOMAY_LIB_CLI_ARGUMENTS_H_
#define WHOMAY_LIB_CLI_ARGUMENTS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "whomay/analyzer.h"

namespace whomay::cli {

// Which commands are written in which formats: FormatsOf().
enum class Format {
  kTable,
  kJson,
  kMarkdown,
  kSarif,
  kJunit,
  kGithub,
  kTerraform,
  kCli,
  kCsv,
  kDot,
  kMermaid,
  kGraphMl,
  kCytoscape,
  kHtml,
};
enum class Color { kAuto, kAlways, kNever };

struct Arguments {
  std::string command;
  std::vector<std::string> words;  // the question's: a principal, a permission's words
  std::vector<std::string> files;  // -f, as written
  std::string config;
  AnalyzerOptions analyzer;
  QuestionOptions question;
  World world = World::kAfter;
  Format format = Format::kTable;
  Color color = Color::kAuto;
  // Of diff: the inputs of the one world and the other instead of a plan's two.
  std::vector<std::string> before, after;
  bool fail_on_gained = false;
  bool expand = false;
  bool strict = false;
  bool stats = false;
  bool verbose = false;
  // Of check; what is not given the configuration says.
  std::string threshold;
  std::string baseline;
  std::string write_baseline;
};

// What is known of a command before its arguments are read.
struct CommandHelp {
  std::string_view name;
  std::string_view usage;    // "PRINCIPAL PERMISSION..."
  std::string_view summary;  // one line, for the list of commands
  std::string_view details;  // examples, for its own help
  int min_words = 0;
  int max_words = 0;
};
std::span<const CommandHelp> Commands();

struct Parsed {
  bool run = false;  // else print `text` and leave with `exit_code`
  Arguments arguments;
  std::string text;
  int exit_code = 0;
};
Parsed Parse(std::span<const std::string_view> args);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_ARGUMENTS_H_
