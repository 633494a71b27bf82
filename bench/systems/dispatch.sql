-- setup
INSERT INTO epics (id, title, description, repo_path) VALUES ('e', 'Epic', 'x', '/r');
-- step INSERT of an issue
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO issues (id, repo_path, title, prompt, issue_type) SELECT 'i' || i, '/r', 'Fix it', 'x', 'bug' FROM n;
-- step INSERT of an agent
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO agents (id, agent_type) SELECT 'a' || i, 'coder' FROM n;
-- step UPDATE: an issue is assigned
UPDATE issues SET status = 'assigned', assigned_agent_id = 'a' || substr(id, 2);
-- step UPDATE: an issue begins
UPDATE issues SET status = 'in_progress';
-- step UPDATE: a title changes
UPDATE issues SET title = 'Fix it now';
