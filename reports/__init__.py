"""The account: figures, findings, notices, documents."""
