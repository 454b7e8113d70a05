#include "ingest/terraform/same_addresses.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "ingest/terraform/records.h"

namespace whomay::ingest::terraform {

void ReportSameAddresses(const FactsMark& since, source::FileId file,
                         const source::SourceSet& sources, const facts::Facts& facts,
                         source::Diagnostics& diagnostics) {
  // Addresses of managed resources, by the outermost file.
  std::map<source::FileId, std::set<std::string_view>> before;
  std::set<std::string_view> now;
  source::Span place;
  size_t kind = 0;
  ForEachKind(facts, [&](const auto& records) {
    const size_t mark = since.sizes[kind++];
    for (size_t i = 0; i < records.size(); ++i) {
      const facts::Origin& origin = records[i].origin;
      if (origin.address.empty() || origin.address.find("data.") != std::string_view::npos) {
        continue;
      }
      if (i >= mark) {
        now.insert(origin.address);
        place = place.known() ? place : origin.span;
      } else if (origin.span.known() && origin.span.file != file) {
        before[sources.Outermost(origin.span).file].insert(origin.address);
      }
    }
  });
  for (const auto& [other, addresses] : before) {
    const size_t shared = static_cast<size_t>(
        std::count_if(now.begin(), now.end(),
                      [&addresses = addresses](auto one) { return addresses.count(one) != 0; }));
    if (shared == 0 || other == file || 2 * shared < std::min(now.size(), addresses.size())) {
      continue;
    }
    const auto first = std::find_if(now.begin(), now.end(), [&addresses = addresses](auto one) {
      return addresses.count(one) != 0;
    });
    diagnostics.AddLoss(
        "terraform.same-addresses", place,
        Concat({sources.name(file), " and ", sources.name(other), " hold the same resources (",
                *first, " and ", std::to_string(shared - 1),
                " more): give one of them, or compare them with `whomay diff --before ",
                sources.name(other), " --after ", sources.name(file), "`"}));
  }
}

}  // namespace whomay::ingest::terraform
