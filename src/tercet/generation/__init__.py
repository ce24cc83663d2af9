"""The generation room: hits to a context, a context to an answer with quotes.

`extractive/` quotes the best sentences and needs no model; `chat` lets any OpenAI-compatible
model write. `context` packs, `sentences` cuts, `citations` checks, `prompts` holds every word
a model is told.
"""
