#include "query/diff_describe.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/strings.h"
#include "query/diff_meet.h"

namespace whomay::query {
namespace {

// Pairs of texts looked at to describe what one pair leaves out.
constexpr size_t kMaxPairs = 20'000;
// More exceptions than this say less than a list of what differs.
constexpr size_t kManyTexts = 24;

constexpr uint32_t kNoText = 0xFFFFFFFF;

// Cells: an action and one of the samples of its class, ascending.
using Cells = std::vector<uint32_t>;

class Describer {
 public:
  Describer(const DiffGrid& grid, const DiffLabels& labels, uint32_t label)
      : grid_(grid), label_(label) {
    begins_.push_back(0);
    for (const DiffGrid::Action& action : grid.actions()) {
      for (const uint32_t of : labels[action.of]) {
        has_.push_back(of == label_);
      }
      begins_.push_back(static_cast<uint32_t>(has_.size()));
    }
    done_.resize(has_.size());
  }

  std::vector<DiffRegion> Run(const std::vector<std::pair<uint32_t, uint32_t>>& given) {
    std::vector<Pair> pairs;
    for (const auto& [action, resource] : given) {
      Pair pair = Of(action, resource);
      if (pair.with > 0) {
        pairs.push_back(std::move(pair));
      }
    }
    Sort(pairs);
    for (const Pair& pair : pairs) {
      if (pair.pure && grid_.whole(pair.action) && Adds(pair)) {
        Emit(pair, {});
      }
    }
    for (const Pair& pair : pairs) {
      if (Adds(pair)) {
        grid_.whole(pair.action) ? Mixed(pair) : ByActions(pair);
      }
    }
    return std::move(regions_);
  }

 private:
  struct Pair {
    uint32_t action = 0, resource = 0;
    Cells cells;        // that it covers
    Cells maybe;        // and those of which it may cover a part
    size_t with = 0;    // cells that have the label
    bool pure = false;  // whatever it covers has the label
  };

  Cells CellsOf(const std::vector<uint32_t>& actions, uint32_t resource, bool maybe) const {
    Cells cells;
    for (const uint32_t action : actions) {
      const DiffGrid::Class& of = grid_.classes()[grid_.actions()[action].of];
      const bool any = maybe && !of.no_resource && !Tells(of, resource);
      for (uint32_t i = 0; i < of.samples.size(); ++i) {
        if (any || Has(of.samples[i], resource)) {
          cells.push_back(begins_[action] + i);
        }
      }
    }
    return cells;
  }

  static bool Tells(const DiffGrid::Class& of, uint32_t text) {
    return std::binary_search(of.texts.begin(), of.texts.end(), text);
  }

  Pair Of(uint32_t action, uint32_t resource) const {
    Pair pair{action,
              resource,
              CellsOf(grid_.covered(action), resource, false),
              CellsOf(grid_.covered(action), resource, true),
              0,
              false};
    pair.with = Count(pair.cells);
    pair.pure = Count(pair.maybe) == pair.maybe.size();
    return pair;
  }

  size_t Count(const Cells& cells) const {
    return static_cast<size_t>(
        std::count_if(cells.begin(), cells.end(), [&](uint32_t cell) { return has_[cell]; }));
  }

  void Sort(std::vector<Pair>& pairs) const {
    std::stable_sort(pairs.begin(), pairs.end(), [&](const Pair& a, const Pair& b) {
      if (a.with != b.with) {
        return a.with > b.with;
      }
      return std::pair(grid_.action_texts()[a.action], grid_.resource_texts()[a.resource]) <
             std::pair(grid_.action_texts()[b.action], grid_.resource_texts()[b.resource]);
    });
  }

  bool Adds(const Pair& pair) const {
    return std::any_of(pair.cells.begin(), pair.cells.end(),
                       [&](uint32_t cell) { return has_[cell] && !done_[cell]; });
  }

  uint32_t ActionOf(uint32_t cell) const {
    return static_cast<uint32_t>(std::upper_bound(begins_.begin(), begins_.end(), cell) -
                                 begins_.begin() - 1);
  }

  void EmitTexts(std::string action, std::string resource, const Cells& cells,
                 std::vector<std::pair<std::string, std::string>> except) {
    DiffRegion region;
    region.action = std::move(action);
    region.resource = std::move(resource);
    region.except = std::move(except);
    std::sort(region.except.begin(), region.except.end());
    region.except.erase(std::unique(region.except.begin(), region.except.end()),
                        region.except.end());
    bool example = false;
    for (const uint32_t cell : cells) {
      if (!has_[cell]) {
        continue;
      }
      done_[cell] = true;
      if (!example) {
        const uint32_t of = ActionOf(cell);
        region.example_class = grid_.actions()[of].of;
        region.example_sample = cell - begins_[of];
        example = true;
      }
    }
    regions_.push_back(std::move(region));
  }

  void Emit(const Pair& pair, std::vector<std::pair<std::string, std::string>> except) {
    EmitTexts(grid_.action_texts()[pair.action], grid_.resource_texts()[pair.resource], pair.cells,
              std::move(except));
  }

  // Pairs of all texts that lie in these cells and have (or have not) the label throughout, as few
  // as it takes to cover those cells; false if they do not cover them.
  bool Cover(const Pair& within, bool label, std::vector<Pair>& chosen) const {
    std::set<uint32_t> actions, resources, classes;
    const Cells& all = label ? within.cells : within.maybe;
    for (const uint32_t cell : all) {
      actions.insert(ActionOf(cell));
    }
    std::vector<uint32_t> texts;
    for (uint32_t text = 0; text < grid_.action_texts().size(); ++text) {
      const std::vector<uint32_t>& covered = grid_.covered(text);
      if ((!label || grid_.whole(text)) &&
          std::any_of(covered.begin(), covered.end(),
                      [&](uint32_t action) { return actions.contains(action); })) {
        texts.push_back(text);
      }
    }
    for (const uint32_t action : actions) {
      classes.insert(grid_.actions()[action].of);
    }
    for (const uint32_t of : classes) {
      for (const DiffGrid::Sample& sample : grid_.classes()[of].samples) {
        resources.insert(sample.resources.begin(), sample.resources.end());
      }
    }
    if (texts.size() * resources.size() > kMaxPairs) {
      return false;
    }
    std::vector<Pair> pure;
    for (const uint32_t action : texts) {
      for (const uint32_t resource : resources) {
        Pair pair = Of(action, resource);
        Cells inside, touched;
        std::set_intersection(pair.cells.begin(), pair.cells.end(), all.begin(), all.end(),
                              std::back_inserter(inside));
        std::set_intersection(pair.maybe.begin(), pair.maybe.end(), all.begin(), all.end(),
                              std::back_inserter(touched));
        // What it covers outside counts for rows, not for exceptions.
        if (inside.empty() || (label ? !pair.pure : Count(touched) != 0)) {
          continue;
        }
        pair.cells = std::move(inside);
        pair.with = pair.cells.size();
        pure.push_back(std::move(pair));
      }
    }
    Sort(pure);
    std::set<uint32_t> left;
    for (const uint32_t cell : all) {
      if (has_[cell] == label && !(label && done_[cell])) {
        left.insert(cell);
      }
    }
    for (Pair& pair : pure) {
      const size_t before = left.size();
      for (const uint32_t cell : pair.cells) {
        left.erase(cell);
      }
      if (left.size() != before) {
        chosen.push_back(std::move(pair));
      }
      if (left.empty()) {
        return true;
      }
    }
    return left.empty();
  }

  std::vector<std::pair<std::string, std::string>> TextsOf(const std::vector<Pair>& pairs) const {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const Pair& pair : pairs) {
      texts.emplace_back(grid_.action_texts()[pair.action], grid_.resource_texts()[pair.resource]);
    }
    return texts;
  }

  // A pair that covers what does not differ too.
  void Mixed(const Pair& pair) {
    std::vector<Pair> rows, except;
    const bool by_rows = Cover(pair, true, rows);
    const bool by_exceptions = Cover(pair, false, except);
    if (by_rows && (!by_exceptions || rows.size() <= except.size())) {
      for (const Pair& row : rows) {
        Emit(row, {});
      }
      return;
    }
    if (by_exceptions && except.size() <= kManyTexts) {
      Emit(pair, TextsOf(except));
      return;
    }
    ByActions(pair);
  }

  // --- Where neither says it: actions for which the same resources differ, together, and those
  // resources exactly.

  // A text less others.
  struct Less {
    std::string text;
    std::vector<std::string> except;
  };

  void ByActions(const Pair& pair) {
    for (const uint32_t cell : pair.cells) {
      if (!has_[cell] || done_[cell]) {
        continue;
      }
      const uint32_t first = ActionOf(cell);
      const ResourceText resource = Around(first, cell - begins_[first]);
      Cells cells;
      std::vector<uint32_t> good, bad, rest;
      for (const uint32_t action : grid_.covered(pair.action)) {
        const Found found = FindIn(action, resource, cells);
        (found == Found::kUnlike ? bad : found == Found::kAlike ? good : rest).push_back(action);
      }
      if (good.empty()) {  // never: the cell's own action is one
        done_[cell] = true;
        continue;
      }
      for (const Less& action : ActionTexts(pair.action, good, bad, rest)) {
        for (const std::string& text : resource.texts) {
          std::vector<std::pair<std::string, std::string>> except;
          for (const std::string& one : action.except) {
            except.emplace_back(one, "*");
          }
          for (const std::string& one : resource.except) {
            except.emplace_back(action.text, one);
          }
          EmitTexts(action.text, text, cells, std::move(except));
        }
      }
    }
  }

  // Resources of one action, exactly: those that all of `inside` cover, and none of `outside`.
  struct ResourceText {
    std::vector<uint32_t> inside, outside;
    std::vector<std::string> texts, except;
  };

  enum class Found : uint8_t { kNothing, kAlike, kUnlike };

  // Has the action the label on all such resources, or not on some? `cells` get those that have.
  Found FindIn(uint32_t action, const ResourceText& resource, Cells& cells) const {
    const DiffGrid::Class& of = grid_.classes()[grid_.actions()[action].of];
    const auto not_told = [&](const std::vector<uint32_t>& texts) {
      return std::any_of(texts.begin(), texts.end(),
                         [&](uint32_t text) { return !Tells(of, text); });
    };
    const bool in_part = not_told(resource.inside) || not_told(resource.outside);
    if (of.no_resource && not_told(resource.inside)) {
      return Found::kNothing;
    }
    Found found = Found::kNothing;
    const size_t before = cells.size();
    for (uint32_t i = 0; i < of.samples.size(); ++i) {
      const bool inside =
          std::all_of(resource.inside.begin(), resource.inside.end(),
                      [&](uint32_t text) { return !Tells(of, text) || Has(of.samples[i], text); });
      if (!inside || HasAny(of.samples[i], resource.outside)) {
        continue;
      }
      if (!has_[begins_[action] + i]) {
        cells.resize(before);
        return Found::kUnlike;
      }
      found = Found::kAlike;
      if (!in_part) {
        cells.push_back(begins_[action] + i);
      }
    }
    return found;
  }

  // As few texts as cover all of `needed`, and nothing but them and `allowed`; what none covers is
  // named.
  std::vector<std::string> Within(const std::vector<uint32_t>& needed,
                                  const std::vector<uint32_t>& allowed) const {
    std::vector<uint32_t> all;
    std::merge(needed.begin(), needed.end(), allowed.begin(), allowed.end(),
               std::back_inserter(all));
    std::vector<std::pair<size_t, uint32_t>> texts;
    for (uint32_t text = 0; text < grid_.action_texts().size(); ++text) {
      const std::vector<uint32_t>& covered = grid_.covered(text);
      if (!covered.empty() && grid_.whole(text) &&
          std::includes(all.begin(), all.end(), covered.begin(), covered.end())) {
        texts.emplace_back(covered.size(), text);
      }
    }
    std::sort(texts.rbegin(), texts.rend());
    std::set<uint32_t> left(needed.begin(), needed.end());
    std::vector<std::string> within;
    for (const auto& [size, text] : texts) {
      const size_t before = left.size();
      for (const uint32_t action : grid_.covered(text)) {
        left.erase(action);
      }
      if (left.size() != before) {
        within.push_back(grid_.action_texts()[text]);
      }
    }
    for (const uint32_t action : left) {
      within.push_back(grid_.actions()[action].name);
    }
    return within;
  }

  // `good` of the actions that the text covers: by their names, or as the text less the `bad`. The
  // rest may be in it or not.
  std::vector<Less> ActionTexts(uint32_t text, const std::vector<uint32_t>& good,
                                const std::vector<uint32_t>& bad,
                                const std::vector<uint32_t>& rest) const {
    std::vector<std::string> named = Within(good, {}), less = Within(bad, rest);
    const auto stands_for_more = [&](const std::vector<uint32_t>& list) {
      return std::any_of(list.begin(), list.end(),
                         [&](uint32_t action) { return grid_.actions()[action].other; });
    };
    if (grid_.whole(text) && (bad.empty() || stands_for_more(good) ||
                              (!stands_for_more(bad) && less.size() < named.size()))) {
      return {{grid_.action_texts()[text], std::move(less)}};
    }
    std::vector<Less> texts;
    for (std::string& name : named) {
      texts.push_back({std::move(name), {}});
    }
    return texts;
  }

  static bool Has(const DiffGrid::Sample& sample, uint32_t text) {
    return std::binary_search(sample.resources.begin(), sample.resources.end(), text);
  }
  static bool HasAll(const DiffGrid::Sample& sample, const std::vector<uint32_t>& texts) {
    return std::all_of(texts.begin(), texts.end(),
                       [&](uint32_t text) { return Has(sample, text); });
  }

  static bool HasAny(const DiffGrid::Sample& sample, const std::vector<uint32_t>& texts) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](uint32_t text) { return Has(sample, text); });
  }

  // As few texts as set the sample apart from all that have not the label.
  ResourceText Around(uint32_t action, uint32_t sample) const {
    const std::vector<DiffGrid::Sample>& samples =
        grid_.classes()[grid_.actions()[action].of].samples;
    std::vector<uint32_t> with, without;
    for (uint32_t i = 0; i < samples.size(); ++i) {
      (has_[begins_[action] + i] ? with : without).push_back(i);
    }
    const DiffGrid::Sample& at = samples[sample];
    const auto can_be_told = [&](uint32_t other) {
      return !std::includes(at.resources.begin(), at.resources.end(),
                            samples[other].resources.begin(), samples[other].resources.end());
    };
    ResourceText found;
    found.inside = at.resources;  // what a longer text says is left out first
    std::stable_sort(found.inside.begin(), found.inside.end(), [&](uint32_t a, uint32_t b) {
      return grid_.resource_texts()[a].size() > grid_.resource_texts()[b].size();
    });
    for (size_t i = 0; i < found.inside.size() && found.inside.size() > 1;) {
      std::vector<uint32_t> fewer = found.inside;
      fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(i));
      const bool enough = std::all_of(without.begin(), without.end(), [&](uint32_t other) {
        return !HasAll(samples[other], fewer) || can_be_told(other);
      });
      if (enough) {
        found.inside = std::move(fewer);
      } else {
        ++i;
      }
    }
    for (const uint32_t other : without) {
      if (HasAll(samples[other], found.inside) && !HasAny(samples[other], found.outside)) {
        if (const uint32_t text = Apart(samples, at, other, with); text != kNoText) {
          found.outside.push_back(text);
        }
      }
    }
    found.texts = MeetOf(found.inside);
    for (const uint32_t text : found.outside) {
      found.except.push_back(grid_.resource_texts()[text]);
    }
    return found;
  }

  // The text that covers `other` but not `at`, and the least of what is wanted.
  uint32_t Apart(const std::vector<DiffGrid::Sample>& samples, const DiffGrid::Sample& at,
                 uint32_t other, const std::vector<uint32_t>& with) const {
    uint32_t best = kNoText;
    size_t least = 0;
    for (const uint32_t text : samples[other].resources) {
      if (Has(at, text)) {
        continue;
      }
      const auto loses = static_cast<size_t>(std::count_if(
          with.begin(), with.end(), [&](uint32_t one) { return Has(samples[one], text); }));
      if (best == kNoText || loses < least) {
        best = text;
        least = loses;
      }
    }
    return best;
  }

  // What these texts cover together, as patterns; the longest of them where that is too many.
  std::vector<std::string> MeetOf(const std::vector<uint32_t>& texts) const {
    std::vector<std::string> all = {"*"};
    for (const uint32_t text : texts) {
      std::vector<std::string> next;
      for (const std::string& one : all) {
        const auto meet = MeetPatterns(one, grid_.resource_texts()[text]);
        if (!meet || next.size() + meet->size() > kMaxMeetPatterns) {
          return {grid_.resource_texts()[texts.front()]};
        }
        next.insert(next.end(), meet->begin(), meet->end());
      }
      std::sort(next.begin(), next.end());
      next.erase(std::unique(next.begin(), next.end()), next.end());
      all = std::move(next);
    }
    return all;
  }

  const DiffGrid& grid_;
  uint32_t label_;
  std::vector<uint32_t> begins_;  // by action, of its cells
  std::vector<bool> has_, done_;  // by cell
  std::vector<DiffRegion> regions_;
};

}  // namespace

std::vector<DiffRegion> Describe(const DiffGrid& grid, const DiffLabels& labels, uint32_t label,
                                 const std::vector<std::pair<uint32_t, uint32_t>>& pairs) {
  return Describer(grid, labels, label).Run(pairs);
}

}  // namespace whomay::query
