"""Writes tables of compressed text blocks as C++ includes, read by lib/data/packed_text.h.

Each block is deflated with a dictionary that all blocks of the table share, and written in the
base-85 alphabet below, whose characters all stand for themselves in a C++ string literal.
"""

import zlib

# Z85 (ZeroMQ RFC 32) without `?`, which could begin a trigraph; `~` stands in its place.
ALPHABET = (
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*~&<>()[]{}@%$#"
)
assert len(set(ALPHABET)) == 85


def deflate(text, dictionary):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, zdict=dictionary)
    return packer.compress(text) + packer.flush()


def base85(data):
    padded = data + b"\0" * (-len(data) % 4)
    out = []
    for i in range(0, len(padded), 4):
        number = int.from_bytes(padded[i : i + 4], "big")
        digits = []
        for _ in range(5):
            number, digit = divmod(number, 85)
            digits.append(ALPHABET[digit])
        out.append("".join(reversed(digits)))
    return "".join(out)


def make_dictionary(texts, size=32768):
    """Deflate's window holds 32 KiB. Lines that many blocks share, the most useful ones last."""
    counts = {}
    for text in texts:
        for piece in set(text.replace(b",", b",\n").split(b"\n")):
            if len(piece) >= 6:
                counts[piece] = counts.get(piece, 0) + 1
    best = sorted((c * len(p), p) for p, c in counts.items() if c > 1)
    out, total = [], 0
    for _, piece in reversed(best):
        if total + len(piece) > size:
            break
        out.append(piece)
        total += len(piece)
    return b"".join(reversed(out))


def literal(text, width=96):
    lines = [text[i : i + width] for i in range(0, len(text), width)]
    return "\n".join('    "%s"' % line for line in lines) or '    ""'


def write(path, head, prefix, source, blocks, dictionary):
    """`blocks`: list of (key, bytes), sorted by key."""
    packed_dictionary = base85(deflate(dictionary, b""))
    body, rows, at = [], [], 0
    for key, text in blocks:
        data = deflate(text, dictionary)
        chars = base85(data)
        rows.append((key, at, len(data), len(text)))
        body.append(chars)
        at += len(chars)
    with open(path, "w", encoding="utf-8") as out:
        for line in head:
            out.write(("// " + line).rstrip() + "\n")
        out.write("\n// clang-format off\n")
        out.write(f'constexpr char {prefix}Source[] = "{source}";\n')
        out.write(f"constexpr char {prefix}Dictionary[] =\n{literal(packed_dictionary)};\n")
        out.write(
            f"constexpr PackedText {prefix}PackedDictionary = "
            f"{{0, {len(deflate(dictionary, b''))}, {len(dictionary)}}};\n"
        )
        out.write(f"constexpr char {prefix}Blocks[] =\n{literal(''.join(body))};\n")
        keys, offset = [], 0
        out.write(f"// Key, which stands at this offset of {prefix}Keys; packed text.\n")
        out.write(f"constexpr PackedBlock {prefix}Index[] = {{\n")
        for key, at, packed, raw in rows:
            out.write(f"    {{{offset}, {len(key)}, {{{at}, {packed}, {raw}}}}},  // {key}\n")
            keys.append(key)
            offset += len(key)
        out.write("};\n")
        out.write(f"constexpr char {prefix}Keys[] =\n{literal(''.join(keys))};\n")
        out.write("// clang-format on\n")
    return sum(len(b) for b in body) + len(packed_dictionary), sum(len(t) for _, t in blocks)
