"""The store room: chunks and their three vectors in one Qdrant collection.

`edge` is the embedded engine, `remote` a server; both compile the same plans and filters, and
one conformance suite (`tercet.testing.store`) holds for both. Import the module you need: each
brings its own engine.
"""
