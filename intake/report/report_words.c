/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/report/report_words.h"

#include <string.h>

#include "base/arena.h"

#define WORDS(function, type, ...)                                             \
    const char *report_words_##function(type v)                                \
    {                                                                          \
        static const char *const words[] = {__VA_ARGS__};                      \
        size_t n = sizeof words / sizeof *words;                               \
        return (int)v >= 0 && (size_t)v < n ? words[v] : "未知";               \
    }

/* In the order of the enums. */
WORDS(verdict, enum verdict, "建议通过", "建议人工复核", "建议退回修改")
WORDS(severity, enum severity, "提示", "需人看", "致命")
WORDS(answer, enum answer, "符合", "不符合", "不能判断", "不适用")
WORDS(capture, enum capture, "未知", "平板扫描", "手机拍照", "手机扫描软件",
      "翻拍屏幕")
WORDS(dpi_source, enum dpi_source, "无", "文件声明", "纸张尺寸", "证照边框",
      "身份证卡面", "印章直径")
WORDS(role, enum seal_role, "其他印章", "单位公章", "法人章", "发证机关印章")
WORDS(shape, enum seal_shape, "不规则", "圆形", "方形", "长方形", "椭圆形")
WORDS(ink, enum seal_ink, "不能确定", "原章", "彩色打印", "黑白复印")
WORDS(colour, enum ink_colour, "颜色未知", "红色", "非红色")
WORDS(source, enum field_source, "文字识别", "二维码", "识别后按校验位修正")
WORDS(verified, enum verify_result, "与订单是否一致看不清", "与订单一致",
      "与订单不一致")

const char *report_words_field(const char *name)
{
    static const struct {
        const char *name, *zh;
    } table[] = {
        {"org_name", "单位名称"},
        {"credit_code", "统一社会信用代码"},
        {"registration_no", "注册号"},
        {"project", "项目名称"},
        {"certificate_type", "证书类型"},
        {"legal_rep", "法定代表人"},
        {"handler_name", "经办人姓名"},
        {"handler_id", "经办人身份证号"},
        {"handler_mobile", "经办人手机"},
        {"handler_email", "经办人邮箱"},
        {"order_no", "订单编号"},
        {"date", "日期"},
        {"valid_from", "有效期起"},
        {"sex", "性别"},
        {"birth_date", "出生日期"},
        {"valid_to", "有效期止"},
        {"license_copy", "正本或副本"},
        {"issuer", "发证机关"},
        {"qr", "二维码内容"},
        {"signature", "法定代表人签名"},
        {"title", "标题"},
        {"form_part", "联次"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].zh;
    return name;
}

const char *report_words_counts(struct arena *a, const struct judgement *j)
{
    int count[3] = {0};
    for (size_t i = 0; i < j->n_findings; i++)
        count[j->findings[i].severity]++;
    const char *words = "";
    for (int s = SEVERITY_BLOCK; s >= SEVERITY_INFO; s--)
        if (count[s] > 0)
            words =
                arena_printf(a, "%s%s%d 项%s", words, words[0] ? "、" : "",
                             count[s], report_words_severity((enum severity)s));
    return words;
}

const char *report_words_shows(const struct page_facts *p, enum slot slot)
{
    if (p->is_blank == TRI_YES)
        return "空白页";
    return p->shows != SLOT_UNKNOWN && p->shows != slot ? slot_zh(p->shows)
                                                        : NULL;
}

const char *report_words_place(struct arena *a, enum slot slot, int page)
{
    if (slot == SLOT_UNKNOWN)
        return "订单";
    return page > 0 ? arena_printf(a, "%s第 %d 页", slot_zh(slot), page)
                    : slot_zh(slot);
}

const char *report_words_value(struct arena *a, const struct field *f,
                               bool reveal)
{
    const char *value = f->value ? f->value : "";
    if (!value[0] && f->handwritten == TRI_YES)
        return "手写，没有识别";
    if (!value[0] && f->handwritten == TRI_NO)
        return "空白";
    return field_is_private(f->name) && !reveal ? facts_mask_number(a, value)
                                                : value;
}
