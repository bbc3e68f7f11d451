"""The numbers of a recording, each with unit, origin and place, or the reason why not."""
