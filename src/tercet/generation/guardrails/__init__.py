"""What stands between documents and a model: instructions in passages are found and made
harmless, secrets are masked, questions outside the scope are refused, leaks are noticed.

`injections` finds orders to a model in a text and says why; `neutral` shows a passage as data;
`masking` puts placeholders for secrets and personal data; `protection` does both for one call
of a model; `screening` keeps orders out of quoted answers; `scope` refuses by rule; `leak` knows
the system prompt in an answer. Offsets are always those of the original text.
"""
