"""Figures of the service: adoption, quality, queues, storage, licences left. Counts, by institution and month."""
