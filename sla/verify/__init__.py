"""`audit verify`: the record's rows compared with what its events alone say."""
