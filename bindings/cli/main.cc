// The whomay command: everything is in lib/cli.
#include <iostream>
#include <string_view>
#include <vector>

#include "cli/run.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const std::vector<std::string_view> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  return whomay::cli::Run(args, std::cin, std::cout, std::cerr);
}
