/* value.c: values between PostgreSQL's types and the core's. */
#include "pg.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/date.h"
#include "utils/datum.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

/* Microseconds from the core's epoch (1970) to PostgreSQL's (2000). */
#define EPOCH_SHIFT ((int64)(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

static il_pg_kind kind_of(Oid base) {
  switch (base) {
  case INT2OID:
    return IL_P_INT2;
  case INT4OID:
    return IL_P_INT4;
  case INT8OID:
    return IL_P_INT8;
  case OIDOID:
    return IL_P_OID;
  case BOOLOID:
    return IL_P_BOOL;
  case FLOAT4OID:
    return IL_P_FLOAT4;
  case FLOAT8OID:
    return IL_P_FLOAT8;
  case TEXTOID:
  case VARCHAROID:
    return IL_P_TEXT;
  case BPCHAROID:
    return IL_P_BPCHAR;
  case TIMESTAMPTZOID:
    return IL_P_TSTZ;
  case TIMESTAMPOID:
    return IL_P_TS;
  case DATEOID:
    return IL_P_DATE;
  case JSONOID:
    return IL_P_JSON;
  case JSONBOID:
    return IL_P_JSONB;
  case BYTEAOID:
    return IL_P_BYTEA;
  default:
    return IL_P_OTHER;
  }
}

/* Length and passing of the kinds that are one type, so that a statement need not ask the catalog.
** */
static int16 length_of(il_pg_kind kind) {
  switch (kind) {
  case IL_P_BOOL:
    return 1;
  case IL_P_INT2:
    return 2;
  case IL_P_INT4:
  case IL_P_OID:
  case IL_P_DATE:
  case IL_P_FLOAT4:
    return 4;
  case IL_P_INT8:
  case IL_P_TSTZ:
  case IL_P_TS:
  case IL_P_FLOAT8:
    return 8;
  default:
    return -1;
  }
}

void il_pg_type_of(Oid type, Oid collation, il_pg_type *out) {
  bool varlena;

  memset(out, 0, sizeof *out);
  out->type = type;
  out->collation = collation;
  out->kind = kind_of(type);
  if (out->kind == IL_P_OTHER) {
    Oid base = getBaseType(type);
    out->kind = kind_of(base);
    if (out->kind == IL_P_OTHER) {
      if (type_is_enum(base)) out->kind = IL_P_ENUM;
      getTypeOutputInfo(base, &out->out, &varlena);
      get_typlenbyval(base, &out->len, &out->byval);
      return;
    }
  }
  out->len = length_of(out->kind);
  out->byval = out->len > 0 && (out->len < 8 || FLOAT8PASSBYVAL);
}

il_coltype il_pg_coltype(Oid type) {
  il_pg_type t;

  il_pg_type_of(type, InvalidOid, &t);
  switch (t.kind) {
  case IL_P_INT2:
  case IL_P_INT4:
  case IL_P_INT8:
  case IL_P_OID:
  case IL_P_BOOL:
    return IL_C_INT;
  case IL_P_FLOAT4:
  case IL_P_FLOAT8:
    return IL_C_REAL;
  case IL_P_TEXT:
  case IL_P_BPCHAR:
  case IL_P_ENUM:
    return IL_C_TEXT;
  case IL_P_TSTZ:
  case IL_P_TS:
    return IL_C_INSTANT;
  case IL_P_JSON:
  case IL_P_JSONB:
    return IL_C_JSON;
  case IL_P_BYTEA:
    return IL_C_BLOB;
  default:
    return IL_C_OTHER;
  }
}

static void text_value(Datum datum, il_value *out) {
  struct varlena *v = PG_DETOAST_DATUM_PACKED(datum);
  *out = il_text(VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v));
}

bool il_pg_instant(int64 at, int64 *us) {
  return !TIMESTAMP_NOT_FINITE(at) && !pg_add_s64_overflow(at, EPOCH_SHIFT, us) &&
         *us >= IL_INSTANT_MIN && *us <= IL_INSTANT_MAX;
}

/* Infinity and instants outside the core's years are given as their text, which no rule about
** instants accepts. */
static void instant_value(int64 at, il_value *out) {
  int64 us;

  if (il_pg_instant(at, &us)) {
    *out = il_instant(us);
    return;
  }
  *out = il_str(TIMESTAMP_IS_NOBEGIN(at) ? "-infinity"
                : TIMESTAMP_IS_NOEND(at) ? "infinity"
                                         : "out of range");
}

/* ISO whatever DateStyle says. */
static void date_value(DateADT date, il_value *out) {
  char buf[MAXDATELEN + 1];
  struct pg_tm tm;

  if (DATE_NOT_FINITE(date)) {
    EncodeSpecialDate(date, buf);
  } else {
    memset(&tm, 0, sizeof tm);
    j2date(date + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
    EncodeDateOnly(&tm, USE_ISO_DATES, buf);
  }
  *out = il_str(pstrdup(buf));
  out->type = IL_T_OTHER;
}

static void output_value(Oid function, Datum datum, il_type type, il_value *out) {
  *out = il_str(OidOutputFunctionCall(function, datum));
  out->type = type;
}

void il_pg_value(const il_pg_type *type, Datum datum, il_value *out) {
  switch (type->kind) {
  case IL_P_INT2:
    *out = il_int(DatumGetInt16(datum));
    return;
  case IL_P_INT4:
    *out = il_int(DatumGetInt32(datum));
    return;
  case IL_P_INT8:
    *out = il_int(DatumGetInt64(datum));
    return;
  case IL_P_OID:
    *out = il_int(DatumGetObjectId(datum));
    return;
  case IL_P_BOOL:
    *out = il_int(DatumGetBool(datum) ? 1 : 0);
    return;
  case IL_P_FLOAT4:
    *out = il_real(DatumGetFloat4(datum));
    return;
  case IL_P_FLOAT8:
    *out = il_real(DatumGetFloat8(datum));
    return;
  case IL_P_TEXT:
    text_value(datum, out);
    return;
  case IL_P_BPCHAR: /* blanks at the end mean nothing in char(n) */
    text_value(datum, out);
    while (out->n > 0 && out->p[out->n - 1] == ' ')
      out->n--;
    return;
  case IL_P_TSTZ:
  case IL_P_TS:
    instant_value(DatumGetTimestampTz(datum), out);
    return;
  case IL_P_DATE:
    date_value(DatumGetDateADT(datum), out);
    return;
  case IL_P_JSON:
    text_value(datum, out);
    out->type = IL_T_JSON;
    return;
  case IL_P_JSONB: {
    Jsonb *jb = DatumGetJsonbP(datum);
    StringInfoData s;
    initStringInfo(&s);
    JsonbToCString(&s, &jb->root, VARSIZE(jb));
    *out = il_json(s.data, s.len);
    return;
  }
  case IL_P_BYTEA:
    text_value(datum, out);
    out->type = IL_T_BLOB;
    return;
  case IL_P_ENUM:
    output_value(type->out, datum, IL_T_TEXT, out);
    return;
  case IL_P_OTHER:
    output_value(type->out, datum, IL_T_OTHER, out);
    return;
  }
}

Oid il_pg_param_type(const il_value *value) {
  switch (value->type) {
  case IL_T_INT:
    return INT8OID;
  case IL_T_REAL:
    return FLOAT8OID;
  case IL_T_INSTANT:
    return TIMESTAMPTZOID;
  case IL_T_JSON:
    return JSONBOID;
  case IL_T_BLOB:
    return BYTEAOID;
  default:
    return UNKNOWNOID;
  }
}

/* The text of a value for an input function. */
static char *input_text(const il_value *v) {
  char buf[64];

  switch (v->type) {
  case IL_T_INT:
    return psprintf(INT64_FORMAT, v->i);
  case IL_T_REAL:
    return DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(v->r)));
  case IL_T_INSTANT:
    return pstrdup(il_instant_format(v->i, buf));
  default:
    if (memchr(v->p, 0, v->n))
      ereport(ERROR, (errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
                      errmsg("text must not contain a zero byte")));
    return pnstrdup(v->p, v->n);
  }
}

static Datum int_datum(int64 i, il_pg_kind kind, bool *done) {
  *done = true;
  switch (kind) {
  case IL_P_INT8:
    return Int64GetDatum(i);
  case IL_P_INT4:
    if (i >= PG_INT32_MIN && i <= PG_INT32_MAX) return Int32GetDatum((int32)i);
    break;
  case IL_P_INT2:
    if (i >= PG_INT16_MIN && i <= PG_INT16_MAX) return Int16GetDatum((int16)i);
    break;
  case IL_P_BOOL:
    if (i == 0 || i == 1) return BoolGetDatum(i == 1);
    break;
  case IL_P_FLOAT8:
    return Float8GetDatum((double)i);
  default:
    break;
  }
  *done = false; /* the input function reports it */
  return (Datum)0;
}

/* The conversions that need no input function. */
static Datum near_datum(const il_value *v, il_pg_kind kind, bool *done) {
  *done = true;
  switch (v->type) {
  case IL_T_INT:
    return int_datum(v->i, kind, done);
  case IL_T_REAL:
    if (kind == IL_P_FLOAT8) return Float8GetDatum(v->r);
    break;
  case IL_T_INSTANT:
    if (kind == IL_P_TSTZ || kind == IL_P_TS) return TimestampTzGetDatum(v->i - EPOCH_SHIFT);
    break;
  case IL_T_TEXT:
  case IL_T_JSON:
  case IL_T_OTHER:
    if (kind == IL_P_TEXT && !memchr(v->p, 0, v->n))
      return PointerGetDatum(cstring_to_text_with_len(v->p, v->n));
    break;
  case IL_T_BLOB:
    if (kind == IL_P_BYTEA) return PointerGetDatum(cstring_to_text_with_len(v->p, v->n));
    break;
  case IL_T_NULL:
    break;
  }
  *done = false;
  return (Datum)0;
}

Datum il_pg_datum(const il_value *value, Oid type, bool *isnull) {
  bool done;
  Datum d;
  Oid input, param;

  *isnull = value->type == IL_T_NULL;
  if (*isnull) return (Datum)0;
  d = near_datum(value, kind_of(type), &done);
  if (done) return d;
  getTypeInputInfo(type, &input, &param);
  return OidInputFunctionCall(input, input_text(value), param, -1);
}

/* ---- difference ---- */

/* Equal bytes as they lie there: what a column that an UPDATE leaves alone has, also out of line.
** */
static bool same_image(const il_pg_type *type, Datum a, Datum b) {
  const char *p = DatumGetPointer(a), *q = DatumGetPointer(b);

  if (type->byval) return a == b;
  if (p == q) return true;
  if (type->len > 0) return memcmp(p, q, type->len) == 0;
  if (type->len == -2) return strcmp(p, q) == 0;
  if (VARATT_IS_EXTERNAL_EXPANDED(p) || VARATT_IS_EXTERNAL_EXPANDED(q)) return false;
  return VARSIZE_ANY(p) == VARSIZE_ANY(q) && memcmp(p, q, VARSIZE_ANY(p)) == 0;
}

/* Kinds whose equality is that of their bytes. */
static bool exact(il_pg_kind kind) {
  switch (kind) {
  case IL_P_INT2:
  case IL_P_INT4:
  case IL_P_INT8:
  case IL_P_OID:
  case IL_P_BOOL:
  case IL_P_TSTZ:
  case IL_P_TS:
  case IL_P_DATE:
    return true;
  default:
    return false;
  }
}

static FmgrInfo *equality(il_pg_type *type, MemoryContext context) {
  if (!type->equal) {
    Oid function = lookup_type_cache(type->type, TYPECACHE_EQ_OPR_FINFO)->eq_opr_finfo.fn_oid;
    FmgrInfo *info = MemoryContextAllocZero(context, sizeof *info);
    if (OidIsValid(function)) fmgr_info_cxt(function, info, context);
    type->equal = info;
  }
  return OidIsValid(type->equal->fn_oid) ? type->equal : NULL;
}

bool il_pg_differs(il_pg_type *type, MemoryContext context, NullableDatum a, NullableDatum b) {
  Oid collation = OidIsValid(type->collation) ? type->collation : DEFAULT_COLLATION_OID;
  FmgrInfo *equal;

  if (a.isnull || b.isnull) return a.isnull != b.isnull;
  if (same_image(type, a.value, b.value)) return false;
  if (exact(type->kind)) return true;
  equal = equality(type, context);
  if (!equal) return !datum_image_eq(a.value, b.value, type->byval, type->len);
  return !DatumGetBool(FunctionCall2Coll(equal, collation, a.value, b.value));
}
