/*
** permit.h: a permission: what one SQL function of ours may do for a moment although the rules
** refuse it to everybody (dedup_purge deletes keys, lease_break a live lock). The function gives it
** to the host with port->set("permit", …), runs its statement and takes it back; while it is set,
** row->announced() is true for the rows it covers. Roles ask; nobody else knows of it.
**
** It names the plan, and as narrow a part of the plan's rows as can be told, because triggers of
** the user's that fire on the statement run while it is set:
**
**   <hash>                        every row of the plan
**   <hash> before <column> <us>   rows whose instant in that plan column (the old row's; the new
**                                 one's of an insert) is before that
**   <hash> key <key text>         the row with that key
**   <hash> op <number>            every row, but only what that operation of the plan has against it
**
** The column must be one that the asking operation reads.
*/
#ifndef IL_PERMIT_H
#define IL_PERMIT_H
#include "plan.h"

/* NULL: out of memory. */
const char *il_permit_before(il_arena *arena, const il_plan *plan, int col, int64_t us);
/* key: plan->nkey values as the table holds them, not as somebody spelled them. */
const char *il_permit_key(il_arena *arena, const il_plan *plan, const il_value *key);

const char *il_permit_op(il_arena *arena, const il_plan *plan, const il_op *op);

/* 1 when the permission (NULL: none) covers the row. mem is for comparing keys; without memory it
** covers nothing. */
int il_permit_covers(const char *permit, const il_row *row, const il_op *op, const il_alloc *mem);

#endif
