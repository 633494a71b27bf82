-- Dispatch: proposals, the agents' votes on them, and every decision. Decisions are written by the database as well; they get an id.
CREATE TABLE proposals (
    id                  {text} NOT NULL PRIMARY KEY,
    proposal_type       {text} NOT NULL
        CHECK (proposal_type IN ('implementation_approach', 'tech_stack_choice', 'architecture_decision', 'new_agent_type',
                                 'workflow_change', 'governance_rule', 'tool_integration', 'prompt_improvement')),
    proposer_id         {text} NOT NULL REFERENCES agents(id),
    title               {text} NOT NULL,
    description         {text} NOT NULL,
    rationale           {text} NOT NULL,
    related_issue_id    {text} REFERENCES issues(id) ON DELETE SET NULL,
    affected_components {json},
    options             {json},
    chosen_option       {text},
    status              {text} NOT NULL DEFAULT 'open'
        CHECK (status IN ('open', 'voting', 'approved', 'rejected', 'executing', 'executed', 'rolled_back', 'vetoed')),
    required_voters     {json},
    threshold           {text} NOT NULL
        CHECK (threshold IN ('unanimous', 'super_majority', 'simple_majority', 'single_approval')),
    implementation_plan {text},
    rollback_plan       {text},
    execution_result    {json},
    forced_by           {text},
    force_reason        {text},
    vetoed_by           {text},
    veto_reason         {text},
    created_at          {instant} NOT NULL DEFAULT {now},
    voting_deadline     {instant},
    resolved_at         {instant},
    executed_at         {instant}
);

CREATE INDEX idx_proposals_status ON proposals(status);
CREATE INDEX idx_proposals_type ON proposals(proposal_type);
CREATE INDEX idx_proposals_issue ON proposals(related_issue_id);

CREATE TABLE votes (
    id          {text} NOT NULL PRIMARY KEY,
    proposal_id {text} NOT NULL REFERENCES proposals(id) ON DELETE CASCADE,
    voter_id    {text} NOT NULL REFERENCES agents(id),
    voter_type  {text} NOT NULL
        CHECK (voter_type IN ('coder', 'reviewer', 'pm', 'security', 'docs', 'test', 'architect')),
    decision    {text} NOT NULL CHECK (decision IN ('approve', 'reject', 'abstain', 'need_more_info')),
    reasoning   {text} NOT NULL,
    confidence  {real},
    created_at  {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_votes_proposal ON votes(proposal_id);
CREATE INDEX idx_votes_voter ON votes(voter_id);
CREATE UNIQUE INDEX idx_votes_unique ON votes(proposal_id, voter_id);

CREATE TABLE decisions (
    id            {text} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    proposal_id   {text} REFERENCES proposals(id) ON DELETE SET NULL,
    issue_id      {text} REFERENCES issues(id) ON DELETE SET NULL,
    epic_id       {text} REFERENCES epics(id) ON DELETE SET NULL,
    decision_type {text} NOT NULL
        CHECK (decision_type IN ('proposal_approved', 'proposal_rejected', 'human_override', 'human_veto', 'gate_approved', 'gate_rejected')),
    description   {text} NOT NULL,
    outcome       {json} NOT NULL,
    decided_by    {text} NOT NULL,
    created_at    {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_decisions_proposal ON decisions(proposal_id);
CREATE INDEX idx_decisions_issue ON decisions(issue_id);
CREATE INDEX idx_decisions_epic ON decisions(epic_id);
CREATE INDEX idx_decisions_type ON decisions(decision_type);
CREATE INDEX idx_decisions_date ON decisions(created_at);

-- What a type of proposal is usually decided by (D-43); nothing enforces it.
CREATE VIEW proposal_defaults AS
SELECT 'implementation_approach' AS proposal_type, 'simple_majority' AS threshold, CAST('["coder","reviewer","architect"]' AS {json}) AS required_voters, 24 AS voting_hours
UNION ALL SELECT 'tech_stack_choice', 'simple_majority', CAST('["coder","architect"]' AS {json}), 24
UNION ALL SELECT 'architecture_decision', 'super_majority', CAST('["architect","coder","security"]' AS {json}), 24
UNION ALL SELECT 'new_agent_type', 'super_majority', CAST('["pm","architect"]' AS {json}), 24
UNION ALL SELECT 'workflow_change', 'super_majority', CAST('["pm","architect"]' AS {json}), 24
UNION ALL SELECT 'governance_rule', 'unanimous', CAST('["pm","architect","security"]' AS {json}), 24
UNION ALL SELECT 'tool_integration', 'simple_majority', CAST('["coder","security"]' AS {json}), 24
UNION ALL SELECT 'prompt_improvement', 'simple_majority', CAST('["pm","architect"]' AS {json}), 24;
-- revert
DROP VIEW proposal_defaults;
DROP TABLE decisions;
DROP TABLE votes;
DROP TABLE proposals;
