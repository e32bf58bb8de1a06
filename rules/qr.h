/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * qr - what the QR code of a licence says
 *
 * Current licences carry http(s)://www.gsxt.gov.cn/index.html?uniscid=CODE,
 * those of 2015 to 2019 an opaque path on a host below gsxt.gov.cn, earlier
 * ones addresses of provincial offices or the licence's own words, and
 * e-licence codes no address at all. The address is taken apart and never
 * looked up. Only the host that a browser would really go to counts: what
 * stands before an `@`, in the path, or in front of a longer domain is no proof
 * of anything.
 */

#ifndef RULES_QR_H
#define RULES_QR_H

struct arena;

enum qr_host {
    QR_OPAQUE,    /* no address */
    QR_OFFICIAL,  /* gsxt.gov.cn or below it */
    QR_OLD,       /* another host below gov.cn */
    QR_IMITATION, /* an address dressed up as the official one */
    QR_FOREIGN,
};

struct qr {
    enum qr_host kind;
    const char *host; /* lower case; "" when opaque */
    const char *code; /* `uniscid`, or after its name; as it is; NULL: none */
};

struct qr qr_parse(struct arena *a, const char *payload);

#endif
