"""Which department: suggestions from catalogue, precedents, the model and the words of duties; signs of danger."""
