-- A signed head of the trail is written once, like the trail (accounts/migrations/sql/trail.sql).
CREATE TRIGGER seal_is_written_once BEFORE UPDATE OR DELETE ON governance_auditseal
  FOR EACH ROW EXECUTE FUNCTION trail_refuse();
CREATE TRIGGER seals_stay BEFORE TRUNCATE ON governance_auditseal
  FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse();
