"""The gazetteer: villages, estates and roads of the county, by the names that people use."""
