/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/settings.h"

#include <assert.h>
#include <string.h>

#define REAL(member, unit, min, max, otherwise, zh, en)                        \
    PARAM_REAL_OF(struct rule_settings, member, unit, min, max, otherwise, zh, \
                  en)

/*
 * The defaults come from the arithmetic in the comments, not from pictures;
 * none was fitted to a generated set.
 *
 * code_sure only guards against a reading that passes both check characters
 * by chance (1 in 340), so an even reading is enough; one that fails them is
 * far likelier a misreading than a misprint, so it has to be sure. A name has
 * no check characters: one wrong character among fifteen lowers a mean
 * confidence by little, hence the high name_sure; the wilder the difference,
 * the less a misreading explains it (domain study: 0.85 and 0.8). A hand-cut
 * square seal of 18 mm may be 2 mm off: 1.12; twice that is no longer called
 * square.
 *
 * capture_sure: of a hundred pages that are so sure, ten may be wrong, which
 * only asks a person to look. GA 241.8 calls an impression invalid when it is
 * more than 4 % out of shape: 0.96. Copiers reduce in steps of 5 or 10 %, and
 * one "to fit" by 3 to 7 %, which leaves everything readable: 0.9, and below
 * 0.95 a person sees it. The notice
 * gives no numbers for resolution; a stroke of the licence's smallest print
 * (2.1 mm) is 0.2 mm wide and wants a pixel and more, a seal's digits (1.0 to
 * 1.8 mm) want eight pixels: 150 and 200 dpi. Ninety days is what other
 * authorities ask of an ID card.
 *
 * Of the sheet: a rim is whole from 324 of 360 degrees on and broken below
 * 288. On 38 clean sheets of the tune family no tint showed (background 0.000)
 * and digits had a clarity of 64 and more; tinted ones (5) had a background of
 * 0.45 to 0.74. Of the parts of an impression, on tune (14 clean, 12 smeared,
 * 12 faint, 11 tinted sheets): clean ones had a contrast of 0.55 and more, a
 * slip of 0.25 mm, an edge of 0.40 mm (200 dpi) and a tint of 0.03 at most;
 * faint ones a contrast of 0.22 to 0.27, smeared ones a slip of 0.72 to 1.21
 * mm and an edge of 0.53 to 0.68 mm, tinted ones a tint of 0.074 and more. The
 * limits lie between. sheet_clarity is for reports that hold the sum only.
 */
static const struct param rules_params[] = {
    REAL(code_sure, "", 0.2, 0.99, 0.5, "信用代码识别可信的最低置信度",
         "confidence from which a credit code counts as read"),
    REAL(code_bad_sure, "", 0.3, 0.999, 0.85,
         "信用代码校验位不对时，相信识别结果所需的置信度",
         "confidence from which a failing credit code is believed"),
    REAL(name_sure, "", 0.5, 0.999, 0.9,
         "单位名称个别字不同时，判为不一致所需的置信度",
         "confidence from which a name that differs in a character is wrong"),
    REAL(name_far_sure, "", 0.3, 0.999, 0.8,
         "单位名称明显不同时，判为不一致所需的置信度",
         "confidence from which a name that differs in much is wrong"),
    REAL(name_far, "ratio", 0.5, 0.99, 0.85, "单位名称相似度低于此值为明显不同",
         "similarity below which names differ in much"),
    REAL(seal_sure, "", 0.1, 0.99, 0.5, "印章识别可信的最低置信度",
         "confidence from which a seal counts as found"),
    REAL(seal_clarity, "score", 0, 100, 20, "印章清晰度低于此值为过淡",
         "clarity below which a seal is too faint"),
    REAL(page_clarity, "score", 0, 100, 20, "页面清晰度低于此值时不判定缺章",
         "clarity below which a page cannot prove that a seal is missing"),
    REAL(square_aspect, "ratio", 1.02, 2, 1.25, "方章长边与短边之比的上限",
         "greatest ratio of the sides of a square seal"),
    REAL(capture_sure, "", 0.5, 0.999, 0.9, "判定不是平板扫描所需的置信度",
         "confidence from which a page was not made by a flatbed scanner"),
    REAL(round_aspect, "ratio", 0.8, 0.995, 0.96,
         "圆章短径与长径之比低于此值为变形",
         "ratio of diameters below which a round seal is out of shape"),
    REAL(scale_limit, "ratio", 0.5, 1, 0.9, "复印比例低于此值为缩小复印",
         "size of a copy, to its original, below which it is reduced"),
    REAL(scale_plain, "ratio", 0.5, 1, 0.95, "复印比例低于此值时请人看",
         "size of a copy, to its original, below which it is pointed out"),
    REAL(scale_most, "ratio", 1, 2, 1.1, "采集表比例高于此值为放大",
         "size of a seal sheet above which it is enlarged"),
    REAL(seal_least_mm, "mm", 20, 44, 34, "公章直径的下限",
         "least diameter of an official seal"),
    REAL(seal_most_mm, "mm", 36, 80, 47, "公章直径的上限",
         "greatest diameter of an official seal"),
    REAL(read_clarity, "score", 0, 100, 40, "页面清晰度低于此值为不清楚",
         "clarity below which a page is hard to read"),
    REAL(read_dpi, "dpi", 72, 300, 150, "实际分辨率低于此值，文字看不清楚",
         "effective resolution below which print is hard to read"),
    REAL(seal_dpi, "dpi", 100, 600, 200, "实际分辨率低于此值，印章编号看不清楚",
         "effective resolution below which a seal's digits are lost"),
    REAL(sheet_clarity, "score", 0, 100, 82,
         "没有分项测量的旧报告：采集表印章清晰度低于此值为不清晰",
         "clarity below which a seal on the sheet is unclear, in reports "
         "without its parts"),
    REAL(contrast_least, "ratio", 0, 1, 0.2, "印章与纸的反差低于此值为太淡",
         "contrast with the paper below which a seal is too faint"),
    REAL(contrast_plain, "ratio", 0, 1, 0.3, "印章与纸的反差低于此值时请人看",
         "contrast with the paper below which a seal is doubtful"),
    REAL(slip_some_mm, "mm", 0, 10, 0.5, "印章重影超过此值时请人看",
         "slip of the stamp from which a seal is doubtful"),
    REAL(slip_most_mm, "mm", 0, 10, 0.8, "印章重影的上限",
         "slip of the stamp above which a seal is spoilt"),
    REAL(edge_most_mm, "mm", 0, 10, 0.5, "印章边缘模糊宽度超过此值时请人看",
         "width of a seal's edge from which it is blurred"),
    REAL(tint_some, "density", 0, 3, 0.05, "纸的底色超过此值时请人看",
         "colour of the paper from which a tint is pointed out"),
    REAL(tint_most, "density", 0, 3, 0.1, "纸的底色的上限",
         "colour of the paper above which it is too much"),
    REAL(rim_least, "ratio", 0, 1, 0.8, "印章边框完整度低于此值为残缺",
         "share of its rim below which a seal is broken"),
    REAL(rim_whole, "ratio", 0, 1, 0.9, "印章边框完整度不低于此值为完整",
         "share of its rim from which a seal is whole"),
    REAL(cell_cross_mm, "mm", 0, 100, 2,
         "采集表上的印章超出空白格此值以上时请人看",
         "a seal that reaches farther out of its cell on the sheet is for a "
         "person; 0.0 on every sheet of tune, 9 on one of another maker"),
    REAL(dirt_some, "ratio", 0, 1, 0.01, "印章内底色或杂质超过此比例时请人看",
         "share of a seal's area from which tint or dirt is pointed out"),
    REAL(dirt_most, "ratio", 0, 1, 0.1, "印章内底色或杂质比例的上限",
         "share of a seal's area above which tint or dirt is too much"),
    REAL(digit_least, "score", 0, 100, 40,
         "编号某一位的清晰度低于此值、又认不出时为看不清",
         "clarity below which a digit that was not read is lost"),
    REAL(digit_clarity, "score", 0, 100, 60,
         "编号某一位的清晰度低于此值时请人看",
         "clarity below which a digit of a seal's number is doubtful"),
    REAL(digit_sure, "", 0, 1, 0.6, "编号某一位不清晰时，认得出所需的置信度",
         "confidence from which a digit that is not clear can still be read"),
    REAL(stamp_sure, "", 0.5, 0.999, 0.9, "判定两枚印章不同所需的置信度",
         "confidence from which two impressions are of two stamps"),
    REAL(kind_sure, "", 0.3, 0.999, 0.8, "判定材料种类所需的置信度",
         "confidence from which a page's kind is known"),
    REAL(date_sure, "", 0.3, 0.999, 0.85, "日期识别可信的最低置信度",
         "confidence from which a date counts as read"),
    PARAM_INT_OF(struct rule_settings, expiring_days, "days", 0, 3650, 90,
                 "剩余有效期少于此天数时提醒",
                 "A term that ends within so many days is pointed out."),
    {0},
};

const struct conf_section settings_rules = {"rules", rules_params,
                                            sizeof(struct rule_settings)};

struct severities {
#define RULE(id, ...) int id;
#include "rules/rules.def"
};

static const char *const choices_BLOCK[] = {"look", "block", NULL};
static const char *const choices_LOOK[] = {"info", "look", "block", NULL};
static const char *const choices_INFO[] = {"info", "look", "block", NULL};
enum { DEFAULT_BLOCK = 1, DEFAULT_LOOK = 1, DEFAULT_INFO = 0 };
enum { LAST_BLOCK = 1, LAST_LOOK = 2, LAST_INFO = 2 };

static const struct param severity_params[] = {
#define RULE(id, severity, scope, alone, check, paper, title, zh_text,         \
             en_text, unsure_zh, unsure_en, advice, seed)                      \
    {#id,                                                                      \
     PARAM_CHOICE,                                                             \
     "",                                                                       \
     0,                                                                        \
     LAST_##severity,                                                          \
     DEFAULT_##severity,                                                       \
     choices_##severity,                                                       \
     offsetof(struct severities, id),                                          \
     (zh_text)[0] ? (zh_text) : (unsure_zh),                                   \
     (en_text)[0] ? (en_text) : (unsure_en)},
#include "rules/rules.def"
    {0},
};

const struct conf_section settings_severity = {"severity", severity_params,
                                               sizeof(struct severities)};

enum severity settings_severity_of(const struct conf *conf,
                                   const struct rule *rule)
{
    const char *values = conf_values(conf, "severity");
    for (const struct param *p = severity_params; p->name; p++) {
        if (strcmp(p->name, rule->id) != 0)
            continue;
        int choice;
        memcpy(&choice, values + p->offset, sizeof choice);
        const char *word = p->choices[choice];
        if (strcmp(word, "block") == 0)
            return SEVERITY_BLOCK;
        return strcmp(word, "look") == 0 ? SEVERITY_LOOK : SEVERITY_INFO;
    }
    assert(false && "a rule without its severity setting");
    return rule->severity;
}
