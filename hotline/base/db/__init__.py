"""The database: connections and named queries, the embedded cluster, schema and migrations, backup and restore."""
