"""The log: recordings, conversations, answers, ratings; `store.open_store` is the one door."""
