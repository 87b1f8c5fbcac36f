-- The role by which Visio works writes the audit trail and may not change it. Run as a superuser, in the database of
-- Visio, after each `migrate`; `migrate` runs as `visio_owner`, who signs in nowhere else. Names may be others.
GRANT USAGE ON SCHEMA public TO visio_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO visio_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO visio_app;
ALTER DEFAULT PRIVILEGES FOR ROLE visio_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO visio_app;
ALTER DEFAULT PRIVILEGES FOR ROLE visio_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO visio_app;
REVOKE UPDATE, DELETE, TRUNCATE ON accounts_auditentry, accounts_auditlink, governance_auditseal FROM visio_app;
REVOKE UPDATE, DELETE, TRUNCATE ON meetings_consent, governance_tombstone FROM visio_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM visio_app;
