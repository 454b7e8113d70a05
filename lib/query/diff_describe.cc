#include "query/diff_describe.h"

#include <algorithm>
#include <set>

#include "base/strings.h"

namespace whomay::query {
namespace {

// Pairs of texts looked at to describe what one pair leaves out.
constexpr size_t kMaxPairs = 20'000;
// More exceptions than this say less than a list of what differs.
constexpr size_t kManyTexts = 24;

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
      if (pair.with == pair.cells.size() && Adds(pair)) {
        Emit(pair, {});
      }
    }
    for (const Pair& pair : pairs) {
      if (pair.with < pair.cells.size() && Adds(pair)) {
        Mixed(pair);
      }
    }
    return std::move(regions_);
  }

 private:
  struct Pair {
    uint32_t action = 0, resource = 0;
    Cells cells;
    size_t with = 0;  // cells that have the label
  };

  Cells CellsOf(const std::vector<uint32_t>& actions, uint32_t resource) const {
    Cells cells;
    for (const uint32_t action : actions) {
      const std::vector<DiffGrid::Sample>& samples =
          grid_.classes()[grid_.actions()[action].of].samples;
      for (uint32_t i = 0; i < samples.size(); ++i) {
        if (std::binary_search(samples[i].resources.begin(), samples[i].resources.end(),
                               resource)) {
          cells.push_back(begins_[action] + i);
        }
      }
    }
    return cells;
  }

  Pair Of(uint32_t action, uint32_t resource) const {
    Pair pair{action, resource, CellsOf(grid_.covered(action), resource), 0};
    pair.with = Count(pair.cells);
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
    for (const uint32_t cell : within.cells) {
      actions.insert(ActionOf(cell));
    }
    std::vector<uint32_t> texts;
    for (uint32_t text = 0; text < grid_.action_texts().size(); ++text) {
      const std::vector<uint32_t>& covered = grid_.covered(text);
      if (std::any_of(covered.begin(), covered.end(),
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
        Cells inside;
        std::set_intersection(pair.cells.begin(), pair.cells.end(), within.cells.begin(),
                              within.cells.end(), std::back_inserter(inside));
        // What it covers outside counts for rows, not for exceptions.
        const Cells& counted = label ? pair.cells : inside;
        const size_t with = Count(counted);
        if (inside.empty() || (label ? with != counted.size() : with != 0)) {
          continue;
        }
        pair.cells = std::move(inside);
        pair.with = pair.cells.size();
        pure.push_back(std::move(pair));
      }
    }
    Sort(pure);
    std::set<uint32_t> left;
    for (const uint32_t cell : within.cells) {
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
    // Action by action.
    for (const uint32_t action : grid_.covered(pair.action)) {
      Pair one{pair.action, pair.resource, CellsOf({action}, pair.resource), 0};
      one.with = Count(one.cells);
      if (one.with == 0 || !Adds(one)) {
        continue;
      }
      std::vector<Pair> rest;
      if (one.with < one.cells.size()) {
        Cover(one, false, rest);
      }
      EmitTexts(grid_.actions()[action].name, grid_.resource_texts()[pair.resource], one.cells,
                TextsOf(rest));
    }
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
