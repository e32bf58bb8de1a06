/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ONNX Runtime exports one function; all others are in a table that it gives
 * out by version. With one thread per session no pool is made. Its memory
 * arena and patterns are off: they keep the most that any line ever needed.
 *
 * Newer libraries than the newest tested are refused: 1.30 starts a thread at
 * once and sends usage data to its maker, which this program must never do.
 */

#include "ocr/onnx.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/image.h"

enum {
    API_VERSION = 1,
    NEWEST_MINOR = 27, /* of 1.x */
    FATAL = 4,         /* the least severity that is logged: nothing below */
    ELEMENT_FLOAT = 1,
    DEVICE_ALLOCATOR = 0,
    MEMORY_DEFAULT = 0
};

typedef void (*AnyFn)(void);

struct api {
    const char *(*GetErrorMessage)(const void *status);
#define CALL(place, name, parameters) void *(*name)parameters;
#define RELEASE(place, name)          void (*name)(void *object);
#include "ocr/onnx.def"
#undef CALL
#undef RELEASE
};

/* What the library's one exported function returns. */
struct base {
    const AnyFn *(*get_api)(uint32_t version);
    const char *(*get_version)(void);
};

struct onnx {
    struct api api;
    const char *version;
    void *library, *env, *session, *memory;
    const char *input, *output;
};

static void fill(struct api *api, const AnyFn *table)
{
    api->GetErrorMessage = (const char *(*)(const void *))table[2];
#define CALL(place, name, parameters)                                          \
    api->name = (void *(*)parameters)table[place];
#define RELEASE(place, name) api->name = (void (*)(void *))table[place];
#include "ocr/onnx.def"
#undef CALL
#undef RELEASE
}

static void close_all(void *onnx)
{
    struct onnx *o = onnx;
    if (o->memory)
        o->api.ReleaseMemoryInfo(o->memory);
    if (o->session)
        o->api.ReleaseSession(o->session);
    if (o->env)
        o->api.ReleaseEnv(o->env);
    /* The library stays: it may have registered what runs at exit. */
}

static void say_nothing(void *context, int severity, const char *category,
                        const char *id, const char *location,
                        const char *message)
{
    (void)context, (void)severity, (void)category, (void)id, (void)location,
        (void)message;
}

/* 0 for a status of NULL, else an error with the library's words. */
static int check(const struct onnx *o, void *status, const char *doing,
                 struct err *e)
{
    if (!status)
        return 0;
    err_set(e, ERR_LIBRARY, "onnxruntime, %s: %.200s", doing,
            o->api.GetErrorMessage(status));
    o->api.ReleaseStatus(status);
    return ERR_LIBRARY;
}

static bool is_known(const char *version)
{
    if (strncmp(version, "1.", 2) != 0)
        return false;
    char *end;
    long minor = strtol(version + 2, &end, 10);
    return end > version + 2 && minor >= 0 && minor <= NEWEST_MINOR;
}

static int load(struct arena *a, struct onnx *o, const char *library,
                struct err *e)
{
    const struct base *(*get_base)(void);
    o->library = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!o->library)
        return err_set(e, ERR_LIBRARY, "%s", dlerror());
    void *symbol = dlsym(o->library, "OrtGetApiBase");
    if (!symbol)
        return err_set(e, ERR_LIBRARY, "%s is not ONNX Runtime", library);
    memcpy(&get_base, &symbol, sizeof get_base);
    const struct base *base = get_base();
    o->version = arena_strdup(a, base->get_version());
    if (!is_known(o->version))
        return err_set(e, ERR_LIBRARY,
                       "ONNX Runtime %s: known are 1.0 to 1.%d (newer ones "
                       "send usage data)",
                       o->version, NEWEST_MINOR);
    const AnyFn *table = base->get_api(API_VERSION);
    if (!table)
        return err_set(e, ERR_LIBRARY, "ONNX Runtime %s has no interface %d",
                       o->version, API_VERSION);
    fill(&o->api, table);
    return 0;
}

static int set_options(const struct onnx *o, void *options, struct err *e)
{
    const struct api *api = &o->api;
    int r = check(o, api->SetIntraOpNumThreads(options, 1), "options", e);
    if (r == 0)
        r = check(o, api->SetInterOpNumThreads(options, 1), "options", e);
    if (r == 0)
        r = check(o, api->DisableCpuMemArena(options), "options", e);
    if (r == 0)
        r = check(o, api->DisableMemPattern(options), "options", e);
    return r;
}

static int make_session(struct onnx *o, const void *model, size_t n,
                        struct err *e)
{
    const struct api *api = &o->api;
    void *options = NULL;
    int r = check(o,
                  api->CreateEnvWithCustomLogger(say_nothing, NULL, FATAL,
                                                 "sealdesk", &o->env),
                  "environment", e);
    if (r == 0)
        r = check(o, api->CreateSessionOptions(&options), "options", e);
    if (r == 0)
        r = set_options(o, options, e);
    if (r == 0)
        r = check(
            o,
            api->CreateSessionFromArray(o->env, model, n, options, &o->session),
            "model", e);
    if (options)
        api->ReleaseSessionOptions(options);
    if (r == 0)
        r = check(o,
                  api->CreateCpuMemoryInfo(DEVICE_ALLOCATOR, MEMORY_DEFAULT,
                                           &o->memory),
                  "memory", e);
    return r;
}

static int take_name(struct arena *a, const struct onnx *o, bool input,
                     void *allocator, const char **ret, struct err *e)
{
    const struct api *api = &o->api;
    char *name = NULL;
    void *status =
        input ? api->SessionGetInputName(o->session, 0, allocator, &name)
              : api->SessionGetOutputName(o->session, 0, allocator, &name);
    int r = check(o, status, "names", e);
    if (r < 0)
        return r;
    *ret = arena_strdup(a, name);
    return check(o, api->AllocatorFree(allocator, name), "names", e);
}

static int find_names(struct arena *a, struct onnx *o, struct err *e)
{
    void *allocator = NULL;
    int r = check(o, o->api.GetAllocatorWithDefaultOptions(&allocator),
                  "allocator", e);
    if (r == 0)
        r = take_name(a, o, true, allocator, &o->input, e);
    if (r == 0)
        r = take_name(a, o, false, allocator, &o->output, e);
    return r;
}

int onnx_open(struct arena *a, const char *library, const void *model, size_t n,
              struct onnx **ret, struct err *e)
{
    struct onnx *o = arena_new_struct(a, struct onnx);
    arena_defer(a, close_all, o);
    int r = load(a, o, library, e);
    if (r == 0)
        r = make_session(o, model, n, e);
    if (r == 0)
        r = find_names(a, o, e);
    if (r == 0)
        *ret = o;
    return r;
}

struct onnx_tensor onnx_picture(struct arena *a, const struct image *im,
                                int width)
{
    size_t n = (size_t)width * (size_t)im->height;
    struct onnx_tensor t = {
        arena_new_array(a, 3 * n, float), {1, 3, im->height, width}, 4};
    for (int y = 0; y < im->height; y++) {
        const uint8_t *from = image_at(im, 0, y);
        float *to = t.values + (size_t)y * (size_t)width;
        for (int x = 0; x < im->width; x++)
            to[x] = (float)from[x] / 127.5F - 1;
    }
    memcpy(t.values + n, t.values, n * sizeof *t.values);
    memcpy(t.values + 2 * n, t.values, n * sizeof *t.values);
    return t;
}

static int64_t count(const struct onnx_tensor *t)
{
    int64_t n = 1;
    for (size_t i = 0; i < t->n_dims; i++)
        n *= t->dims[i];
    return n;
}

static int read_shape(const struct onnx *o, const void *info,
                      struct onnx_tensor *ret, struct err *e)
{
    const struct api *api = &o->api;
    int type = 0;
    int r = check(o, api->GetTensorElementType(info, &type), "output", e);
    if (r == 0)
        r = check(o, api->GetDimensionsCount(info, &ret->n_dims), "output", e);
    if (r == 0 && (type != ELEMENT_FLOAT || ret->n_dims > ONNX_MAX_DIMS))
        r = err_set(e, ERR_LIBRARY, "the model's output is of another kind");
    if (r == 0)
        r = check(o, api->GetDimensions(info, ret->dims, ret->n_dims), "output",
                  e);
    return r;
}

static int copy_output(const struct onnx *o, struct arena *a, void *value,
                       struct onnx_tensor *ret, struct err *e)
{
    void *info = NULL, *data = NULL;
    *ret = (struct onnx_tensor){0};
    int r = check(o, o->api.GetTensorTypeAndShape(value, &info), "output", e);
    if (r == 0)
        r = read_shape(o, info, ret, e);
    if (info)
        o->api.ReleaseTensorTypeAndShapeInfo(info);
    if (r == 0)
        r = check(o, o->api.GetTensorMutableData(value, &data), "output", e);
    if (r == 0)
        ret->values =
            arena_memdup(a, data, (size_t)count(ret) * sizeof *ret->values);
    return r;
}

int onnx_run(struct onnx *o, struct arena *a, const struct onnx_tensor *input,
             struct onnx_tensor *ret, struct err *e)
{
    const struct api *api = &o->api;
    void *in = NULL, *out = NULL;
    int r = check(o,
                  api->CreateTensorWithDataAsOrtValue(
                      o->memory, input->values,
                      (size_t)count(input) * sizeof *input->values, input->dims,
                      input->n_dims, ELEMENT_FLOAT, &in),
                  "input", e);
    if (r == 0) {
        const void *inputs[] = {in};
        r = check(o,
                  api->Run(o->session, NULL, &o->input, inputs, 1, &o->output,
                           1, &out),
                  "run", e);
    }
    if (r == 0)
        r = copy_output(o, a, out, ret, e);
    if (out)
        api->ReleaseValue(out);
    if (in)
        api->ReleaseValue(in);
    return r;
}

const char *onnx_version(const struct onnx *o)
{
    return o->version;
}
