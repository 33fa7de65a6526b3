"""Which department: suggestion, people on duty, pages, returns and rulings."""
