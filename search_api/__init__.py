"""The way out: engines, query, access, routes, web and the indexer. Never imports `ingest`."""
