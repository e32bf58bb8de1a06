#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Files that are empty, cut off, lies or bombs: the right exit code and a
# Chinese sentence, soon, and in little memory.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
clean_bundle

cd "$tmp" || exit 2
: >empty.jpg
printf 'this is a text\n' >text.jpg
printf 'GIF89a\001\000\001\000' >picture.gif
printf '<svg xmlns="http://www.w3.org/2000/svg"/>' >picture.svg
printf '\377\330\377\340' >four.jpg
# A PNG that claims 40000 x 40000 (0x9c40) pixels and has none.
{
  printf '\211PNG\r\n\032\n\000\000\000\rIHDR'
  printf '\000\000\234\100\000\000\234\100\010\000\000\000\000\164\147\121\331'
  printf '\000\000\000\000IDAT\065\257\006\036'
  printf '\000\000\000\000IEND\256\102\140\202'
} >huge.png
head -c 60000 "$bundle"/seal_sheet.* >cut.bin
case $(echo "$bundle"/seal_sheet.*) in
*.jpg) mv cut.bin cut.jpg ;;
*) "$fixtures" make --out jpg --family tune --seed 1 --count 1 >/dev/null
   head -c 60000 jpg/0000/seal_sheet.jpg >cut.jpg ;;
esac
printf '%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n' \
  >nopages.pdf
printf '%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n3 0 obj<</Filter/Standard/V 1/R 2/O(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)/U(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)/P -4>>endobj\ntrailer<</Root 1 0 R/Encrypt 3 0 R/ID[(0123456789abcdef)(0123456789abcdef)]>>\n' \
  >locked.pdf
printf '%%PDF-1.7\nnothing of the kind\n' >noise.pdf
{ printf 'PK\003\004'; cat nopages.pdf; } >archive.pdf
truncate -s 130M large.jpg

# refused CODE FILE WORD
refused() {
  for command in 'inspect --slot seal_sheet' seal; do
    before=$(date +%s)
    # shellcheck disable=SC2086
    expect "$1" "$command $2" "$sealdesk" $command "$2" --out "$tmp/o"
    took=$(($(date +%s) - before))
    [ $took -le 20 ] || fail "$command $2: expected an answer soon, took $took s"
    has "$tmp/err" "$2" "$command $2"
    has "$tmp/err" "$3" "$command $2"
  done
}
refused 3 gone.jpg '文件打不开'
refused 3 empty.jpg '文件是空的'
refused 3 text.jpg '不支持这种格式'
refused 3 picture.gif '不支持这种格式'
refused 3 picture.svg '不支持这种格式'
refused 3 archive.pdf '不支持这种格式'
refused 3 four.jpg '文件'
refused 3 cut.jpg '文件不完整'
refused 4 huge.png '图片尺寸过大'
refused 3 nopages.pdf '没有任何页面'
refused 3 locked.pdf '已加密'
refused 3 noise.pdf '已损坏'
refused 4 large.jpg '文件过大'

# A limit on addresses is a limit on memory; not under a sanitizer.
if ! grep -q 'fsanitize=address' "$build/build.ninja" 2>/dev/null; then
  (
    # shellcheck disable=SC3045 # dash and bash have it
    ulimit -v 1500000
    "$sealdesk" inspect huge.png --slot seal_sheet >/dev/null 2>&1
    [ $? -eq 4 ]
  ) || fail 'huge.png: expected to be refused within little memory'
fi
finish
