"""The biweekly consultation (定期会商): when it meets, what stands before it, and the dossier of each matter (rulebook §10)."""
