#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Papers in each other's places: every page says itself what it is.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
clean_bundle

file_of() {
  sed -n "/\"slot\": *\"$1\"/,/}/s/.*\"file\": *\"\(.*\)\".*/\1/p" \
    "$bundle/application.json"
}
card=$(file_of id_card)
letter=$(file_of authorization_letter)
sheet=$(file_of seal_sheet)

# The three that hold no value of their own: card, letter and sheet go round.
mkdir "$tmp/mixed"
cp "$bundle"/* "$tmp/mixed/"
sed -e "s/\"$card\"/\"LETTER\"/" -e "s/\"$letter\"/\"SHEET\"/" \
  -e "s/\"$sheet\"/\"CARD\"/" "$bundle/application.json" |
  sed -e "s/\"LETTER\"/\"$letter\"/" -e "s/\"SHEET\"/\"$sheet\"/" \
    -e "s/\"CARD\"/\"$card\"/" >"$tmp/mixed/application.json"
expect 2 'papers in wrong places' "$sealdesk" check "$tmp/mixed" \
  --today 2024-06-01 --format json
cp "$tmp/out" "$tmp/mixed.json"
for said in '“经办人身份证”这一项传错了材料，上传的是法人授权委托书。' \
  '“法人授权委托书”这一项传错了材料，上传的是电子签章采集表。' \
  '“电子签章采集表”这一项传错了材料，上传的是经办人身份证。'; do
  has "$tmp/mixed.json" "$said" 'papers in wrong places'
done
# Of a paper in the wrong place nothing else is said.
for rule in I01 I02 I04 P01 P02 S03 S04 S06; do
  lacks "$tmp/mixed.json" "\"rule\": \"$rule\"" 'papers in wrong places'
done

# One file looked at by itself, in its own place and in another.
"$sealdesk" inspect "$bundle/$card" --slot id_card --format json \
  >"$tmp/card.json" 2>"$tmp/err"
has "$tmp/card.json" '"recognized_as": "id_card"' 'inspect of a card'
has "$tmp/card.json" '"portrait_side": true' 'inspect of a card'
has "$tmp/card.json" '"emblem_side": true' 'inspect of a card'
lacks "$tmp/card.json" '"rule": "F03"' 'inspect of a card'
"$sealdesk" inspect "$bundle/$letter" --slot business_license --format json \
  >"$tmp/letter.json" 2>"$tmp/err"
has "$tmp/letter.json" '"recognized_as": "authorization_letter"' \
  'a letter as a licence'
has "$tmp/letter.json" '"rule": "F03"' 'a letter as a licence'
finish
