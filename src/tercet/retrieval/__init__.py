"""The retrieval room: a query to hits. `plans` says what each mode asks of the engine,
`retriever` embeds, asks once, and explains."""
