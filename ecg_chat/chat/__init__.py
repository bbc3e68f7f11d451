"""Talking about one ECG, and holding every answer against what was measured.

`session` runs a conversation, `grounding` checks the claims of an answer, `citations` shows them,
`safety` warns and withholds. Knows nothing of torch, of pages or of the database.
"""
