"""The telephone of the centre: calls, their queue and parties, and what operators do at it (docs/telephone.md)."""
