-- What a second SQL client tries, a statement a line. :n is the named vote, :s the secret one,
-- :d a draft, :w a proposal that waits, :f the approval of the freeze of :n.

-- ALWAYS
UPDATE vote SET profile = '{}' WHERE id = :n
UPDATE vote SET form = 'items' WHERE id = :n
UPDATE vote SET secret = NOT secret WHERE id = :n
UPDATE vote SET checkable = NOT checkable WHERE id = :s
UPDATE vote SET drafted_at = '2030-01-01 00:00:00+00:00' WHERE id = :n
UPDATE vote SET posted_at = NULL WHERE id = :n
UPDATE vote SET opens_at = '2020-01-01 00:00:00+00:00' WHERE id = :n
UPDATE vote SET closes_at = '2030-01-01 00:00:00+00:00' WHERE id = :n
UPDATE vote SET closes_at = '2026-03-02 02:00:00+00:00' WHERE id = :n
UPDATE vote SET closes_at = '2030-01-01 00:00:00+00:00', end_approval_id = :w WHERE id = :n
UPDATE vote SET closes_at = '2030-01-01 00:00:00+00:00', end_approval_id = :f WHERE id = :n
UPDATE vote SET end_approval_id = :w WHERE id = :n
UPDATE vote SET status = 'draft' WHERE id = :n
UPDATE vote SET status = 'posted' WHERE id = :n
UPDATE vote SET status = 'frozen' WHERE id = :n
UPDATE vote SET status = 'certified' WHERE id = :n
UPDATE vote SET status = 'published' WHERE id = :n
UPDATE vote SET status = 'void', void_reason = 'x' WHERE id = :n
UPDATE vote SET status = 'draft'
UPDATE vote SET void_reason = 'x' WHERE id = :n
UPDATE vote SET result = '{"outcome": "passed"}' WHERE id = :n
UPDATE vote SET result = '{"outcome": "passed"}', status = 'closed' WHERE id = :n
UPDATE vote SET closed_at = '2026-03-02 02:00:00+00:00' WHERE id = :n
UPDATE vote SET ended_at = '2026-03-02 02:00:00+00:00' WHERE id = :n
UPDATE vote SET manifest = '{}' WHERE id = :n
UPDATE vote SET manifest_digest = 'x' WHERE id = :n
UPDATE vote SET ages = '{"1": true}' WHERE id = :n
UPDATE vote SET built_at = NULL WHERE id = :n
UPDATE vote SET frozen_by = 1 WHERE id = :n
UPDATE vote SET plan_id = NULL WHERE id = :n
UPDATE vote SET matter_id = (SELECT matter_id FROM vote WHERE id = :d) WHERE id = :n
UPDATE vote SET passage_id = (SELECT passage_id FROM vote WHERE id = :d) WHERE id = :n
UPDATE vote SET id = 9999 WHERE id = :n
UPDATE vote SET status = 'frozen' WHERE id = :d
DELETE FROM vote WHERE id = :n
DELETE FROM vote WHERE id IN (:n, :s)
INSERT INTO vote (matter_id, passage_id, profile, form, secret, status, drafted_at, void_reason, ages) SELECT matter_id, passage_id, profile, form, secret, 'open', drafted_at, '', ages FROM vote WHERE id = :n
UPDATE question SET text = 'x' WHERE vote_id = :n
UPDATE question SET options = '[]' WHERE vote_id = :n
UPDATE question SET number = 7 WHERE vote_id = :n
UPDATE question SET vote_id = :d, number = 8 WHERE vote_id = :n
UPDATE question SET vote_id = :n, number = 8 WHERE vote_id = :d
DELETE FROM question WHERE vote_id = :s
INSERT INTO question (vote_id, number, kind, text, options) VALUES (:n, 9, 'plan', 'x', '[]')
INSERT INTO scrutineer (vote_id, person_id, role) VALUES (:n, 1, 'scrutineer')
UPDATE scrutineer SET person_id = 1 WHERE vote_id = :n
UPDATE scrutineer SET vote_id = :n, person_id = 1 WHERE vote_id = :d
DELETE FROM scrutineer WHERE vote_id = :n
UPDATE roll_entry SET name = 'x' WHERE vote_id = :n
UPDATE roll_entry SET unit = 'x' WHERE vote_id = :n
UPDATE roll_entry SET number = number + 100 WHERE vote_id = :n
UPDATE roll_entry SET person_id = 1 WHERE vote_id = :n
UPDATE roll_entry SET household_id = 1 WHERE vote_id = :n
UPDATE roll_entry SET heads = 100 WHERE vote_id = :n
UPDATE roll_entry SET area = 1 WHERE vote_id = :n
UPDATE roll_entry SET marks = 'x' WHERE vote_id = :n
UPDATE roll_entry SET salt = 'x' WHERE vote_id = :n
UPDATE roll_entry SET leaf = 'x' WHERE vote_id = :n
UPDATE roll_entry SET id = id + 1000 WHERE vote_id = :n
UPDATE roll_entry SET vote_id = :d, number = number + 50 WHERE vote_id = :n
UPDATE roll_entry SET vote_id = :n, number = number + 50 WHERE vote_id = :d
UPDATE roll_entry SET state = 'none', channel = '' WHERE vote_id = :n AND state = 'voted'
UPDATE roll_entry SET channel = 'phone' WHERE vote_id = :n AND channel = 'paper'
UPDATE roll_entry SET state = 'gone' WHERE vote_id = :n
UPDATE roll_entry SET struck_by = :w WHERE vote_id = :n
UPDATE roll_entry SET struck_by = :f WHERE vote_id = :n AND state = 'none'
UPDATE roll_entry SET added_by = :f WHERE vote_id = :n
DELETE FROM roll_entry WHERE vote_id = :n
DELETE FROM roll_entry WHERE vote_id IN (:n, :s) AND state = 'none'
INSERT INTO roll_entry (vote_id, number, person_id, heads, area, marks, salt, state, channel) VALUES (:n, 99, 1, 1, 0, '', '', 'none', '')
INSERT INTO roll_entry (vote_id, number, person_id, heads, area, marks, salt, state, channel, added_by) VALUES (:n, 99, 1, 1, 0, '', '', 'none', '', :f)
UPDATE ballot SET choices = '{"1": "against"}'
UPDATE ballot SET cast_at = '2026-03-01 00:00:00+00:00' WHERE version = 1
UPDATE ballot SET version = 5
UPDATE ballot SET channel = 'phone' WHERE channel = 'paper'
UPDATE ballot SET request_code = 'x' WHERE channel = 'phone'
UPDATE ballot SET entry_id = (SELECT min(id) FROM roll_entry WHERE vote_id = :d)
UPDATE ballot SET confirmed_by = NULL WHERE channel = 'paper'
UPDATE ballot SET confirmed_by = entered_by WHERE channel = 'paper'
UPDATE ballot SET entered_by = 1 WHERE channel = 'paper'
UPDATE ballot SET refused_at = cast_at WHERE channel = 'paper'
UPDATE ballot SET id = id + 1000
DELETE FROM ballot
DELETE FROM ballot WHERE channel = 'paper'
INSERT INTO ballot (entry_id, version, choices, channel, cast_at, entered_by, confirmed_by) SELECT min(id), 9, '{"1": "for"}', 'paper', '2026-03-02 00:00:00+00:00', 1, 2 FROM roll_entry WHERE vote_id = :n
INSERT INTO ballot (entry_id, version, choices, channel, cast_at) SELECT min(id), 9, '{"1": "for"}', 'phone', '2026-03-02 00:00:00+00:00' FROM roll_entry WHERE vote_id = :d
UPDATE secret_answer SET choice = 'for'
UPDATE secret_answer SET question = 2
UPDATE secret_answer SET salt = 'x'
UPDATE secret_answer SET vote_id = :d
UPDATE secret_answer SET key = 'x'
DELETE FROM secret_answer
INSERT INTO secret_answer (key, vote_id, question, choice) VALUES ('x', :d, 1, 'for')
INSERT INTO secret_answer SELECT * FROM secret_answer WHERE true ON CONFLICT (key) DO UPDATE SET choice = 'for'
UPDATE inclusion_code SET code = 'AAAAAAAAAAAAAAAA'
UPDATE inclusion_code SET vote_id = :d
DELETE FROM inclusion_code
INSERT INTO inclusion_code SELECT * FROM inclusion_code WHERE true ON CONFLICT (code) DO UPDATE SET vote_id = :d
INSERT INTO inclusion_code (code, vote_id) VALUES ('AAAAAAAAAAAAAAAA', :d)
INSERT INTO certification (vote_id, person_id, certified_at, result_digest) VALUES (:d, 1, '2026-03-02 00:00:00+00:00', 'x')
INSERT INTO approval (matter_id, vote_id, act, payload, digest, proposed_at, proposed_by, decision) SELECT matter_id, id, 'vote.extend', '{}', 'x', drafted_at, 1, 'approved' FROM vote WHERE id = :n
INSERT INTO approval (matter_id, vote_id, act, payload, digest, proposed_at, proposed_by, decision, decided_by) SELECT matter_id, id, 'vote.extend', '{}', 'x', drafted_at, 1, '', 2 FROM vote WHERE id = :n
UPDATE approval SET decision = 'approved', decided_by = proposed_by WHERE id = :w
UPDATE approval SET decision = 'approved' WHERE id = :w
UPDATE approval SET decision = 'approved', decided_by = 99, decider_id = proposer_id WHERE id = :w
UPDATE approval SET decision = 'approved', decided_by = 99, decider_id = proposer_id, proposer_id = NULL WHERE id = :w
UPDATE approval SET payload = '{}' WHERE id = :w
UPDATE approval SET digest = 'x' WHERE id = :w
UPDATE approval SET vote_id = :d WHERE id = :f
UPDATE approval SET decision = '', decided_by = NULL WHERE id = :f
UPDATE approval SET act = 'vote.extend' WHERE id = :f
UPDATE approval SET id = id + 1000 WHERE id = :f
DELETE FROM approval
DELETE FROM approval WHERE id = :w
UPDATE entry SET body = '{}'
UPDATE entry SET account_id = 1
UPDATE entry SET digest = previous
DELETE FROM entry
DELETE FROM entry WHERE id = (SELECT max(id) FROM entry)
INSERT INTO entry (chain, sequence, at, act, body, previous, digest) SELECT chain, sequence, at, act, body, previous, digest FROM entry
INSERT INTO entry (chain, sequence, at, act, body, previous, digest) SELECT chain, sequence + 1000, at, act, body, previous, digest FROM entry
INSERT INTO entry (chain, sequence, at, act, body, previous, digest) SELECT chain, 1 + max(sequence), '2026-03-02 00:00:00+00:00', 'vote.open', '{}', 'x', 'x' FROM entry GROUP BY chain
UPDATE plan_item SET name = 'x'
DELETE FROM plan_item
UPDATE funding SET amount = 1
DELETE FROM funding
INSERT INTO funding (item_id, payer, amount) SELECT max(id), 'charity', 1 FROM plan_item

-- COUNTED
INSERT INTO ballot (entry_id, version, choices, channel, cast_at) SELECT min(id), 9, '{"1": "for"}', 'phone', '2026-03-02 00:00:00+00:00' FROM roll_entry WHERE vote_id = :n
UPDATE roll_entry SET state = 'voted', channel = 'phone' WHERE vote_id = :n AND state = 'none'
INSERT INTO secret_answer (key, vote_id, question, choice) VALUES ('x', :s, 1, 'for')
INSERT INTO inclusion_code (code, vote_id) VALUES ('AAAAAAAAAAAAAAAA', :s)
UPDATE secret_answer SET logged = NOT logged
UPDATE paper_count SET papers = 9
UPDATE paper_count SET tallies = '{}'
UPDATE paper_count SET confirmed_by = NULL
UPDATE paper_count SET refused_at = entered_at
DELETE FROM paper_count
INSERT INTO paper_count (vote_id, papers, tallies, entered_at, entered_by) VALUES (:s, 1, '{}', '2026-03-02 00:00:00+00:00', 1)
UPDATE certification SET person_id = 1
UPDATE certification SET result_digest = 'x'
DELETE FROM certification
UPDATE vote SET result = NULL WHERE id = :n
UPDATE vote SET status = 'open' WHERE id = :n
UPDATE vote SET status = 'closing' WHERE id = :n
UPDATE vote SET closed_at = NULL WHERE id = :n
UPDATE attendance SET present = NOT present
UPDATE attendance SET person_id = 1 WHERE id = (SELECT min(id) FROM attendance)
DELETE FROM attendance
INSERT INTO attendance (meeting_id, person_id, present, reason) SELECT id, 1, true, '' FROM meeting
UPDATE meeting SET convened_at = '2020-01-01 00:00:00+00:00'
UPDATE meeting SET passage_id = (SELECT passage_id FROM vote WHERE id = :d)
DELETE FROM meeting
INSERT INTO meeting (matter_id, passage_id, stage, held_at, venue, chair, recorder, points, convened_at) SELECT matter_id, passage_id, 'vote', closes_at, '', '', '', '', closes_at FROM vote WHERE id = :n

-- REPLACES
UPDATE OR REPLACE roll_entry SET id = (SELECT min(id) FROM roll_entry WHERE vote_id = :n) WHERE vote_id = :d AND number = 1
UPDATE OR REPLACE roll_entry SET vote_id = :n WHERE vote_id = :d
UPDATE OR REPLACE question SET id = (SELECT min(id) FROM question WHERE vote_id = :n) WHERE vote_id = :d
UPDATE OR REPLACE vote SET id = :n WHERE id = :d
UPDATE OR REPLACE secret_answer SET key = (SELECT min(key) FROM secret_answer)
UPDATE OR REPLACE approval SET id = :f WHERE id = :w
UPDATE OR IGNORE ballot SET choices = '{}'
UPDATE OR ROLLBACK ballot SET choices = '{}'
INSERT OR IGNORE INTO certification (vote_id, person_id, certified_at, result_digest) VALUES (:d, 1, 'x', 'x')
INSERT OR REPLACE INTO vote (id, matter_id, passage_id, profile, form, secret, status, drafted_at) SELECT :n, matter_id, passage_id, profile, form, secret, 'draft', drafted_at FROM vote WHERE id = :n
INSERT OR REPLACE INTO secret_answer (key, vote_id, question, choice) SELECT key, vote_id, question, 'for' FROM secret_answer
