"""The monthly notice (通报): what it says, how it scores and ranks, how it is frozen, and its documents (rulebook §§9, 11)."""
