# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties files as Java reads them (``java.util.Properties.load``), and so Kafka's ``${file:PATH:KEY}``."""
from __future__ import annotations

import re
from typing import Iterator

_BLANKS = " \t\f"
_PAIR = re.compile(r"((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(u(?:[0-9A-Fa-f]{4})?|.)", re.DOTALL)
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def parse(text: str) -> dict[str, str]:
    """The values by their keys; of equal keys the last counts.

    :raises ValueError: where four hexadecimal digits do not follow ``\\u``
    """
    pairs = (_PAIR.fullmatch(line) for line in _lines(text))
    return {_unescape(pair.group(1)): _unescape(pair.group(2)) for pair in pairs if pair is not None}


def _lines(text: str) -> Iterator[str]:
    """Without comments and blank lines; one that ends in a backslash goes on in the next."""
    begun = ""
    for line in re.split(r"\r\n|\r|\n", text):
        line = line.lstrip(_BLANKS)
        if not begun and line[:1] in ("", "#", "!"):
            continue
        begun += line
        if (len(line) - len(line.rstrip("\\"))) % 2:
            begun = begun[:-1]
            continue
        yield begun
        begun = ""
    if begun:
        yield begun


def _unescape(text: str) -> str:
    def meant(match: re.Match[str]) -> str:
        word = match.group(1)
        if word == "u":
            raise ValueError("four hexadecimal digits must follow \\u")
        return chr(int(word[1:], 16)) if len(word) > 1 else _CONTROLS.get(word, word)

    # two escapes may make one character
    return _ESCAPE.sub(meant, text).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
