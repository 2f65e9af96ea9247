#!/usr/bin/env python3
"""Counts the words of the files given as arguments, or of standard input."""

import collections
import fileinput
import re


def main():
    counts = collections.Counter()
    for line in fileinput.input(encoding="utf-8"):
        counts.update(re.findall(r"\w+", line.lower()))
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"{count:7d} {word}")


if __name__ == "__main__":
    main()
