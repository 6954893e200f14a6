#!/usr/bin/env python3
"""Makes crates/markup-pdf/fonts/NotoSansCJK-Subset.otf.zst, the PDF's Chinese, Japanese and Korean letters.

The repertoire is what the Windows code pages cp932, GBK, Big5 and cp949 can write and the other
fonts of the folder cannot. Needs fontTools, the program zstd, and NotoSansCJK-Regular.ttc (Debian
packages it as fonts-noto-cjk), whose path is the only argument.
"""

import subprocess
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "crates" / "markup-pdf" / "fonts"
JAPANESE = 0  # The collection's first face: one form for each character, the Japanese one.


def repertoire():
    """All characters of the four code pages, without those for private use."""
    codes = [bytes([it]) for it in range(256)]
    codes += [bytes([lead, trail]) for lead in range(0x81, 0x100) for trail in range(0x40, 0x100)]
    characters = set()
    for page in ["cp932", "gbk", "big5", "cp949"]:
        for code in codes:
            text = code.decode(page, errors="ignore")
            if len(text) == 1 and text >= " ":
                characters.add(ord(text))
    return {it for it in characters if not 0xE000 <= it < 0xF900}


def main():
    known = set()
    for font in FONTS.glob("*.ttf"):
        known |= set(TTFont(font).getBestCmap())
    options = subset.Options(
        font_number=JAPANESE,
        hinting=False,
        desubroutinize=True,
        layout_features=[],
        drop_tables=["BASE", "DSIG", "GPOS", "GSUB", "VORG", "vhea", "vmtx"],
    )
    font = subset.load_font(sys.argv[1], options)
    wanted = sorted((repertoire() - known) & set(font.getBestCmap()))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    whole = FONTS / "NotoSansCJK-Subset.otf"
    font.recalcTimestamp = False
    subset.save_font(font, str(whole), options)
    subprocess.run(["zstd", "-19", "--rm", "--force", "--quiet", str(whole)], check=True)
    print(f"{len(wanted)} characters")


main()
