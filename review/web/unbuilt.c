/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * unbuilt - what the program shows when it was built without npm
 *
 * The service itself works; what is missing is said, and how to get it.
 */

#include "review/web/assets.h"

static const char page[] =
    "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">"
    "<title>页面没有编入</title><h1>页面没有编入</h1>"
    "<p>编译本程序时没有 npm，审核台和上传页没有编进来；接口照常工作。</p>"
    "<p>请安装 nodejs 和 npm，运行 <code>review/web/setup.sh</code>，"
    "再重新编译。</p>"
    "<p lang=\"en\">This program was built without npm: the pages are missing, "
    "the API works. Run review/web/setup.sh and build again.</p></html>";

#define PAGE(path)                                                             \
    {                                                                          \
        path, "text/html; charset=utf-8", "unbuilt",                           \
            (const unsigned char *)page, sizeof page - 1, NULL, 0, false       \
    }
const struct web_asset web_assets[] = {PAGE("/desk"), PAGE("/apply")};
const size_t web_assets_n = 2;
const bool web_assets_are_built = false;
