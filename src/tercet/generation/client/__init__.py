"""The client of chat models: any OpenAI-compatible endpoint, and what to do when it fails.

`openai_chat` asks one model, `fallback` several in order, both by way of `answering`. `endpoint`
holds what is known of an endpoint; `background` and `reading` bring its bytes within the limits,
`sse` and `pieces` take them apart, `failures` names what went wrong. `retries`,
`waits` and `breaker` decide when to ask again, `prices` what it cost, `events` what is logged.
"""
