-- What somebody answered, and the text that they answered to, are written once.
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER consent_is_written_once BEFORE UPDATE OR DELETE ON meetings_consent
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();

CREATE TRIGGER purpose_is_written_once BEFORE UPDATE ON meetings_purpose
  FOR EACH ROW WHEN ((to_jsonb(OLD) - 'is_active') IS DISTINCT FROM (to_jsonb(NEW) - 'is_active'))
  EXECUTE FUNCTION ledger_refuse();

CREATE TRIGGER purpose_stays BEFORE DELETE ON meetings_purpose
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
