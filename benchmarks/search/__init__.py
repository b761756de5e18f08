"""What a question costs, beside the bare engine in the same run; and what an index costs to build and to keep."""
