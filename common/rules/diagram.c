/*
** diagram.c: a machine as a picture in the words of three tools: mermaid's stateDiagram-v2,
** graphviz's dot, and XState v5's createMachine(). States come in the order of the rulebook.
*/
#include "ddl.h"
#include "machine.h"
#include <string.h>

struct diagram {
  const il_plan *plan;
  const il_machine *m;
  const il_op *op;
  il_buf *out;
};

/* What an edge is called: its name, and behind a slash the rows it writes where they are not
** just that. "" when there is nothing to say. put() escapes for the tool. */
static void edge_label(const struct diagram *d, const il_edge *e,
                       void (*put)(il_buf *out, const char *s)) {
  const char *usual = *e->name ? e->name : d->m->states[e->to].name;
  int plain = e->nevents == 0 || (e->nevents == 1 && strcmp(e->events[0], usual) == 0);
  put(d->out, e->name);
  if (plain) return;
  il_buf_str(d->out, *e->name ? " / " : "/ ");
  for (int i = 0; i < e->nevents; i++) {
    if (i) il_buf_str(d->out, ", ");
    put(d->out, e->events[i]);
  }
}

static int has_label(const struct diagram *d, const il_edge *e) {
  return *e->name || e->nevents > 1 ||
         (e->nevents == 1 && strcmp(e->events[0], d->m->states[e->to].name) != 0);
}

static int is_initial(const il_state *s) {
  return s->initial || s->kind == IL_STATE_INITIAL;
}

static int same_text(const char *a, const char *b) {
  return strcmp(a, b) == 0;
}

static int known_state(const il_machine *m, const char *name, size_t n) {
  for (int i = 0; i < m->nstates; i++)
    if (strlen(m->states[i].name) == n && memcmp(m->states[i].name, name, n) == 0) return 1;
  return 0;
}

/* prefix<number>, with as many underscores behind it as make it nobody's name. */
static void put_alias(const struct diagram *d, const char *prefix, int i) {
  il_buf name;
  il_buf_init(&name, d->out->mem);
  il_buf_f(&name, "%s%d", prefix, i);
  while (il_buf_text(&name) && known_state(d->m, name.p, name.n))
    il_buf_char(&name, '_');
  if (il_buf_text(&name))
    il_buf_add(d->out, name.p, name.n);
  else
    d->out->failed = 1;
  il_buf_free(&name);
}

/* ---- mermaid -------------------------------------------------------------------------------- */

/* A word that mermaid takes as a state's id: letters, digits and _, and none of its own words. */
static int mermaid_word(const char *s) {
  static const char *const reserved[] = {"as",
                                         "choice",
                                         "class",
                                         "classdef",
                                         "click",
                                         "default",
                                         "direction",
                                         "end",
                                         "fork",
                                         "hide",
                                         "href",
                                         "join",
                                         "note",
                                         "of",
                                         "state",
                                         "style",
                                         "left",
                                         "right",
                                         "scale",
                                         "root",
                                         "acctitle",
                                         "accdescr",
                                         "title",
                                         "empty",
                                         "tb",
                                         "bt",
                                         "rl",
                                         "lr",
                                         "statediagram", /* and what every JavaScript object has: */
                                         "__proto__",
                                         "constructor",
                                         "tostring",
                                         "tolocalestring",
                                         "valueof",
                                         "hasownproperty",
                                         "isprototypeof",
                                         "propertyisenumerable"};
  char lower[24];
  size_t n = strlen(s);
  for (size_t i = 0; i < n; i++) {
    char c = (char)(s[i] | 0x20);
    if (!((c >= 'a' && c <= 'z') || s[i] == '_' || (i && s[i] >= '0' && s[i] <= '9'))) return 0;
    if (i < sizeof lower - 1) lower[i] = s[i] >= 'A' && s[i] <= 'Z' ? c : s[i];
  }
  if (n == 0 || n >= sizeof lower) return n > 0;
  lower[n] = 0;
  for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
    if (same_text(lower, reserved[i])) return 0;
  return 1;
}

static void mermaid_id(const struct diagram *d, int state) {
  if (mermaid_word(d->m->states[state].name))
    il_buf_str(d->out, d->m->states[state].name);
  else
    put_alias(d, "s", state);
}

/* Text: what mermaid or HTML would read as something else becomes an entity code. */
static void mermaid_text(il_buf *out, const char *s) {
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    if (c < 0x20 || c == 0x7f)
      il_buf_char(out, ' ');
    else if (strchr("\"#;:<>%&{}[]\\`", c) || (c == '-' && s[1] == '-'))
      il_buf_f(out, "#%d;", c);
    else
      il_buf_char(out, *s);
  }
}

static void mermaid(const struct diagram *d) {
  const il_machine *m = d->m;
  il_buf_str(d->out, "stateDiagram-v2\n");
  for (int i = 0; i < m->nstates; i++) {
    if (mermaid_word(m->states[i].name)) {
      il_buf_f(d->out, "    %s\n", m->states[i].name);
      continue;
    }
    il_buf_str(d->out, "    state \"");
    mermaid_text(d->out, m->states[i].name);
    il_buf_str(d->out, "\" as ");
    mermaid_id(d, i);
    il_buf_char(d->out, '\n');
  }
  for (int i = 0; i < m->nstates; i++) {
    if (!is_initial(&m->states[i])) continue;
    il_buf_str(d->out, "    [*] --> ");
    mermaid_id(d, i);
    il_buf_char(d->out, '\n');
  }
  for (int i = 0; i < m->nedges; i++) {
    const il_edge *e = &m->edges[i];
    il_buf_str(d->out, "    ");
    mermaid_id(d, e->from);
    il_buf_str(d->out, " --> ");
    mermaid_id(d, e->to);
    if (has_label(d, e)) {
      il_buf_str(d->out, " : ");
      edge_label(d, e, mermaid_text);
    }
    il_buf_char(d->out, '\n');
  }
  for (int i = 0; i < m->nstates; i++) {
    if (m->states[i].kind != IL_STATE_FINAL) continue;
    il_buf_str(d->out, "    ");
    mermaid_id(d, i);
    il_buf_str(d->out, " --> [*]\n");
  }
}

/* ---- dot ------------------------------------------------------------------------------------ */

static void dot_text(il_buf *out, const char *s) {
  for (; *s; s++) {
    if ((unsigned char)*s < 0x20 || *s == 0x7f)
      il_buf_char(out, ' ');
    else if (*s == '"' || *s == '\\')
      il_buf_f(out, "\\%c", *s);
    else
      il_buf_char(out, *s);
  }
}

static void dot(const struct diagram *d) {
  const il_machine *m = d->m;
  il_buf_str(d->out, "digraph \"");
  dot_text(d->out, d->plan->table);
  il_buf_char(d->out, '.');
  dot_text(d->out, d->plan->cols[m->col].name);
  il_buf_str(d->out,
             "\" {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n  start [shape=point];\n");
  for (int i = 0; i < m->nstates; i++) {
    il_buf_f(d->out, "  s%d [label=\"", i);
    dot_text(d->out, m->states[i].name);
    il_buf_f(d->out, "\"%s];\n", m->states[i].kind == IL_STATE_FINAL ? ", peripheries=2" : "");
  }
  for (int i = 0; i < m->nstates; i++)
    if (is_initial(&m->states[i])) il_buf_f(d->out, "  start -> s%d;\n", i);
  for (int i = 0; i < m->nedges; i++) {
    const il_edge *e = &m->edges[i];
    il_buf_f(d->out, "  s%d -> s%d", e->from, e->to);
    if (has_label(d, e)) {
      il_buf_str(d->out, " [label=\"");
      edge_label(d, e, dot_text);
      il_buf_str(d->out, "\"]");
    }
    il_buf_str(d->out, ";\n");
  }
  il_buf_str(d->out, "}\n");
}

/* ---- XState --------------------------------------------------------------------------------- */

/* Keys and targets are the states' names, but for those in which XState sees an id, a path or an
** escape, or JavaScript a prototype. */
static void xstate_key(const struct diagram *d, int state) {
  const char *name = d->m->states[state].name;
  if (*name && *name != '#' && !strchr(name, '.') && !strchr(name, '\\') &&
      !same_text(name, "__proto__")) {
    il_buf_f(d->out, "%J", name);
    return;
  }
  il_buf_char(d->out, '"');
  put_alias(d, "state_", state);
  il_buf_char(d->out, '"');
}

static const char *edge_event(const il_machine *m, const il_edge *e) {
  return *e->name ? e->name : m->states[e->to].name;
}

/* An edge without a name is the event of the state it leads to; where another edge has that
** name, "to <state>". */
static void xstate_event(const struct diagram *d, const il_edge *e) {
  const char *event = edge_event(d->m, e);
  int special = same_text(event, "*") || same_text(event, "__proto__") || *event == 0 ||
                (strlen(event) > 1 && same_text(event + strlen(event) - 2, ".*"));
  for (int i = 0; i < d->m->nedges && !*e->name; i++) {
    const il_edge *other = &d->m->edges[i];
    if (other != e && other->from == e->from && same_text(other->name, event)) special = 1;
  }
  if (!special) {
    il_buf_f(d->out, "%J", event);
    return;
  }
  il_buf_f(d->out, "\"%s ", *e->name ? "on" : "to");
  for (const char *p = event; *p; p++) { /* no byte of it needs more than these */
    if (*p == '"' || *p == '\\') il_buf_char(d->out, '\\');
    il_buf_char(d->out, (unsigned char)*p < 0x20 ? ' ' : *p);
  }
  il_buf_char(d->out, '"');
}

static void xstate_edges(const struct diagram *d, int state) {
  int n = 0;
  for (int i = 0; i < d->m->nedges; i++) {
    const il_edge *e = &d->m->edges[i];
    if (e->from != state) continue;
    il_buf_str(d->out, n++ ? ",\n        " : ",\n      \"on\": {\n        ");
    xstate_event(d, e);
    il_buf_str(d->out, ": { \"target\": ");
    xstate_key(d, e->to);
    if (e->nevents) {
      il_buf_str(d->out, ", \"meta\": { \"events\": [");
      for (int k = 0; k < e->nevents; k++)
        il_buf_f(d->out, "%s%J", k ? ", " : "", e->events[k]);
      il_buf_str(d->out, "] }");
    }
    il_buf_str(d->out, " }");
  }
  if (n) il_buf_str(d->out, "\n      }");
}

static void xstate_state(const struct diagram *d, int i) {
  const il_state *s = &d->m->states[i];
  il_buf_str(d->out, "    ");
  xstate_key(d, i);
  il_buf_f(d->out, ": {\n      \"meta\": { \"state\": %J, \"code\": ", s->name);
  if (s->is_null)
    il_buf_str(d->out, "null");
  else if (d->m->integer_codes)
    il_buf_int(d->out, s->icode);
  else
    il_buf_f(d->out, "%J", s->code);
  il_buf_f(d->out, ", \"initial\": %s }", is_initial(s) ? "true" : "false");
  if (s->kind == IL_STATE_FINAL) {
    il_buf_str(d->out, ",\n      \"type\": \"final\"");
  } else {
    xstate_edges(d, i);
    for (int k = 0; s->after_target && k < d->m->nstates; k++) {
      if (!same_text(d->m->states[k].name, s->after_target)) continue;
      il_buf_f(d->out,
               ",\n      \"after\": { \"%lld\": { \"target\": ", (long long)(s->after_us / 1000));
      xstate_key(d, k);
      il_buf_str(d->out, " } }");
    }
  }
  il_buf_str(d->out, "\n    }");
}

static void xstate(const struct diagram *d) {
  const il_machine *m = d->m;
  int n = 0;
  il_buf_str(d->out, "{\n  \"id\": \"");
  for (int side = 0; side < 2;
       side++) { /* a dot would be a path: table_column, letters and digits only */
    for (const char *p = side ? d->plan->cols[m->col].name : d->plan->table; *p; p++) {
      char c = (char)(*p | 0x20);
      int word = (c >= 'a' && c <= 'z') || (*p >= '0' && *p <= '9');
      il_buf_char(d->out, word ? *p : '_');
    }
    if (!side) il_buf_char(d->out, '_');
  }
  il_buf_f(d->out, "\",\n  \"meta\": { \"table\": %J, \"column\": %J, \"rule\": %J, \"initial\": [",
           d->plan->table, d->plan->cols[m->col].name, d->op->rule);
  for (int i = 0; i < m->nstates; i++)
    if (is_initial(&m->states[i])) il_buf_f(d->out, "%s%J", n++ ? ", " : "", m->states[i].name);
  il_buf_str(d->out, "] }");
  for (int i = 0; i < m->nstates; i++) {
    if (!is_initial(&m->states[i])) continue;
    il_buf_str(d->out, ",\n  \"initial\": ");
    xstate_key(d, i);
    break;
  }
  il_buf_str(d->out, ",\n  \"states\": {\n");
  for (int i = 0; i < m->nstates; i++) {
    xstate_state(d, i);
    il_buf_str(d->out, i + 1 < m->nstates ? ",\n" : "\n");
  }
  il_buf_str(d->out, "  }\n}\n");
}

il_kind il_diagram(const il_plan *plan, const char *column, const char *format, il_buf *out,
                   il_error *err) {
  struct diagram d = {.plan = plan, .out = out};
  d.m = il_plan_machine(plan, column, &d.op);
  if (!d.m && column)
    return il_error_set(err, IL_NO_OBJECT, "no state machine is on %s.%s", plan->table, column);
  if (!d.m) return il_error_set(err, IL_NO_OBJECT, "no state machine is on %s", plan->table);
  if (same_text(format, "mermaid"))
    mermaid(&d);
  else if (same_text(format, "dot"))
    dot(&d);
  else if (same_text(format, "xstate"))
    xstate(&d);
  else
    return il_error_set(err, IL_ARGUMENT,
                        "diagram format \"%.*s\": expected mermaid, dot or xstate", 40, format);
  return out->failed ? il_error_set(err, IL_NOMEM, "out of memory") : IL_OK;
}
