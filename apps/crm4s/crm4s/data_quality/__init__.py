"""What is missing, doubtful, twice there or out of date in the files of customers and cars and in open dealings."""
