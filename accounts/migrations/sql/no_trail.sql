DROP TRIGGER entry_is_written_once ON accounts_auditentry;
DROP TRIGGER entries_stay ON accounts_auditentry;
DROP TRIGGER entry_is_dated ON accounts_auditentry;
DROP TRIGGER entry_is_to_chain ON accounts_auditentry;
DROP TRIGGER link_is_written_once ON accounts_auditlink;
DROP TRIGGER links_stay ON accounts_auditlink;
DROP FUNCTION trail_refuse();
DROP FUNCTION trail_date();
DROP FUNCTION trail_to_chain();
