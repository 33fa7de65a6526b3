"""What is erased when its time is up: names, numbers, words; the record keeps ids, codes and digests."""
