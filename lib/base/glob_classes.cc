#include "base/glob_classes.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "base/glob.h"
#include "base/strings.h"

namespace whomay {
namespace {

enum class TokenKind : uint8_t { kSymbol, kStar, kAny, kStarInPart, kAnyInPart };

struct Token {
  TokenKind kind;
  std::string_view symbol;  // a code point or a hole
};

std::vector<Token> Tokens(std::string_view code) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < code.size();) {
    size_t end = i + 1;
    TokenKind kind = TokenKind::kSymbol;
    if (code[i] == Glob::kStar) {
      kind = TokenKind::kStar;
    } else if (code[i] == Glob::kAny) {
      kind = TokenKind::kAny;
    } else if (code[i] == GlobCode::kStarInPart) {
      kind = TokenKind::kStarInPart;
    } else if (code[i] == GlobCode::kAnyInPart) {
      kind = TokenKind::kAnyInPart;
    } else if (code[i] == '\xFF') {
      end = std::min(code.find('\xFE', i), code.size() - 1) + 1;
    } else {
      while (end < code.size() && (static_cast<unsigned char>(code[end]) & 0xC0) == 0x80) {
        ++end;
      }
    }
    tokens.push_back({kind, code.substr(i, end - i)});
    i = end;
  }
  return tokens;
}

using Bits = std::vector<uint64_t>;

void Set(Bits& bits, size_t i) { bits[i / 64] |= uint64_t{1} << (i % 64); }
bool Test(const Bits& bits, size_t i) { return (bits[i / 64] >> (i % 64) & 1) != 0; }

// All automata side by side in one row of bits: glob g has the positions begin[g] … end[g], the
// last of which accepts.
class Product {
 public:
  Product(std::span<const GlobCode> globs, std::string_view without) {
    std::vector<std::vector<Token>> tokens;
    size_t bits = 0;
    bool folds = false;
    bool parts = false;
    std::set<std::string> symbols;
    for (const GlobCode& glob : globs) {
      tokens.push_back(Tokens(glob.code));
      accepting_.push_back(bits + tokens.back().size());
      begins_.push_back(bits);
      bits += tokens.back().size() + 1;
      folds = folds || glob.folds;
      for (const Token& token : tokens.back()) {
        parts =
            parts || token.kind == TokenKind::kStarInPart || token.kind == TokenKind::kAnyInPart;
        if (token.kind == TokenKind::kSymbol) {
          symbols.insert(std::string(token.symbol));
        }
      }
    }
    if (parts) {
      symbols.insert(":");
    }
    if (folds) {
      for (const std::string& symbol : std::set<std::string>(symbols)) {
        const std::string lower = AsciiLower(symbol);
        symbols.insert(lower);
        if (lower.size() == 1 && lower[0] >= 'a' && lower[0] <= 'z') {
          symbols.insert(std::string(1, static_cast<char>(lower[0] - 32)));
        }
      }
    }
    for (const char c : without) {
      symbols.erase(std::string(1, c));
    }
    // A text of every other character is as good as any other.
    for (const char c : std::string_view("x0-_zqjkvwyXZQ.@=+,~ !#$%&")) {
      if (without.find(c) == std::string_view::npos && symbols.insert(std::string(1, c)).second) {
        break;
      }
    }
    symbols_.assign(symbols.begin(), symbols.end());
    words_ = (bits + 63) / 64;
    stars_.assign(words_, 0);
    advance_.assign(symbols_.size(), Bits(words_, 0));
    loop_.assign(symbols_.size(), Bits(words_, 0));
    for (size_t g = 0; g < globs.size(); ++g) {
      for (size_t i = 0; i < tokens[g].size(); ++i) {
        Place(tokens[g][i], begins_[g] + i, globs[g].folds);
      }
    }
  }

  Bits Start() const {
    Bits state(words_, 0);
    for (const size_t begin : begins_) {
      Set(state, begin);
    }
    Close(state);
    return state;
  }

  Bits Step(const Bits& state, size_t symbol) const {
    Bits next(words_, 0);
    uint64_t carry = 0;
    for (size_t w = 0; w < words_; ++w) {
      const uint64_t moved = state[w] & advance_[symbol][w];
      next[w] = moved << 1 | carry | (state[w] & loop_[symbol][w]);
      carry = moved >> 63;
    }
    Close(next);
    return next;
  }

  Bits Members(const Bits& state) const {
    Bits members((accepting_.size() + 63) / 64, 0);
    for (size_t g = 0; g < accepting_.size(); ++g) {
      if (Test(state, accepting_[g])) {
        Set(members, g);
      }
    }
    return members;
  }

  // Glob g can still match some longer or equal text.
  bool Alive(const Bits& state, size_t g) const {
    for (size_t i = begins_[g]; i <= accepting_[g]; ++i) {
      if (Test(state, i)) {
        return true;
      }
    }
    return false;
  }

  const std::vector<std::string>& symbols() const { return symbols_; }

 private:
  void Place(const Token& token, size_t position, bool folds) {
    const bool star = token.kind == TokenKind::kStar || token.kind == TokenKind::kStarInPart;
    if (star) {
      Set(stars_, position);
    }
    for (size_t s = 0; s < symbols_.size(); ++s) {
      const std::string& symbol = symbols_[s];
      bool takes = true;
      switch (token.kind) {
        case TokenKind::kSymbol:
          takes = symbol == token.symbol || (folds && EqualsIgnoreAsciiCase(symbol, token.symbol));
          break;
        case TokenKind::kStar:
          break;
        case TokenKind::kAny:
          takes = symbol[0] != '\xFF';
          break;
        case TokenKind::kStarInPart:
          takes = symbol != ":";
          break;
        case TokenKind::kAnyInPart:
          takes = symbol != ":" && symbol[0] != '\xFF';
          break;
      }
      if (takes) {
        Set(star ? loop_[s] : advance_[s], position);
      }
    }
  }

  // A star may match nothing.
  void Close(Bits& state) const {
    for (bool changed = true; changed;) {
      changed = false;
      uint64_t carry = 0;
      for (size_t w = 0; w < words_; ++w) {
        const uint64_t at_star = state[w] & stars_[w];
        const uint64_t wider = state[w] | at_star << 1 | carry;
        carry = at_star >> 63;
        changed = changed || wider != state[w];
        state[w] = wider;
      }
    }
  }

  std::vector<size_t> begins_, accepting_;
  std::vector<std::string> symbols_;
  size_t words_ = 0;
  Bits stars_;
  std::vector<Bits> advance_, loop_;  // by symbol
};

std::string AsKey(const Bits& bits) {
  return std::string(reinterpret_cast<const char*>(bits.data()), bits.size() * sizeof(uint64_t));
}

}  // namespace

GlobClasses ClassesOf(std::span<const GlobCode> globs, std::span<const size_t> within,
                      std::string_view without, size_t max_states) {
  struct Reached {
    Bits state;
    size_t from;
    size_t symbol;
  };
  const Product product(globs, without);
  GlobClasses classes;
  std::set<Bits> found;
  std::vector<Reached> reached;
  std::unordered_set<std::string> seen;
  reached.push_back({product.Start(), 0, 0});
  seen.insert(AsKey(reached.front().state));
  for (size_t i = 0; i < reached.size(); ++i) {
    const Bits members = product.Members(reached[i].state);
    const bool inside =
        std::all_of(within.begin(), within.end(), [&](size_t glob) { return Test(members, glob); });
    if (inside && found.insert(members).second) {
      std::string witness;
      std::vector<size_t> way;
      for (size_t at = i; at != 0; at = reached[at].from) {
        way.push_back(reached[at].symbol);
      }
      for (auto symbol = way.rbegin(); symbol != way.rend(); ++symbol) {
        witness += product.symbols()[*symbol];
      }
      classes.all.push_back({members, std::move(witness)});
      if (classes.all.size() >= kMaxGlobClasses) {
        classes.complete = false;
        return classes;
      }
    }
    for (size_t s = 0; s < product.symbols().size(); ++s) {
      Bits next = product.Step(reached[i].state, s);
      const bool alive = std::all_of(within.begin(), within.end(),
                                     [&](size_t glob) { return product.Alive(next, glob); });
      if (!alive || !seen.insert(AsKey(next)).second) {
        continue;
      }
      if (reached.size() >= max_states) {
        classes.complete = false;
        return classes;
      }
      reached.push_back({std::move(next), i, s});
    }
  }
  return classes;
}

}  // namespace whomay
