-- TextOps' tables are the document's (seeds/textops.md), with the additions by ruling: NOT NULL keys, defaults that are now.
SELECT interlock_install('textops');
SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info('Runs');
SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info('RunEvents');
SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info('InboxDedup');
SELECT "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list('RunEvents');
SELECT m.name, l.name, c.name FROM sqlite_schema m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) c
  WHERE m.name IN ('Runs', 'RunEvents', 'InboxDedup') AND l.name LIKE 'IX%' ORDER BY 1, 2, c.seqno;
SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_schema WHERE name = 'RunEvents';
-- What the guards are made of is named interlock_ and nothing else is added.
SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'interlock%' AND name NOT LIKE 'sqlite%' ORDER BY type, name;
