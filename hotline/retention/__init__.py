"""Retention: names, numbers and words are erased when their time is up; the record keeps ids, codes and digests."""
