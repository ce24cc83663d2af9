"""Answers without a model that writes: sentences and rows of tables, scored, chosen and quoted.

`places` finds what may be quoted, `wanted`, `terms` and `ranges` say what a question asks for and
what of it a text has, `support` gives each place its signs, and `evidence` makes one score of them.
`answerer` chooses what is quoted, with `contradictions` side by side; `calibration` says which
score is enough, and `nearest` what came nearest when none was.
"""
