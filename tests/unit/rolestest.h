/*
** rolestest.h: the rulebook that the tests of roles share: one table for each kind of role. A
** plan is written as text and read back, so that the text form is in the way of every check.
*/
#ifndef ROLESTEST_H
#define ROLESTEST_H
#include "rulebooktest.h"

static const char tables[] =
    "jobs id:text! state:text! owner:text? started_at:instant? ended_at:instant? took_ms:int? note:text? progress:int? "
    "version:int! created_at:instant! updated_at:instant! | id\n"
    "runs id:int! status:int! n:int? | id\n"
    "log id:int! job:text! what:text! at:instant! who:text! data:json? was:text? | id\n"
    "things id:int! kind:text! level:int? flag:int! maybe:int? name:text! code:text? at:instant! until:instant? any:json? "
    "object:json! list:json? tags:json? fixed:text? once:text? | id\n"
    "seen a:text! b:text! at:instant? run:text? | a b\n"
    "parts w:int! s:text! state:text! | w s\n"
    "partlog n:int! w:int! s:text! to_:text? | n\n"
    "child id:int! parent:int? body:text? | id\n";

static const char book[] =
    "{'interlock':1,'name':'t','tables':{"
    "'jobs':{'machines':{'rule':'J-3','rules':{'domain':'J-1','birth':'J-2','freeze':'J-4','require':'J-5','forbid':'J-6',"
    " 'stamp':'J-7','events':'J-8','log':'J-9'},'column':'state','initial':['new','held'],'on':{'KILL':'.dead'},"
    " 'states':{'new':{'born':['Created'],'to':['busy','held']},"
    "  'held':{'to':'new','freeze':['note']},"
    "  'busy':{'code':'BUSY','require':['owner'],'stamp':{'started_at':'first','progress':0},'on':{'END':'done',"
    "   'DROP':{'target':'new','events':['Dropped','Requeued']},'HUSH':{'target':'held','events':[]}}},"
    "  'done':{'type':'final','freeze':true,'require':['ended_at'],'stamp':{'ended_at':'now','took_ms':'ms(started_at, ended_at)',"
    "    'note':{'value':'fin'},'owner':null}},"
    "  'dead':{'type':'final','freeze':true,'forbid':['owner'],'to':[]}},"
    " 'events':{'table':'log','columns':{'job':'$key','what':'$event','at':'$now','who':'$actor','data':'$payload','was':'$from'}}},"
    " 'row_version':{'rule':'J-10','column':'version'},"
    " 'touch':{'rule':'J-11','column':'updated_at','from':'created_at'},"
    " 'asserts':[{'rule':'J-12','on':['delete'],'that':'OLD.note IS NULL','text':'has a note'},"
    "            {'rule':'J-13','that':'NEW.progress <= 100','text':'too much','columns':['progress']},"
    "            {'rule':'J-14','on':['update'],'that':'NEW.progress >= OLD.progress','text':'goes back','verify':'NEW.progress >= 0'}],"
    " 'effects':[{'rule':'J-15','enter':['busy','new'],'do':['UPDATE x SET n = n + 1 WHERE id = NEW.id','SELECT $actor']},"
    "            {'rule':'J-16','leave':'busy','when':'NEW.note IS NOT NULL','do':['DELETE FROM y WHERE id = OLD.id']},"
    "            {'rule':'J-17','on':['delete'],'do':['DELETE FROM z WHERE id = OLD.id']}]},"
    "'runs':{'machines':[{'rule':'R-1','column':'status','initial':'a','self':'deny',"
    "  'states':{'a':{'code':0,'to':'b'},'b':{'code':3,'to':['a','c']},'c':{'code':-1,'type':'final'}}}]},"
    "'log':{'append_only':{'rule':'L-1','grows':{'rule':'L-2','column':'id'}},'replace':{'rule':'L-0'}},"
    "'things':{'enum':[{'rule':'T-1','columns':{'kind':['red','Blue','']}},{'rule':'T-2','columns':{'level':[1,2,-3,null]}}],"
    " 'flag':{'rule':'T-3','columns':['flag','maybe']},"
    " 'length':{'rule':'T-4','columns':{'name':[1,5],'code':[3,3]}},"
    " 'instant':{'rule':'T-5','columns':['at','until']},"
    " 'json':{'rule':'T-6','columns':{'any':'any','object':'object','list':'array','tags':'strings'}},"
    " 'immutable':[{'rule':'T-7','columns':['id','fixed']},{'rule':'T-8','columns':['once'],'once':true}]},"
    "'seen':{'dedup':{'rule':'S-1','rules':{'immutable':'S-2'},'key':['b','a'],'at':'at','extra':['run'],'keep_seconds':86400}},"
    "'parts':{'machines':{'rule':'P-1','column':'state','initial':'on','states':{'on':{'to':'off'},'off':{'to':'on'}},"
    "  'events':{'table':'partlog','columns':{'w':'$NEW.w','s':'$NEW.s','to_':'$to'}}}},"
    "'partlog':{'append_only':{'rule':'P-2'}},"
    "'child':{'append_only':{'rule':'C-1','cascade':{'column':'parent','table':'par ent','key':'id'},"
    "  'cascade_delete':[{'column':'parent','table':'par ent','key':'id'}]}}"
    "}}";

static il_arena arena;
static il_rulebook *rules;

/* The plan as a trigger would have it. */
static const il_plan *plan(const char *table) {
  il_buf text;
  il_plan *again = NULL;
  il_error err;
  il_buf_init(&text, arena.mem);
  il_plan_write(plan_of(rules, table), &text);
  if (il_plan_read(text.p, text.n, &arena, &again, &err) != IL_OK) {
    test_ok(0, "the plan of %s cannot be read: %s", table, err.message);
    exit(1);
  }
  il_buf_free(&text);
  return again;
}

#define JOB "id='j state='BUSY owner='o progress=5 version=3 created_at=@10 updated_at=@20"
#define DONE "id='j state='done ended_at=@30 version=4 created_at=@10 updated_at=@20"
#define NEWJOB "id='j state='new version=1 created_at=@10 updated_at=@10 "
#define THING "id=1 kind='red level=1 flag=1 name='abc at=@1 object='{}"

static const il_op *op_of(const il_plan *p, const char *role, int nth) {
  for (int i = 0; i < p->nops; i++)
    if (strcmp(p->ops[i].role->name, role) == 0 && nth-- == 0) return &p->ops[i];
  test_ok(0, "no operation %s in %s", role, p->table);
  exit(1);
}

/* Reads the rulebook; the test ends when it cannot. */
static void roles_start(void) {
  static catalog c;
  il_error err;
  c = (catalog){tables, &arena};
  il_arena_init(&arena, test_memory_start(&memory, 0));
  if (il_rulebook_read(json(book), strlen(json(book)), NULL, catalog_find, &c, &arena, &rules,
                       &err) == IL_OK)
    return;
  test_ok(0, "the rulebook of this test: %s", err.message);
  exit(test_end());
}

static int roles_end(void) {
  il_arena_free(&arena);
  test_ok(memory.live == 0, "every allocation is freed");
  return test_end();
}

#endif
