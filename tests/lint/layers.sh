#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Which folder may include which, and which file may touch which library.
cd "${1:-.}" || exit 2
bad=$(
  grep -rn --include='*.[ch]' '^#include' base imaging ocr rules intake review fixtures 2>/dev/null |
  awk -F: '
    BEGIN {
      ok["base"]     = "base"
      ok["imaging"]  = "base imaging"
      ok["ocr"]      = "base imaging ocr"
      ok["rules"]    = "base rules"
      ok["intake"]   = "base imaging ocr rules intake"
      ok["review"]   = "base rules intake review"
      ok["fixtures"] = "base fixtures"
      door["jansson.h"]        = "^base/jval(_plain)?\\.c$"
      door["utf8proc.h"]       = "^base/utf8\\.c$"
      door["libconfig.h"]      = "^base/conf(_[a-z]+)?\\.c$"
      door["csv.h"]            = "^base/table\\.c$"
      door["sodium.h"]         = "^(base/file|intake/(core/auth|blob/(digest|vault|vault_file)))\\.c$"
      door["vips/vips.h"]      = "^imaging/[a-z_]+\\.c$"
      door["leptonica/allheaders.h"] = "^(imaging/[a-z_]+|ocr/tess)\\.c$"
      door["png.h"]            = "^(imaging/png_out|review/bitmap_png|fixtures/[a-z_]+)\\.c$"
      door["cairo-pdf.h"]      = "^review/return_letter_pdf\\.c$"
      door["pango/pangocairo.h"] = "^(review/return_letter_pdf|fixtures/[a-z_]+)\\.c$"
      door["poppler.h"]        = "^imaging/pdf\\.c$"
      door["tesseract/capi.h"] = "^ocr/tess\\.c$"
      door["zbar.h"]           = "^ocr/barcode\\.c$"
      door["dlfcn.h"]          = "^ocr/onnx\\.c$"
      door["sqlite3.h"]        = "^intake/store/store_sqlite(_[a-z]+)?\\.[ch]$"
      door["nettle/sha2.h"]    = "^intake/blob/digest\\.c$"
      door["microhttpd.h"]     = "^intake/http/http(_reply)?\\.c$"
      door["seccomp.h"]        = "^intake/measure/sandbox(_service)?\\.c$"
      door["linux/landlock.h"] = "^intake/measure/sandbox\\.c$"
    }
    {
      split($1, path, "/"); layer = path[1]
      inc = ""
      if (match($3, /[<"][^>"]+[>"]/)) inc = substr($3, RSTART + 1, RLENGTH - 2)
      quoted = index($3, "\"")
      split(inc, part, "/")
      if (quoted && index(" " ok[layer] " ", " " part[1] " ") == 0)
        print $1 ":" $2 ": " layer " may not include \"" inc "\""
      if (!quoted && inc in door && $1 !~ door[inc])
        print $1 ":" $2 ": only " door[inc] " may include <" inc ">"
      if (!quoted && layer == "rules" && inc !~ /^(std|string|math|assert|ctype|limits|errno)/)
        print $1 ":" $2 ": rules use no library, but include <" inc ">"
    }'
)
[ -z "$bad" ] && exit 0
printf '%s\n' "$bad"
exit 1
