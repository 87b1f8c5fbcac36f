-- The trail is written once: by the clock of the database, and into the chain.
CREATE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER entry_is_written_once BEFORE UPDATE OR DELETE ON accounts_auditentry
  FOR EACH ROW EXECUTE FUNCTION trail_refuse();
CREATE TRIGGER entries_stay BEFORE TRUNCATE ON accounts_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse();
CREATE TRIGGER link_is_written_once BEFORE UPDATE OR DELETE ON accounts_auditlink
  FOR EACH ROW EXECUTE FUNCTION trail_refuse();
CREATE TRIGGER links_stay BEFORE TRUNCATE ON accounts_auditlink
  FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse();

CREATE FUNCTION trail_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE TRIGGER entry_is_dated BEFORE INSERT ON accounts_auditentry
  FOR EACH ROW EXECUTE FUNCTION trail_date();

CREATE FUNCTION trail_to_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO accounts_unchainedentry (entry_id) VALUES (NEW.id);
  RETURN NULL;
END $$;

CREATE TRIGGER entry_is_to_chain AFTER INSERT ON accounts_auditentry
  FOR EACH ROW EXECUTE FUNCTION trail_to_chain();

INSERT INTO accounts_unchainedentry (entry_id) SELECT id FROM accounts_auditentry;
