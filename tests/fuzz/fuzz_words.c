/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Short texts of strangers: names of files, scopes, roles, secrets, codes. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "intake/api/api.h"
#include "intake/core/log.h"
#include "intake/core/permission.h"
#include "intake/core/totp.h"
#include "intake/queue/scan_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *a = arena_new(64 << 20);
    char *text = arena_strndup(a, (const char *)bytes, n);
    uint8_t secret[TOTP_SECRET] = {0};
    const char *why;
    const struct scan_name scan = scan_name_read(a, text, &why);
    if (!why && (!*scan.order_no || (unsigned)scan.slot >= SLOT_COUNT))
        __builtin_trap();
    const char *plain = api_plain_name(a, text, "otherwise");
    if (!*plain || strchr(plain, '/') || strcmp(plain, "..") == 0 ||
        !utf8_is_valid(plain, strlen(plain)))
        __builtin_trap();
    for (int p = 0; p < PERMISSIONS; p++)
        permission_in_scopes((enum permission)p, text);
    roles_from_text(text);
    if (totp_from_base32(text, secret) == 0 &&
        totp_step(secret, text, INT64_C(1700000000000), 0) < 0)
        __builtin_trap();
    log_mask(text);
    arena_free(a);
    return 0;
}
