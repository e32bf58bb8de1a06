/* SPDX-License-Identifier: GPL-3.0-or-later */

/* F01, F02: is everything there, and can it be used. */

#include "base/err.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/reading.h"

enum answer check_present(const struct rule_case *c, size_t i,
                          struct finding *out)
{
    enum slot slot = (enum slot)i;
    enum tri needed =
        slot == SLOT_SEAL_SHEET ? c->facts->order.with_seal : TRI_YES;
    if (needed == TRI_NO)
        return ANSWER_NOT_APPLICABLE;
    if (reading_is_present(c->facts, slot))
        return ANSWER_PASS;
    out->slot = slot;
    finding_add_document(c, out, "document", slot);
    return needed == TRI_YES ? ANSWER_FAIL : ANSWER_CANNOT_TELL;
}

/*
 * A failure of ours (no time, no sandbox, a reader that died) is not the
 * document's fault: it goes to a person. Running out of memory is: the file
 * asks for more than any page of paper needs.
 */
static bool is_ours(int error)
{
    enum { EXIT_INTERNAL = 70 };
    return error != ERR_MEMORY &&
           (err_is_retryable(error) || err_exit_code(error) == EXIT_INTERNAL);
}

enum answer check_readable(const struct rule_case *c, size_t i,
                           struct finding *out)
{
    const struct document *d = &c->facts->documents[i];
    int error = d->error == 0 && d->n_pages == 0 ? ERR_NO_PAGES : d->error;
    if (error == 0)
        return ANSWER_PASS;
    out->slot = d->slot;
    finding_add_document(c, out, "document", d->slot);
    finding_add_text(c, out, "file", d->file ? d->file : "");
    finding_add_words(c, out, "cause", err_summary(error), err_zh(error));
    finding_add_text(c, out, "error", err_name(error));
    if (d->detail)
        finding_add_text(c, out, "detail", d->detail);
    return is_ours(error) ? finding_say(out, "not_processed", SEVERITY_LOOK,
                                        ANSWER_CANNOT_TELL)
                          : ANSWER_FAIL;
}
